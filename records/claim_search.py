"""Finding claims: those an account may see, by what they wait for, programme, institution and time, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from records.audience import place
from records.claim_states import DEAD, SPENT, ClaimState
from records.claims import Claim, ClaimEvent, ClaimLine
from records.classes import TrainingClass
from records.enrolments import Enrolment, Seating
from records.errors import Refused
from records.institutions import Institution
from records.objections import Answer, Objection
from records.people import Person
from records.staff import Staff
from records.trainers import OFFICE
from records.vouchers import Voucher


@dataclass(frozen=True)
class Wanted:
    """What claims are looked for; what is left empty does not narrow."""

    state: str = ""
    objected: bool = False  # with an objection that nobody has answered
    policy_id: str = ""
    scheme_id: str = ""
    institution: int | None = None
    due_by: date | None = None  # not paid yet, and to be paid until this day
    words: str = ""  # of the payee's name, or of the number


def visible(account: Staff) -> ColumnElement[bool]:
    """Condition on claims: the office's place, without what others never handed in; else the institution's own."""
    if account.holds(*OFFICE):
        is_ours = Claim.institution_id.is_(None)  # a worker's own are handed in as they are made
        here = Claim.region.startswith(place(account.region))
        return and_(here, or_(Claim.applied_on.is_not(None), is_ours))
    return own(account)


def own(account: Staff) -> ColumnElement[bool]:
    """Condition on claims: those of the account's institution."""
    return false() if account.institution_id is None else Claim.institution_id == account.institution_id


async def claim_for(session: AsyncSession, claim_id: int, account: Staff) -> Claim:
    """The claim with this key; Refused for an account that has nothing to do with it."""
    return await _one(session, claim_id, visible(account))


async def own_for(session: AsyncSession, claim_id: int, account: Staff) -> Claim:
    """The claim with this key of the account's institution; Refused for another's."""
    return await _one(session, claim_id, own(account))


async def search(
    session: AsyncSession, account: Staff, wanted: Wanted, offset: int, most: int
) -> tuple[Sequence[Claim], int]:
    """One page of the claims found, those that must be paid first in front, and the number of all."""
    matching = _matching(account, wanted)
    total = (await session.scalars(select(func.count()).select_from(Claim).where(*matching))).one()
    ordered = select(Claim).where(*matching).order_by(Claim.due_on.asc().nulls_last(), Claim.applied_on, Claim.id)
    return (await session.scalars(ordered.offset(offset).limit(most))).all(), total


async def of_institution(session: AsyncSession, account: Staff) -> Sequence[Claim]:
    """The claims of the account's institution: returned ones first, then the newest."""
    rows = select(Claim).where(own(account))
    returned = Claim.state == ClaimState.RETURNED
    return (await session.scalars(rows.order_by(returned.desc(), Claim.id.desc()).limit(200))).all()


async def counts(session: AsyncSession, account: Staff) -> dict[ClaimState, int]:
    """How many claims that an account may see are in each state."""
    rows = select(Claim.state, func.count()).where(visible(account)).group_by(Claim.state)
    return {ClaimState(state): number for state, number in await session.execute(rows)}


async def objected(session: AsyncSession, account: Staff) -> int:
    """How many claims that an account may see have an objection that nobody has answered."""
    matching = _matching(account, Wanted(objected=True))
    return (await session.scalars(select(func.count()).select_from(Claim).where(*matching))).one()


async def due(session: AsyncSession, account: Staff, today: date, until: date) -> tuple[int, int]:
    """How many claims that an account may see should have been paid before today, and how many more are to be by a day."""
    late, soon = [
        (
            await session.scalars(
                select(func.count()).select_from(Claim).where(*_matching(account, Wanted(due_by=day)))
            )
        ).one()
        for day in (today - timedelta(days=1), until)
    ]
    return late, soon - late


async def programmes(session: AsyncSession, account: Staff) -> list[tuple[str, str]]:
    """The documents and schemes, by id, that an account's claims are made under."""
    rows = select(Claim.policy_id, Claim.scheme_id).where(visible(account)).distinct()
    return [(policy, scheme) for policy, scheme in await session.execute(rows.order_by(*rows.selected_columns))]


async def institutions(session: AsyncSession, account: Staff) -> dict[int, str]:
    """The institutions that claimed, by key."""
    rows = select(Institution).where(Institution.id.in_(select(Claim.institution_id).where(visible(account))))
    return {each.id: each.name for each in await session.scalars(rows.order_by(Institution.name))}


async def people_of(session: AsyncSession, claim: Claim) -> dict[int, Person]:
    """The people of a claim's lines, by key."""
    mine = select(ClaimLine.person_id).where(ClaimLine.claim_id == claim.id)
    return {person.id: person for person in await session.scalars(select(Person).where(Person.id.in_(mine)))}


async def others_of(session: AsyncSession, claim: Claim) -> dict[int, list[Claim]]:
    """What the people of a claim have, or asked for, in other claims, by person."""
    mine = select(ClaimLine.person_id).where(ClaimLine.claim_id == claim.id, ClaimLine.person_id.is_not(None))
    rows = await session.execute(
        select(ClaimLine.person_id, Claim)
        .join(Claim, Claim.id == ClaimLine.claim_id)
        .where(ClaimLine.person_id.in_(mine), ClaimLine.holds, Claim.id != claim.id)
        .order_by(Claim.id)
    )
    found: dict[int, list[Claim]] = {}
    for person_id, other in rows:
        assert person_id is not None, "only lines of people are looked at"
        found.setdefault(person_id, []).append(other)
    return found


async def class_names(session: AsyncSession, claims: Sequence[Claim]) -> dict[int, str]:
    """The names of the classes that claims are for, by the key of the class."""
    wanted = {claim.class_id for claim in claims if claim.class_id is not None}
    rows = await session.execute(select(TrainingClass.id, TrainingClass.name).where(TrainingClass.id.in_(wanted)))
    return dict(rows.tuples().all())


async def of_class(session: AsyncSession, class_id: int) -> Sequence[Claim]:
    """The claims of a class that were not given up or turned down."""
    mine = select(Claim).where(Claim.class_id == class_id, Claim.state.not_in(DEAD))
    return (await session.scalars(mine.order_by(Claim.id))).all()


async def voucher_schemes(session: AsyncSession, class_id: int) -> list[str]:
    """The schemes that the vouchers of a class's trainees were issued for, one a voucher."""
    rows = select(Voucher.scheme_id).join(Enrolment, Enrolment.voucher_id == Voucher.id)
    seated = Enrolment.class_id == class_id, Enrolment.seating == Seating.SEATED
    return list(await session.scalars(rows.where(*seated)))


async def last_move(session: AsyncSession, claim: Claim) -> ClaimEvent:
    """What was done with a claim last."""
    mine = select(ClaimEvent).where(ClaimEvent.claim_id == claim.id)
    return (await session.scalars(mine.order_by(ClaimEvent.number.desc()).limit(1))).one()


async def _one(session: AsyncSession, claim_id: int, condition: ColumnElement[bool]) -> Claim:
    found = (await session.scalars(select(Claim).where(Claim.id == claim_id, condition))).one_or_none()
    if found is None:
        raise Refused("没有这笔申领，或者它不归您管。请从申领列表里点进去。")
    return found


def _matching(account: Staff, wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions = [visible(account)]
    if wanted.state:
        conditions.append(Claim.state == wanted.state)
    if wanted.objected:
        conditions.append(Claim.id.in_(select(Objection.claim_id).where(Objection.answer == Answer.OPEN)))
    if wanted.policy_id:
        conditions.append(Claim.policy_id == wanted.policy_id)
    if wanted.scheme_id:
        conditions.append(Claim.scheme_id == wanted.scheme_id)
    if wanted.institution is not None:
        conditions.append(Claim.institution_id == wanted.institution)
    if wanted.due_by is not None:
        conditions += [Claim.due_on <= wanted.due_by, Claim.state.not_in(DEAD | SPENT)]
    if wanted.words:
        named = Claim.payee_name.contains(wanted.words, autoescape=True)
        conditions.append(or_(named, Claim.number.contains(wanted.words.upper(), autoescape=True)))
    return conditions
