"""A claim as everybody may see it: no full name, no ID number, and the rule by which it is up for so long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from handlers import procedure, programmes
from handlers.context import House
from handlers.programmes import Programme
from knowledge.workdays import unpublished, working_days_between
from records import claim_moves, claim_search, masking, noticing
from records.claim_states import ClaimState
from records.claims import Claim, ClaimLine
from records.classes import TrainingClass
from records.errors import Refused
from records.people import Person

_SHOWN = (ClaimState.PUBLISHED, ClaimState.CLEARED, ClaimState.PAID, ClaimState.WRITTEN_OFF)


@dataclass(frozen=True)
class Line:
    """One line of a notice."""

    who: str
    standard: str
    fen: int


@dataclass(frozen=True)
class Posted:
    """One notice."""

    claim: Claim
    starts: date
    until: date
    payee: str
    programme: Programme | None
    training_class: TrainingClass | None
    lines: Sequence[Line]
    said_by: str  # which rule sets the number of days
    today: date

    @property
    def name(self) -> str:
        """What is paid."""
        return self.programme.name if self.programme else "补贴"

    @property
    def is_up(self) -> bool:
        """Can objections still be made?"""
        return self.claim.state == ClaimState.PUBLISHED and self.today <= self.until

    @property
    def working_days(self) -> int:
        """How many working days it is up."""
        return working_days_between(self.starts, self.until)

    @property
    def unpublished(self) -> list[int]:
        """The years among its days whose holidays nobody knows yet."""
        return unpublished((self.starts, self.until))


async def of_number(session: AsyncSession, house: House, number: str, today: date) -> Posted:
    """The notice of a claim's number; Refused where none is or was up."""
    claim = await claim_moves.by_number(session, number)
    if claim is None or claim.state not in _SHOWN or claim.notice_from is None:
        raise Refused("没有这个编号的公示，可能还没开始，或者退回核实了。")
    return await _posted(session, house, claim, today)


async def all_of(session: AsyncSession, house: House, today: date) -> list[Posted]:
    """What is up, and the last of what was."""
    return [await _posted(session, house, each, today) for each in await noticing.up(session, today)]


async def _posted(session: AsyncSession, house: House, claim: Claim, today: date) -> Posted:
    assert claim.notice_from is not None and claim.notice_until is not None, "what is up has its days"
    programme = programmes.find(house.shelf, claim.policy_id, claim.scheme_id)
    people = await claim_search.people_of(session, claim)
    paying = [each for each in await claim_moves.lines_of(session, claim) if each.fen]
    payee = await session.get(Person, claim.person_id) if claim.person_id else None
    rule = procedure.notice_days(house.shelf, house.settings, programme.policy).said_by if programme else ""
    return Posted(
        claim=claim,
        starts=claim.notice_from,
        until=claim.notice_until,
        payee=payee.name_masked if payee else masking.hide(claim.payee_name),
        programme=programme,
        training_class=await session.get(TrainingClass, claim.class_id) if claim.class_id else None,
        lines=[line(each, people.get(each.person_id or 0)) for each in paying],
        said_by=rule or procedure.OWN_RULE,
        today=today,
    )


def line(of: ClaimLine, person: Person | None) -> Line:
    """A line of a claim as everybody may see it."""
    who = person.name_masked if person else masking.hide(of.merit.split(":")[1])
    return Line(who, of.working, of.fen)
