"""Employing: what trainees say of their work after class, the proof of it, and who has looked at that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA
from records import audit
from records.audience import place
from records.audit import Event
from records.class_states import ClassState
from records.classes import TrainingClass
from records.employments import Employment, Work, WorkProof
from records.enrolments import Enrolment, Seating, in_turn
from records.errors import Refused
from records.people import Person
from records.reporters import hold_reporter, is_of_office
from records.staff import Staff

WORK_NAMES = {
    Work.UNKNOWN: "还不知道",
    Work.LOOKING: "还在找",
    Work.WORKING: "说找到了",
    Work.PROVEN: "已证实",
    Work.REFUTED: "证明不算",
}
PROOF_NAMES = {
    WorkProof.CONTRACT: "劳动合同或就业协议",
    WorkProof.WAGES: "两个月工资证明",
    WorkProof.INSURANCE: "社保证明",
    WorkProof.LICENCE: "营业执照",
}
TAUGHT = (ClassState.ENDED, ClassState.HANDED_IN)
_MONTH = timedelta(days=31)


@dataclass(frozen=True)
class Job:
    """What somebody says of his work; what he does not tell stays as it was told before."""

    employer: str = ""
    since: date | None = None


@dataclass(frozen=True)
class Counted:
    """Heads of a class: with a seat, and with work that was proven."""

    trained: int
    proven: int


async def open_of(
    session: AsyncSession, person: Person, months: int, now: datetime
) -> Sequence[tuple[Enrolment, TrainingClass]]:
    """A person's classes that ended within so many months, the latest first: his work still counts for them."""
    rows = await session.execute(
        select(Enrolment, TrainingClass)
        .join(TrainingClass, TrainingClass.id == Enrolment.class_id)
        .where(
            Enrolment.person_id == person.id,
            Enrolment.seating == Seating.SEATED,
            TrainingClass.state.in_(TAUGHT),
            TrainingClass.ended_at > now - months * _MONTH,
        )
        .order_by(TrainingClass.ended_at.desc(), Enrolment.id.desc())
    )
    return [(row[0], row[1]) for row in rows]


async def over_of(session: AsyncSession, person: Person) -> Sequence[TrainingClass]:
    """The classes in which a person had a seat to their end, the latest first."""
    rows = await session.scalars(
        select(TrainingClass)
        .join(Enrolment, Enrolment.class_id == TrainingClass.id)
        .where(
            Enrolment.person_id == person.id,
            Enrolment.seating == Seating.SEATED,
            TrainingClass.state.in_(TAUGHT),
        )
        .order_by(TrainingClass.ended_at.desc(), TrainingClass.id.desc())
    )
    return rows.all()


async def tell(
    session: AsyncSession, enrolment: Enrolment, state: Work, job: Job, actor: str, now: datetime
) -> Employment:
    """Write down what is said (LOOKING or WORKING); what was proven stays proven, and the same again changes nothing."""
    employment = await _held(session, enrolment)
    employer = job.employer.strip()[:80] or employment.employer
    since = job.since or employment.since
    told = (state, employer, since)
    if employment.state == Work.PROVEN or told == (employment.state, employment.employer, employment.since):
        return employment
    employment.state, employment.employer, employment.since = told
    employment.told_at = now
    await session.flush()
    await audit.append(session, Event.EMPLOYMENT_TELL, actor, enrolment.thing, now, state=state)
    return employment


async def hand_up(
    session: AsyncSession,
    enrolment: Enrolment,
    proof: WorkProof,
    file_id: int,
    job: Job,
    account: Staff | None,
    now: datetime,
) -> Employment:
    """Keep a proof of somebody's work, to be looked at; Refused for a file that proves another's work already.

    Without an account it is the worker himself, who need not say where: his paper does.
    """
    training_class = await _reported(session, enrolment, account)
    employment = await _held(session, enrolment)
    if employment.state == Work.PROVEN:
        raise Refused("就业已经证实了，不用再传。")
    if account is not None and not (job.employer.strip() or employment.employer):
        raise Refused("要写在哪里干（单位名称；自己干的写店名或“自营”）。")
    if job.since and job.since > now.astimezone(CHINA).date():
        raise Refused(f"开始干的日期不能晚于今天，您填的是{job.since:%Y-%m-%d}。")
    await _hold_own(session, enrolment, file_id)
    employment.state, employment.proof, employment.file_id = Work.WORKING, proof, file_id
    employment.employer = job.employer.strip() or employment.employer
    employment.since, employment.told_at = job.since or employment.since, employment.told_at or now
    employment.seen_by, employment.seen_at, employment.remark = None, None, ""
    await session.flush()
    await audit.append(
        session, Event.EMPLOYMENT_HAND_UP, account.actor if account else "worker", enrolment.thing, now,
        proof=proof, file=file_id, training_class=training_class.id,
    )  # fmt: skip
    return employment


async def accept(session: AsyncSession, enrolment: Enrolment, file_id: int, account: Staff, now: datetime) -> None:
    """Say that a proof shows the work; Refused where there is none, or where it is not the file that was looked at.

    Only the office says so: a class's rate raises what its own institution is paid.
    """
    await _reported(session, enrolment, account)
    if not is_of_office(account):
        raise Refused("就业要由县人社局看过证明才算，机构不能自己定。证明传上来就行，他们会核对。")
    employment = await _held(session, enrolment)
    if employment.state == Work.PROVEN:
        return
    if employment.file_id is None:
        raise Refused("还没有就业证明，先传劳动合同、两个月工资或社保证明，有一样就行。")
    if employment.file_id != file_id:
        raise Refused("您看的时候证明换过了，请刷新看看现在这份。")
    employment.state, employment.seen_by, employment.seen_at = Work.PROVEN, account.id, now
    employment.remark = ""
    await session.flush()
    await audit.append(session, Event.EMPLOYMENT_PROVE, account.actor, enrolment.thing, now, file=file_id)


async def refute(session: AsyncSession, enrolment: Enrolment, remark: str, account: Staff, now: datetime) -> None:
    """Say that a proof does not show the work, and why; what was proven only the office takes back."""
    await _reported(session, enrolment, account)
    employment = await _held(session, enrolment)
    if not remark.strip():
        raise Refused("要写哪里不算，请填一句。")
    if employment.file_id is None:
        raise Refused("还没有就业证明，没有可以否的。")
    if employment.state == Work.PROVEN and not is_of_office(account):
        raise Refused("已经证实的，要县人社局才能改。")
    employment.state, employment.remark = Work.REFUTED, remark.strip()[:200]
    employment.seen_by, employment.seen_at = account.id, now
    await session.flush()
    await audit.append(session, Event.EMPLOYMENT_REFUTE, account.actor, enrolment.thing, now, reason=employment.remark)


async def of_class(session: AsyncSession, training_class: TrainingClass) -> dict[int, Employment]:
    """What is known of a class's trainees, by enrolment."""
    mine = select(Employment).join(Enrolment, Enrolment.id == Employment.enrolment_id)
    found = await session.scalars(mine.where(Enrolment.class_id == training_class.id))
    return {each.enrolment_id: each for each in found}


async def of_one(session: AsyncSession, enrolment: Enrolment) -> Employment | None:
    """What is known of one trainee."""
    return await session.get(Employment, enrolment.id)


async def to_judge(session: AsyncSession, account: Staff) -> Sequence[tuple[TrainingClass, int]]:
    """The classes of an account's place with proofs that nobody of the office has looked at, and how many each has."""
    rows = await session.execute(
        select(TrainingClass, func.count(Employment.enrolment_id))
        .join(Enrolment, Enrolment.class_id == TrainingClass.id)
        .join(Employment, Employment.enrolment_id == Enrolment.id)
        .where(
            TrainingClass.region.startswith(place(account.region)),
            TrainingClass.state.in_(TAUGHT),
            Enrolment.seating == Seating.SEATED,
            Employment.state == Work.WORKING,
            Employment.file_id.is_not(None),
        )
        .group_by(TrainingClass.id)
        .order_by(TrainingClass.ended_at, TrainingClass.id)
    )
    return [(row[0], row[1]) for row in rows]


async def count(session: AsyncSession, training_class: TrainingClass) -> Counted:
    """How many were trained, and how many of them have proven work."""
    seated = (
        select(func.count(Enrolment.id), func.count(Employment.enrolment_id))
        .outerjoin(Employment, (Employment.enrolment_id == Enrolment.id) & (Employment.state == Work.PROVEN))
        .where(Enrolment.class_id == training_class.id, Enrolment.seating == Seating.SEATED)
    )
    return Counted(*(await session.execute(seated)).one())


async def _reported(session: AsyncSession, enrolment: Enrolment, account: Staff | None) -> TrainingClass:
    training_class = await session.get_one(TrainingClass, enrolment.class_id)
    if account is not None:
        hold_reporter(training_class, account)
    if training_class.state not in TAUGHT:
        raise Refused("班级结业以后才登记就业。")
    if enrolment.seating != Seating.SEATED:
        raise Refused("他已经不在这个班的名册里。")
    return training_class


async def _held(session: AsyncSession, enrolment: Enrolment) -> Employment:
    """What is known, held: the worker may tell and somebody look at his proof in the same moment."""
    await in_turn(session, enrolment)
    employment = await session.get(Employment, enrolment.id, populate_existing=True)
    if employment is None:
        employment = Employment(enrolment_id=enrolment.id, state=Work.UNKNOWN, employer="", asked=0, remark="")
        session.add(employment)
        await session.flush()
    return employment


async def _hold_own(session: AsyncSession, enrolment: Enrolment, file_id: int) -> None:
    """One paper proves the work of one person, in as many of his classes as he likes."""
    other = await session.scalars(
        select(Person)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .join(Employment, Employment.enrolment_id == Enrolment.id)
        .where(Employment.file_id == file_id, Enrolment.person_id != enrolment.person_id)
        .limit(1)
    )
    if (person := other.first()) is not None:
        raise Refused(f"这份证明已经用在{person.shown}身上了，一份只能证明一个人，请换他本人的。")
