"""Attestations (培训考勤证明): what is certified of a trainee's attendance, kept in the audit log, found again by a short code."""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA
from records import audit
from records.audit import Entry, Event
from records.classes import TrainingClass
from records.enrolments import Enrolment
from records.errors import Refused
from records.grids import Grid, Line, Symbol
from records.people import Person
from records.staff import Role, Staff
from records.trainers import class_for
from records.vault import Vault
from records.voucher_number import ALPHABET

ISSUERS = (Role.CLERK, Role.REVIEWER, Role.APPROVER)
LENGTH = 12
_NUMBER, _SEAL = 5, 6  # characters of the entry's number and of the seal; the last is the check
_BASE = len(ALPHABET)  # 31: a prime, so that a weighted sum shows every wrong character and every swap of two


@dataclass(frozen=True)
class Figures:
    """What is certified, as it stood on the day of issue."""

    held: int
    attended: int
    late: int
    early: int
    made_up: int
    leave: int
    absent: int
    minutes: int  # of the sessions attended
    first: str  # day of the first session that was held, 2026-11-03
    last: str


@dataclass(frozen=True)
class Attestation:
    """One that was issued."""

    code: str
    issued_at: datetime
    figures: Figures
    enrolment: Enrolment
    person: Person
    training_class: TrainingClass

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day that it is about."""
        return date.fromisoformat(self.figures.first), date.fromisoformat(self.figures.last)

    @property
    def hours(self) -> float:
        """Hours of the sessions attended."""
        return round(self.figures.minutes / 60, 1)


async def issue(session: AsyncSession, grid: Grid, only: int | None, account: Staff, now: datetime) -> int:
    """Certify the attendance of a class's trainees, or of one enrolment; says how many are new.

    The same figures on the same day are issued once. Refused before the first session has ended.
    """
    if not account.holds(*ISSUERS):
        raise Refused("考勤证明由经办、审核或批准的同事开，请找他们。")
    training_class = await class_for(session, grid.training_class.id, account)
    lines = [line for line in grid.lines if only in (None, line.enrolment.id)]
    if not lines:
        raise Refused("名册里没有这个人，可能退班了，请刷新看看。")
    if not grid.held:
        raise Refused("这个班还没有上完一节课，没有考勤可以证明。")
    # Two colleagues may issue at once: the second waits here and finds what the first has issued.
    await session.refresh(training_class, with_for_update={"key_share": True})
    today, issued = now.astimezone(CHINA).date(), await _latest(session, [line.enrolment for line in lines])
    new = 0
    for line in lines:
        told, earlier = asdict(_figures(grid, line)), issued.get(line.enrolment.thing)
        if earlier and earlier.at.astimezone(CHINA).date() == today and earlier.details == told:
            continue
        await audit.append(session, Event.CLASS_ATTESTATION_ISSUE, account.actor, line.enrolment.thing, now, **told)
        new += 1
    return new


async def latest(session: AsyncSession, grid: Grid, only: int | None) -> list[Attestation]:
    """The last that was issued to each trainee of a class who has one, or to one enrolment."""
    lines = {line.enrolment.thing: line for line in grid.lines if only in (None, line.enrolment.id)}
    issued, vault = await _latest(session, [line.enrolment for line in lines.values()]), session.info["vault"]
    return [
        _attestation(vault, issued[thing], line.enrolment, line.person, grid.training_class)
        for thing, line in lines.items()
        if thing in issued
    ]


async def by_code(session: AsyncSession, told: str) -> Attestation | None:
    """The attestation with this code, None where there is none; Refused for what cannot be a code."""
    vault, number = session.info["vault"], read(session.info["vault"], told)
    entry = await session.get(Entry, number) if number else None
    if entry is None or entry.event != Event.CLASS_ATTESTATION_ISSUE:
        return None
    enrolment = await session.get(Enrolment, int(entry.thing.removeprefix("enrolment:")))
    if enrolment is None:
        return None
    person = await session.get_one(Person, enrolment.person_id)
    return _attestation(vault, entry, enrolment, person, await session.get_one(TrainingClass, enrolment.class_id))


def code(vault: Vault, number: int) -> str:
    """The code of an entry of the audit log, in three groups of four: seal, number, check."""
    body = _seal(vault, number) + _digits(number, _NUMBER)
    return shown(body + ALPHABET[-_weighed(body) * pow(LENGTH, -1, _BASE) % _BASE])


def read(vault: Vault, told: str) -> int | None:
    """The number in a code, None where the seal is none of ours; Refused with what to correct for a slip of the pen."""
    value = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", told)).upper()
    if len(value) != LENGTH:
        raise Refused(f"验证码是{LENGTH}位字母数字，您填的有{len(value)}位，请照着证明再核对一遍。")
    if wrong := next((each for each in value if each not in ALPHABET), None):
        raise Refused(f"验证码里没有“{wrong}”（不用0、1和字母O、I、L），请照着证明再核对一遍。")
    if _weighed(value) % _BASE:
        raise Refused("验证码校验不对，多半有一位看错或写颠倒了，请照着证明再核对一遍。")
    number = 0
    for each in value[_SEAL:-1]:
        number = number * _BASE + ALPHABET.index(each)
    return number if hmac.compare_digest(value[:_SEAL], _seal(vault, number)) else None


def shown(value: str) -> str:
    """7F3K-9Q2M-22A4"""
    return "-".join(value[start : start + 4] for start in range(0, LENGTH, 4))


def _figures(grid: Grid, line: Line) -> Figures:
    told, absent = line.standing, (Symbol.ABSENT, Symbol.LEAVE, Symbol.UNSIGNED, "")
    there = [sitting for sitting, cell in zip(grid.sittings, line.cells, strict=True) if cell not in absent]
    return Figures(
        held=told.held,
        attended=told.attended,
        late=told.late,
        early=told.early,
        made_up=told.made_up,
        leave=told.leave,
        absent=told.absent + told.unsigned,
        minutes=sum(int((sitting.ends_at - sitting.starts_at).total_seconds()) // 60 for sitting in there),
        first=grid.held[0].day.isoformat(),
        last=grid.held[-1].day.isoformat(),
    )


def _attestation(
    vault: Vault, entry: Entry, enrolment: Enrolment, person: Person, training_class: TrainingClass
) -> Attestation:
    return Attestation(code(vault, entry.number), entry.at, Figures(**entry.details), enrolment, person, training_class)


async def _latest(session: AsyncSession, enrolments: Sequence[Enrolment]) -> dict[str, Entry]:
    mine = select(Entry).where(
        Entry.event == Event.CLASS_ATTESTATION_ISSUE, Entry.thing.in_([each.thing for each in enrolments])
    )
    return {entry.thing: entry for entry in await session.scalars(mine.order_by(Entry.number))}


def _seal(vault: Vault, number: int) -> str:
    proof = hmac.new(vault.key("attendance attestations"), str(number).encode(), hashlib.sha256).digest()
    return _digits(int.from_bytes(proof) % _BASE**_SEAL, _SEAL)


def _digits(value: int, length: int) -> str:
    """A number in our alphabet; ValueError for one that is too large."""
    if not 0 <= value < _BASE**length:
        raise ValueError(f"expected a number below {_BASE}^{length}, got {value}")
    digits = ""
    for _ in range(length):
        value, digit = divmod(value, _BASE)
        digits = ALPHABET[digit] + digits
    return digits


def _weighed(value: str) -> int:
    return sum(place * ALPHABET.index(each) for place, each in enumerate(value, 1))
