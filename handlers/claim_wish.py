"""A claim as a clerk typed it, and what it comes to line by line."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA
from handlers import claim_subjects, claiming
from handlers.claiming import Ask, Subject
from handlers.programmes import Programme
from knowledge import certificates
from knowledge.model import Payee
from records import certificate_numbers, employing, people, vouchers
from records.audience import place
from records.certificates import Certificate
from records.claim_drafts import Line
from records.errors import Refused
from records.people import Person
from records.staff import Staff

CARD, PAPER = "档案", "证书"  # 档案17李*英, 证书5: how a draft that is opened again names whom it knows
_LONGEST = 60  # characters of a thing's name
_KNOWN = re.compile(rf"({CARD}|{PAPER})(\d{{1,9}})(?!\d)")


@dataclass(frozen=True)
class Typed:
    """One line as the clerk typed it."""

    place: int  # from 1
    what: str  # number of a certificate, ID number, or name
    fen: int | None = None
    problem: str = ""


@dataclass(frozen=True)
class Wish:
    """A claim as the clerk typed it."""

    programme: Programme
    part: int
    payee: str  # name; of a worker his ID number
    typed: Sequence[Typed]
    facts: Mapping[str, Any] = field(default_factory=dict)
    basis: str = ""
    claim_id: int = 0  # the draft that is changed: what it holds itself is not taken by another


@dataclass(frozen=True)
class Row:
    """One line worked out, with whom or what it is for."""

    line: Line
    name: str  # masked
    id_number: str  # masked


@dataclass(frozen=True)
class Reckoned:
    """What a wish comes to, and what is wrong with single lines of it."""

    rows: Sequence[Row]
    problems: Sequence[str]
    payee: Person | None  # where a worker is paid himself

    @property
    def fen(self) -> int:
        """The sum of the lines that are paid."""
        return sum(row.line.fen for row in self.rows)


async def reckon(session: AsyncSession, wish: Wish, by: Staff, now: datetime) -> Reckoned:
    """Work a wish out; lines that cannot be read are told apart. Refused where the payee is nobody."""
    today = now.astimezone(CHINA).date()
    payee = await _payee(session, wish, by, today)
    found: dict[object, Subject] = {}
    first: dict[object, int] = {}
    problems = []
    for typed in wish.typed:
        try:
            subjects = await _subjects(session, wish, typed, by, now)
            for key, subject in ((_key(each), each) for each in subjects):
                _hold_own(payee, subject)
                if key in found:
                    raise Refused(f"和第{first[key]}行是同一个，删掉一行。")
                found[key], first[key] = subject, typed.place
        except Refused as refusal:
            problems.append(f"第{typed.place}行“{typed.what[:24]}”：{refusal.reason}")
    scheme = wish.programme.scheme
    ask = Ask(
        wish.programme.policy, scheme, today, part=wish.part, facts=wish.facts, basis=wish.basis, claim_id=wish.claim_id
    )
    subjects = list(found.values())
    lines = _once(await claiming.lines(session, ask, subjects))
    return Reckoned([_row(*each) for each in zip(lines, subjects, strict=True)], problems, payee)


async def _payee(session: AsyncSession, wish: Wish, by: Staff, today: date) -> Person | None:
    if wish.programme.scheme.payee != Payee.WORKER or not wish.payee.strip():
        return None
    return await _person(session, wish.payee, by)


def _hold_own(payee: Person | None, subject: Subject) -> None:
    if payee is not None and subject.person is not None and subject.person.id != payee.id:
        raise Refused(f"是{subject.person.name_masked}的，钱付给{payee.name_masked}，一个人一笔。")


async def _subjects(session: AsyncSession, wish: Wish, typed: Typed, by: Staff, now: datetime) -> list[Subject]:
    """Whom or what a line is for."""
    today = now.astimezone(CHINA).date()
    if typed.problem:
        raise Refused(typed.problem)
    match wish.programme.scheme.claimed:
        case "certificate":
            found = await _certified(session, wish, typed, by, today)
        case "class":
            person = await _person(session, typed.what, by)
            found = [await _sat(session, wish, person, now)]
        case "person":
            person = await _person(session, typed.what, by)
            found = [Subject(person=person, facts=await vouchers.facts_of(session, person, today))]
        case _:
            found = [Subject(name=_name(typed.what))]
    return [replace(each, fen=typed.fen) for each in found]


async def _sat(session: AsyncSession, wish: Wish, person: Person, now: datetime) -> Subject:
    """The trainee in the last of his classes that is over."""
    classes = await employing.over_of(session, person)
    if not classes:
        raise Refused(f"{person.name_masked}没有上完的班，班结业了才能算。")
    return await claim_subjects.in_class(session, classes[0], wish.programme.policy, person, now)


async def _certified(session: AsyncSession, wish: Wish, typed: Typed, by: Staff, today: date) -> list[Subject]:
    if (match := _KNOWN.match(typed.what)) and match[1] == PAPER:
        known = await session.get(Certificate, int(match[2]))
        held = [known] if known else []
    else:
        held = await certificate_numbers.called(session, certificates.normal(typed.what))
    crowd = await claim_subjects.of_certificates(session, held, wish.programme.policy, today)
    mine = [each for each in crowd.subjects if each.person and each.person.region.startswith(place(by.region))]
    if not mine:
        raise Refused("证书登记里没有这个编号，先到“证书”里登记，或核对编号。")
    return mine


async def _person(session: AsyncSession, typed: str, by: Staff) -> Person:
    number = "".join(typed.split()).replace("-", "").upper()
    if (match := _KNOWN.match(number)) and match[1] == CARD:
        person = await people.get(session, int(match[2]))
    else:
        person = await people.by_id_number(session, number)
    if person is None or not person.region.startswith(place(by.region)):
        raise Refused("名册里没有这个身份证号，先到“一人一卡”或“导入”里登记，或核对号码。")
    return person


def _name(typed: str) -> str:
    name = typed.strip().replace(":", "：")  # what is paid for is told apart by colons
    if len(name) > _LONGEST:
        raise Refused(f"名称最多{_LONGEST}个字，这里有{len(name)}个字。")
    return name


def _key(subject: Subject) -> object:
    if subject.certificate is not None:
        return subject.certificate.id
    return subject.person.id if subject.person else subject.name


def _once(lines: Sequence[Line]) -> list[Line]:
    """Two lines for the same money (two certificates of one level): the first is paid."""
    seen: dict[str, int] = {}
    kept = []
    for place_, line in enumerate(lines, start=1):
        first = seen.setdefault(line.merit, place_)
        is_again = first != place_
        kept.append(
            replace(line, fen=0, blocked=[*line.blocked, f"和第{first}行是同一笔，只付一次"]) if is_again else line
        )
    return kept


def _row(line: Line, subject: Subject) -> Row:
    if subject.person is None:
        return Row(line, subject.name, "")
    return Row(line, subject.person.name_masked, subject.person.id_masked)
