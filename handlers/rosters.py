"""A roster held against the records: who can be taken into the class, who is in it, and what is wrong with the rest."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA
from handlers import screening
from handlers.roster_sheets import Roster, Row
from knowledge.shelf import Shelf
from records import confirming, enrolling, guessing, id_number, masking, people, ties, verifying, vouchers
from records.classes import TrainingClass
from records.enrolments import Seating
from records.errors import Refused
from records.id_number import IdNumber
from records.people import Person, Source
from records.staff import Staff
from records.trainers import OFFICE
from records.vouchers import Voucher

_PHONE = re.compile(r"1[3-9]\d{9}")
_NOT_LISTED = "不在县劳动力档案，请本人先到人社局登记。"
_SELF_MADE = "是自己在手机上登记的，县劳动力档案里还没有，请先到人社局核对身份证。"


@dataclass(frozen=True)
class Good:
    """A row that can be taken; nobody is known yet under its number where the person is missing."""

    row: Row
    number: IdNumber
    person: Person | None
    voucher: Voucher | None


@dataclass(frozen=True)
class Fault:
    """What is wrong with a row, each with what was expected; the name is masked."""

    where: str
    name: str
    says: tuple[str, ...]


@dataclass
class Checked:
    """A roster, row by row."""

    good: list[Good] = field(default_factory=list)
    already: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    missed: list[tuple[str, bool]] = field(default_factory=list)


@dataclass(frozen=True)
class Applied:
    """What came of a roster."""

    seated: int
    waiting: int
    already: int
    faults: list[Fault]


async def check(
    session: AsyncSession, shelf: Shelf, training_class: TrainingClass, roster: Roster, account: Staff, now: datetime
) -> Checked:
    """Look at every row and change nothing but the count of voucher numbers that were wrong."""
    checked = await _check(session, shelf, training_class, roster, account, now)
    await _keep_misses(session, checked, account, now)
    return checked


async def _check(
    session: AsyncSession, shelf: Shelf, training_class: TrainingClass, roster: Roster, account: Staff, now: datetime
) -> Checked:
    checked, seen = Checked(), dict[str, str]()
    checking = _Checking(session, shelf, training_class, account, now, checked.missed)
    for row in roster.rows:
        try:
            good = await checking.row(row, seen)
        except _Wrong as wrong:
            checked.faults.append(Fault(row.where, masking.name(row.name), wrong.says))
            continue
        if good is None:
            checked.already.append(row)
        else:
            checked.good.append(good)
    return checked


async def _keep_misses(session: AsyncSession, checked: Checked, account: Staff, now: datetime) -> None:
    """At the end of the unit: what waits for the audit log must not be held by somebody who still wants a class."""
    for number, exists in checked.missed:
        await guessing.miss(session, verifying.guesser(account), number, now, exists=exists)


async def apply(
    session: AsyncSession, shelf: Shelf, training_class: TrainingClass, roster: Roster, account: Staff, now: datetime
) -> Applied:
    """Take in all the good rows, in their order; the others stay out, and the same roster again takes nobody twice."""
    checked = await _check(session, shelf, training_class, roster, account, now)
    known = [good.person.id for good in checked.good if good.person is not None]
    await enrolling.alone(session, training_class, *known)
    counts = dict.fromkeys(Seating, 0)
    for good in checked.good:
        try:
            person = await _card(session, training_class, good, account, now)
            enrolment = await enrolling.enrol(session, training_class, person, good.voucher, now, account.actor)
        except Refused as refused:
            checked.faults.append(Fault(good.row.where, masking.name(good.row.name), (refused.reason,)))
            continue
        counts[Seating(enrolment.seating)] += 1
    await _keep_misses(session, checked, account, now)
    return Applied(counts[Seating.SEATED], counts[Seating.WAITING], len(checked.already), checked.faults)


class _Wrong(Exception):
    """A row cannot be taken."""

    def __init__(self, *says: str) -> None:
        self.says = says
        super().__init__(*says)


@dataclass(frozen=True)
class _Checking:
    """Holds rows against the records, for one class and account."""

    session: AsyncSession
    shelf: Shelf
    training_class: TrainingClass
    account: Staff
    now: datetime
    missed: list[tuple[str, bool]]  # numbers that are not of the person beside them, and whether anybody has them

    async def row(self, row: Row, seen: dict[str, str]) -> Good | None:
        """The row with its person and voucher; None for somebody who is in the class; raises _Wrong."""
        number = self._number(row)
        if where := seen.get(number.value):
            raise _Wrong(f"和{where}是同一个人（{masking.id_number(number.value)}），请留一行。")
        seen[number.value] = row.where
        person = await self._person(row, number)
        if person is None:
            return Good(row, number, None, None)
        enrolment = await enrolling.of(self.session, self.training_class, person)
        if enrolment is not None and enrolment.is_in:
            return None
        voucher, wrong = await self._voucher(row, person)
        if wrong := [*wrong, *await self._obstacles(person)]:
            raise _Wrong(*wrong)
        return Good(row, number, person, voucher)

    def _number(self, row: Row) -> IdNumber:
        if any(cell.startswith("=") for cell in (row.name, row.id_number, row.phone, row.voucher)):
            raise _Wrong("有的格子是公式，请复制后“选择性粘贴—数值”再传。")
        wrong = [] if row.name else ["缺姓名。"]
        if row.phone and not _PHONE.fullmatch(row.phone):
            wrong.append(f"手机号应是11位、1开头，填的是“{masking.phone(row.phone)}”。")
        try:
            number = id_number.read(row.id_number, self.now.astimezone(CHINA).date())
        except ValueError as error:
            raise _Wrong(*wrong, _as_written(row.id_number, str(error))) from error
        if wrong:
            raise _Wrong(*wrong)
        return number

    async def _person(self, row: Row, number: IdNumber) -> Person | None:
        person = await people.by_id_number(self.session, number.value)
        if person is None and not self.account.holds(*OFFICE):
            raise _Wrong(_NOT_LISTED)
        if person is not None and not people.is_named(self.session, person, row.name):
            raise _Wrong("姓名和身份证号对不上登记的，请照身份证核对。")
        return person

    async def _voucher(self, row: Row, person: Person) -> tuple[Voucher | None, list[str]]:
        """The voucher that was written down, or the one that serves; and what is wrong with it."""
        if not row.voucher:
            return await ties.fitting(self.session, self.training_class, person, self.now), []
        try:
            await guessing.hold(self.session, verifying.guesser(self.account), self.now, len(self.missed))
            voucher = await vouchers.by_number(self.session, row.voucher)
            if voucher is None or voucher.person_id != person.id:
                self.missed.append((row.voucher, voucher is not None))
                return None, [f"券{row.voucher}不是他本人的券，请照着学员的券核对。"]
            await ties.hold_fit(self.session, person.id, self.training_class, voucher, self.now)
        except ValueError as error:
            return None, [str(error).replace("您发的", "填的")]
        except Refused as refused:
            return None, [refused.reason]
        return voucher, []

    async def _obstacles(self, person: Person) -> list[str]:
        found = await screening.obstacles(self.session, self.shelf, self.training_class, person, self.now)
        if screening.UNREGISTERED in found:
            found.remove(screening.UNREGISTERED)
            if not self.account.holds(*OFFICE):
                found.append(_SELF_MADE)
        return [why.replace("您", "他", 1) for why in found]


async def _card(
    session: AsyncSession, training_class: TrainingClass, good: Good, account: Staff, now: datetime
) -> Person:
    """The trainee's card; the office's own roster brings those into the registry who are not in it."""
    if good.person is not None and good.person.source == Source.REGISTRY:
        return good.person
    row, region = good.row, training_class.region
    return await confirming.confirm(
        session, row.name, good.number, region, account, now, phone=row.phone, town=row.town
    )


def _as_written(typed: str, said: str) -> str:
    """What is wrong with an ID number, as one says it of a sheet."""
    if not typed:
        return "缺身份证号。"
    if len(typed) == 18 and typed.endswith("000"):
        return f"身份证号{masking.id_number(typed)}的后几位成了0：表格把它当数字存了，请把这一列设成文本再重填。"
    told = said.replace("您发的", "填的").replace("，请再核对一遍发来", "，请照身份证核对")
    return f"{masking.id_number(typed)}：{told}" if len(typed) >= 12 else told
