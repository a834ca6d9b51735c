"""Certifying: certificates are entered once, for the trainee and class that they belong to, and put right in the open."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from records import audit, certificate_search, nudging, voucher_desk
from records import certificate_numbers as numbers
from records.audience import place
from records.audit import Event
from records.certificates import Certificate, Skill
from records.claims import Claim, ClaimLine
from records.class_states import ClassState
from records.classes import TrainingClass
from records.enrolments import Enrolment, Seating, in_turn
from records.errors import Refused
from records.people import Person
from records.reporters import hold_reporter, is_of_office
from records.results import OUTCOME_NAMES, Outcome, Result
from records.staff import Staff
from records.voucher_states import State
from records.vouchers import Voucher

_TELLS_FOR = timedelta(days=14)


@dataclass(frozen=True)
class Told:
    """A certificate as it is printed; the number in capitals with nothing between."""

    kind: str
    occupation: str
    level: str
    number: str
    issuer: str
    issued_on: date
    file_id: int | None = None


async def enter(
    session: AsyncSession, enrolment: Enrolment, told: Told, high: Collection[str], account: Staff, now: datetime
) -> tuple[Certificate, bool]:
    """Enter the certificate that a class led to and carry the voucher on; the same again is there already (False).

    `high` names the levels that make somebody highly skilled. Refused for who has not passed, for another occupation
    or level than the class and voucher are for, and for a number that somebody has.
    """
    training_class = await session.get_one(TrainingClass, enrolment.class_id)
    hold_reporter(training_class, account)
    await in_turn(session, enrolment)
    person = await _person(session, enrolment.person_id)
    voucher = await session.get(Voucher, enrolment.voucher_id) if enrolment.voucher_id else None
    number = numbers.kept(session, person, told.number, f"{told.kind}/{told.occupation}")
    if same := await _same(session, person, number, told):
        return same, False
    await _hold_earned(session, training_class, enrolment)
    if wrong := misfit(training_class, voucher, told):
        raise Refused(wrong)
    certificate = await _add(session, person, number, told, account, now)
    certificate.enrolment_id = enrolment.id
    if voucher is not None and voucher.state == State.ASSESSED:
        certificate.voucher_id = voucher.id
        await voucher_desk.move(
            session, voucher, State.CERTIFIED, account.actor, now, "登记证书", certificate=certificate.shown
        )
    await _settle(session, person, certificate, high, account, now)
    return certificate, True


async def enter_apart(
    session: AsyncSession, person: Person, told: Told, high: Collection[str], account: Staff, now: datetime
) -> tuple[Certificate, bool]:
    """Enter a certificate that no class of ours led to; only the office of the person's place does."""
    if not is_of_office(account):
        raise Refused("不是从班上考来的证书，要由县人社局登记。")
    if not person.region.startswith(place(account.region)):
        raise Refused(f"{person.name_masked}不是您辖区的人，请找当地人社局登记。")
    person = await _person(session, person.id)
    number = numbers.kept(session, person, told.number, f"{told.kind}/{told.occupation}")
    if same := await _same(session, person, number, told):
        return same, False
    certificate = await _add(session, person, number, told, account, now)
    await _settle(session, person, certificate, high, account, now)
    return certificate, True


async def correct(
    session: AsyncSession,
    certificate: Certificate,
    told: Told,
    reason: str,
    high: Collection[str],
    account: Staff,
    now: datetime,
) -> None:
    """Put a certificate right; what stood there before stays in the audit log. Refused while a claim builds on it."""
    if not is_of_office(account):
        raise Refused("证书登记后要改，请联系县人社局。")
    if not reason.strip():
        raise Refused("更正要写原因，请填一句。")
    person = await _person(session, certificate.person_id)
    await session.refresh(certificate, with_for_update=True)
    if claim := await _claimed(session, certificate):
        raise Refused(f"这本证已经在{claim}里申领了，不能改。先撤回或退回那笔申领。")
    number = numbers.kept(session, person, told.number, f"{told.kind}/{told.occupation}")
    if number != certificate.number:
        await numbers.hold_free(session, number)
    if certificate.enrolment_id is not None:
        enrolment = await session.get_one(Enrolment, certificate.enrolment_id)
        training_class = await session.get_one(TrainingClass, enrolment.class_id)
        voucher = await session.get(Voucher, enrolment.voucher_id) if enrolment.voucher_id else None
        if wrong := misfit(training_class, voucher, told):
            raise Refused(wrong)
    before = _details(certificate)
    async with numbers.taking(session, number):
        certificate.kind, certificate.occupation, certificate.level = told.kind, told.occupation, told.level
        certificate.number, certificate.issuer, certificate.issued_on = number, told.issuer, told.issued_on
        certificate.file_id = told.file_id or certificate.file_id
    if certificate.voucher_id is not None:
        voucher = await session.get_one(Voucher, certificate.voucher_id)
        voucher.certificate = certificate.shown
    await _reckon(session, person, high)
    await audit.append(
        session, Event.CERTIFICATE_CORRECT, account.actor, certificate.thing, now,
        reason=reason.strip(), before=before, after=_details(certificate),
    )  # fmt: skip


def misfit(training_class: TrainingClass, voucher: Voucher | None, told: Told) -> str:
    """How a certificate differs from what its class and voucher are for, as one sentence; empty where it fits."""
    wanted = voucher.occupation if voucher else training_class.occupation
    level = (voucher.level if voucher else "") or training_class.level or ""
    source = "培训券" if voucher else "班"
    if told.occupation != wanted:
        return f"证书写的是{told.occupation}，{source}是{wanted}的，对不上。另考的证请县人社局单独登记。"
    if level and told.level and told.level != level:
        return f"证书是{told.level}，{source}是{level}的，对不上。另考的证请县人社局单独登记。"
    return ""


def skills(levels: Sequence[str], high: Collection[str]) -> list[Skill]:
    """What each of somebody's certificates, in the order of issue, makes of him; a level is empty where there is none."""
    found = []
    for place_, level in enumerate(levels):
        if level in high and not set(levels[:place_]) & set(high):
            found.append(Skill.HIGHLY_SKILLED)
        else:
            found.append(Skill.SKILLED if place_ == 0 else Skill.NONE)
    return found


async def _person(session: AsyncSession, person_id: int) -> Person:
    """The holder, held: what a certificate makes of him depends on his others, which may be entered at this moment."""
    person = await session.get_one(Person, person_id)
    await session.refresh(person, with_for_update={"key_share": True})
    return person


async def _hold_earned(session: AsyncSession, training_class: TrainingClass, enrolment: Enrolment) -> None:
    if enrolment.seating != Seating.SEATED:
        raise Refused("他已经不在这个班的名册里，不能登记证书。")
    if training_class.state != ClassState.HANDED_IN:
        raise Refused("班级上交以后才能登记证书，请先到“结业上交”办完。")
    result = await session.get(Result, enrolment.id)
    if result is None or result.outcome != Outcome.PASSED:
        told = OUTCOME_NAMES[Outcome(result.outcome)] if result else "没有成绩"
        raise Refused(f"他这个班的考核结果是“{told}”，合格了才能登记证书。")
    earlier = await session.scalars(select(Certificate).where(Certificate.enrolment_id == enrolment.id))
    if (there := earlier.one_or_none()) is not None:
        raise Refused(
            f"他这个班已经登记过证书{there.shown}（{numbers.day(there.entered_at.date())}），填错了请县人社局更正。"
        )


async def _same(session: AsyncSession, person: Person, number: str, told: Told) -> Certificate | None:
    """The very certificate, entered before."""
    found = (await session.scalars(select(Certificate).where(Certificate.number == number))).one_or_none()
    if found is None:
        return None
    there = (found.kind, found.occupation, found.level, found.issued_on)
    is_same = there == (told.kind, told.occupation, told.level, told.issued_on)
    return found if found.person_id == person.id and is_same else None


async def _add(
    session: AsyncSession, person: Person, number: str, told: Told, account: Staff, now: datetime
) -> Certificate:
    await numbers.hold_free(session, number)
    certificate = Certificate(
        person_id=person.id,
        kind=told.kind,
        occupation=told.occupation,
        level=told.level,
        number=number,
        issuer=told.issuer,
        issued_on=told.issued_on,
        skill=Skill.NONE,
        file_id=told.file_id,
        entered_by=account.actor,
        entered_at=now,
    )
    async with numbers.taking(session, number):
        session.add(certificate)
    return certificate


async def _settle(
    session: AsyncSession,
    person: Person,
    certificate: Certificate,
    high: Collection[str],
    account: Staff,
    now: datetime,
) -> None:
    await _reckon(session, person, high)
    details = _details(certificate) | {"enrolment": certificate.enrolment_id}
    await audit.append(session, Event.CERTIFICATE_ENTER, account.actor, certificate.thing, now, **details)
    said = f"{certificate.occupation}{certificate.level}的{certificate.kind}登记好了，编号{certificate.shown}。回复“我的证书”随时能看。"
    await nudging.put(session, certificate.thing, person.id, said, now, now + _TELLS_FOR)


async def _reckon(session: AsyncSession, person: Person, high: Collection[str]) -> None:
    """Say of all a person's certificates what they made of him: an earlier one may have been entered later."""
    held = await certificate_search.of_person(session, person)
    for certificate, skill in zip(held, skills([each.level for each in held], high), strict=True):
        certificate.skill = skill
    await session.flush()


async def _claimed(session: AsyncSession, certificate: Certificate) -> str:
    mine = ClaimLine.certificate_id == certificate.id
    if certificate.enrolment_id is not None:
        mine = or_(mine, ClaimLine.enrolment_id == certificate.enrolment_id)
    held = select(Claim.number).join(ClaimLine, ClaimLine.claim_id == Claim.id).where(mine, ClaimLine.holds)
    return (await session.scalars(held.limit(1))).first() or ""


def _details(certificate: Certificate) -> dict[str, str]:
    """What the audit log keeps of a certificate."""
    return {
        "kind": certificate.kind,
        "occupation": certificate.occupation,
        "level": certificate.level,
        "number": certificate.shown,
        "issuer": certificate.issuer,
        "issued_on": certificate.issued_on.isoformat(),
    }
