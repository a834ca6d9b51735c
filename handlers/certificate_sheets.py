"""An evaluation body's sheet held against the records: which certificates can be entered, and what is wrong with the rest."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA
from handlers import certificate_rules
from handlers.certificate_rows import Row, Rows
from handlers.certificate_rules import Paper
from knowledge import certificates
from records import id_number, masking, people
from records.certificates import Certificate
from records.class_states import ClassState
from records.classes import TrainingClass
from records.enrolments import Enrolment, Seating
from records.errors import Refused
from records.people import Person
from records.staff import Staff

_DEFAULT_KIND = "职业技能等级证书"
_DATE = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?")


@dataclass(frozen=True)
class Good:
    """A row that was entered, or that would be."""

    row: Row
    person: Person
    shown: str  # the certificate's number
    class_name: str  # empty: no class of ours led to it


@dataclass(frozen=True)
class Fault:
    """What is wrong with a row; the name is masked."""

    where: str
    name: str
    says: str


@dataclass
class Done:
    """A sheet, row by row."""

    good: list[Good] = field(default_factory=list)
    already: list[str] = field(default_factory=list)  # 第3行
    faults: list[Fault] = field(default_factory=list)
    wrong_total: str = ""


@dataclass(frozen=True)
class Desk:
    """Who enters, when, and for which class; None: for whatever class the person was in, or none."""

    account: Staff
    now: datetime
    training_class: TrainingClass | None = None


async def check(session: AsyncSession, rows: Rows, desk: Desk) -> Done:
    """What `apply` would do, done and undone again, so that nothing is said here that would not hold there."""
    async with session.begin_nested() as tried:
        done = await _run(session, rows.rows, desk)
        await tried.rollback()
    done.wrong_total = rows.wrong_total
    return done


async def apply(session: AsyncSession, rows: Rows, desk: Desk) -> Done:
    """Enter the good rows; the others stay out, and the same sheet again enters nothing twice. Refused on a wrong total."""
    if rows.wrong_total:
        raise Refused(rows.wrong_total)
    return await _run(session, rows.rows, desk)


async def _run(session: AsyncSession, rows: Sequence[Row], desk: Desk) -> Done:
    done, seen = Done(), dict[str, str]()
    for row in rows:
        try:
            async with session.begin_nested():  # a row that fails leaves nothing behind
                good, is_new = await _enter(session, row, desk, seen)
        except Refused as refusal:
            done.faults.append(Fault(row.where, masking.name(row.name), refusal.reason))
            continue
        if is_new:
            done.good.append(good)
        else:
            done.already.append(row.where)
    return done


async def _enter(session: AsyncSession, row: Row, desk: Desk, seen: dict[str, str]) -> tuple[Good, bool]:
    number = f"{certificates.normal(row.number)}/{row.occupation}"
    if (where := seen.setdefault(number, row.where)) != row.where:
        raise Refused(f"和{where}是同一个证书编号，一个编号只能用一次，请核对。")
    person = await _person(session, row, desk)
    enrolment, training_class = await _place(session, person, row, desk)
    paper = _paper(row, training_class)
    if enrolment is None:
        entered, is_new = await certificate_rules.enter_apart(session, person, paper, desk.account, desk.now)
    else:
        entered, is_new = await certificate_rules.enter(session, enrolment, paper, desk.account, desk.now)
    return Good(row, person, entered.shown, training_class.name if enrolment and training_class else ""), is_new


async def _person(session: AsyncSession, row: Row, desk: Desk) -> Person:
    if any(cell.startswith("=") for cell in (row.name, row.id_number, row.number)):
        raise Refused("有的格子是公式，请复制后“选择性粘贴—数值”再传。")
    try:
        known = id_number.read(row.id_number, desk.now.astimezone(CHINA).date())
    except ValueError as error:
        said = str(error).replace("您发的", "填的").replace("，请再核对一遍发来", "，请照身份证核对")
        raise Refused(said if row.id_number else "缺身份证号。") from error
    person = await people.by_id_number(session, known.value)
    if person is None:
        raise Refused(f"{masking.id_number(known.value)}不在县劳动力档案里，请先登记本人。")
    if row.name and not people.is_named(session, person, row.name):
        raise Refused("姓名和身份证号对不上登记的，请照身份证核对。")
    return person


async def _place(
    session: AsyncSession, person: Person, row: Row, desk: Desk
) -> tuple[Enrolment | None, TrainingClass | None]:
    """The seat that led to it: in the class at hand, or in the last class of the occupation that was handed in."""
    mine = (
        select(Enrolment, TrainingClass)
        .join(TrainingClass, TrainingClass.id == Enrolment.class_id)
        .where(Enrolment.person_id == person.id, Enrolment.seating == Seating.SEATED)
        .order_by(TrainingClass.starts.desc(), TrainingClass.id.desc())
    )
    if desk.training_class is not None:
        rows = (await session.execute(mine.where(TrainingClass.id == desk.training_class.id))).all()
        if not rows:
            raise Refused(f"{person.name_masked}不在{desk.training_class.name}的名册里。")
        return rows[0][0], rows[0][1]
    taught = mine.where(TrainingClass.state == ClassState.HANDED_IN, TrainingClass.occupation == row.occupation)
    for enrolment, training_class in (await session.execute(taught)).all():
        if await _is_open_for(session, enrolment, row):
            return enrolment, training_class
    return None, None


async def _is_open_for(session: AsyncSession, enrolment: Enrolment, row: Row) -> bool:
    """Has the seat no certificate yet, or this very one?"""
    there = select(Certificate.issued_on).where(Certificate.enrolment_id == enrolment.id)
    issued_on = (await session.scalars(there)).one_or_none()
    return issued_on is None or issued_on == _day(row.issued_on)


def _paper(row: Row, training_class: TrainingClass | None) -> Paper:
    kind = certificates.kind_called(row.kind) if row.kind else _DEFAULT_KIND
    occupation = row.occupation or (training_class.occupation if training_class else "")
    if not occupation:
        raise Refused("缺工种。")
    if not row.issuer:
        raise Refused("缺发证机构。")
    level = certificates.level_called(row.level) if row.level else ""
    return Paper(kind, occupation, level, row.number, row.issuer, _day(row.issued_on))


def _day(written: str) -> date:
    try:
        match = _DATE.fullmatch(written)
        return date(*map(int, match.groups())) if match else date.fromisoformat(written)
    except ValueError as error:
        raise Refused(f"发证日期要像2026-11-20，填的是“{written[:20]}”。") from error
