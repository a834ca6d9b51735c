"""The audit log: who did what to what, append-only, each entry chained to the one before by SHA-256."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import DDL, JSON, CheckConstraint, String, select, text
from sqlalchemy.event import listen
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import ExecutableDDLElement

from records.database import Base, Moment

GENESIS = "0" * 64
_LOCK = 0x5C111_A0D17  # one number that every process agrees on


class Event(StrEnum):
    """Everything that is audited, as subject:thing:verb."""

    STAFF_ACCOUNT_ADD = "staff:account:add"
    STAFF_ACCOUNT_CHANGE = "staff:account:change"
    STAFF_ACCOUNT_CLOSE = "staff:account:close"
    STAFF_ACCOUNT_REOPEN = "staff:account:reopen"
    STAFF_PASSWORD_SET = "staff:password:set"
    STAFF_TOTP_SET = "staff:totp:set"
    STAFF_SESSION_OPEN = "staff:session:open"
    STAFF_SESSION_REFUSE = "staff:session:refuse"
    STAFF_WECHAT_BIND = "staff:wechat:bind"
    STAFF_WECHAT_UNBIND = "staff:wechat:unbind"
    NOTICE_DRAFT_WRITE = "notice:draft:write"
    NOTICE_DRAFT_SUBMIT = "notice:draft:submit"
    NOTICE_DRAFT_RETURN = "notice:draft:return"
    NOTICE_SENDING_APPROVE = "notice:sending:approve"
    NOTICE_SENDING_BEGIN = "notice:sending:begin"
    NOTICE_SENDING_PAUSE = "notice:sending:pause"
    NOTICE_SENDING_RESUME = "notice:sending:resume"
    NOTICE_SENDING_CANCEL = "notice:sending:cancel"
    TICKET_TALK_TAKE = "ticket:talk:take"
    TICKET_TALK_CLOSE = "ticket:talk:close"
    POLICY_EXTENSION_RECORD = "policy:extension:record"
    POLICY_LIST_IMPORT = "policy:list:import"
    POLICY_TEXT_IMPORT = "policy:text:import"
    POLICY_EXTENSION_APPROVE = "policy:extension:approve"
    CORRECTION_DRAFT = "correction:draft"
    CORRECTION_APPROVE = "correction:approve"
    CORRECTION_REVERT = "correction:revert"
    CLASS_REGISTER_ANCHOR = "class:register:anchor"
    CLASS_SIGN_JUDGE = "class:sign:judge"
    CLASS_SESSION_BEGIN = "class:session:begin"
    CLASS_ROSTER_VIEW = "class:roster:view"
    CLASS_SHEET_DOWNLOAD = "class:sheet:download"
    CLASS_NUMBERS_VIEW = "class:numbers:view"
    CLASS_ATTESTATION_ISSUE = "class:attestation:issue"
    CLASS_SPOT_CHECK = "class:spot:check"
    CLASS_EVIDENCE_ADD = "class:evidence:add"
    CLASS_PAPER_ENTER = "class:paper:enter"
    CLASS_PAPER_APPROVE = "class:paper:approve"
    CLASS_PAPER_REFUSE = "class:paper:refuse"
    CLASS_TEACHING_END = "class:teaching:end"
    CLASS_RESULTS_ENTER = "class:results:enter"
    CLASS_TEACHING_HAND_IN = "class:teaching:hand_in"
    NUMBER_GUESSING_LOCK = "number:guessing:lock"
    VOUCHER_CLASS_VERIFY = "voucher:class:verify"
    VOUCHER_ROUND_WRITE = "voucher:round:write"
    VOUCHER_ROUND_APPROVE = "voucher:round:approve"
    VOUCHER_ROUND_CANCEL = "voucher:round:cancel"
    VOUCHER_ROUND_CLOSE = "voucher:round:close"
    EXCUSE_DECIDE = "excuse:wish:decide"
    CLASS_SEAT_TAKE = "class:seat:take"
    CLASS_SEAT_LEAVE = "class:seat:leave"
    CLASS_SEAT_HOLD = "class:seat:hold"
    CLASS_CAPACITY_SET = "class:capacity:set"
    CLASS_SEAT_MOVE_UP = "class:seat:move_up"
    CLAIM_DRAFT = "claim:lines:draft"
    CLAIM_REVISE = "claim:lines:revise"
    CLAIM_MOVE = "claim:state:move"
    CLAIM_PAPER_CHANGE = "claim:paper:change"
    CLAIM_OBJECTION_MAKE = "claim:objection:make"
    CLAIM_OBJECTION_ANSWER = "claim:objection:answer"
    CLAIM_OBJECTION_SHOW = "claim:objection:show"
    PHOTO_VIEW = "photo:content:view"
    BUDGET_SET = "budget:sum:set"
    REPORT_DOWNLOAD = "report:sheet:download"
    PAYMENT_BATCH_MAKE = "payment:batch:make"
    PAYMENT_BATCH_DROP = "payment:batch:drop"
    PAYMENT_BATCH_DOWNLOAD = "payment:batch:download"
    CERTIFICATE_ENTER = "certificate:paper:enter"
    CERTIFICATE_CORRECT = "certificate:paper:correct"
    EMPLOYMENT_TELL = "employment:work:tell"
    EMPLOYMENT_HAND_UP = "employment:proof:hand_up"
    EMPLOYMENT_PROVE = "employment:proof:accept"
    EMPLOYMENT_REFUTE = "employment:proof:refute"
    VOUCHER_PAPER_REVOKE = "voucher:paper:revoke"
    REGISTRY_SHEET_START = "registry:sheet:start"
    REGISTRY_SHEET_END = "registry:sheet:end"
    PERSON_CARD_VIEW = "person:card:view"
    PERSON_CARD_SEEK = "person:card:seek"
    PERSON_CARD_EXPORT = "person:card:export"
    PERSON_NUMBER_VIEW = "person:number:view"
    PERSON_GROUP_CHANGE = "person:group:change"
    PERSON_WECHAT_UNBIND = "person:wechat:unbind"
    PERSON_CARD_CONFIRM = "person:card:confirm"
    PERSON_CARD_ERASE = "person:card:erase"
    PERSON_ABSENCE_JUDGE = "person:absence:judge"
    INSTITUTION_LIST_ADD = "institution:list:add"
    INSTITUTION_FACTS_CHANGE = "institution:facts:change"
    INSTITUTION_OCCUPATIONS_PERMIT = "institution:occupations:permit"
    INSTITUTION_STANDING_SET = "institution:standing:set"
    CLASS_PLAN_DRAFT = "class:plan:draft"
    CLASS_PLAN_REVISE = "class:plan:revise"
    CLASS_PLAN_SUBMIT = "class:plan:submit"
    CLASS_PLAN_APPROVE = "class:plan:approve"
    CLASS_PLAN_RETURN = "class:plan:return"
    CLASS_PLAN_CANCEL = "class:plan:cancel"
    CLASS_TIMETABLE_LAY = "class:timetable:lay"
    CLASS_SESSION_MOVE = "class:session:move"
    CLASS_SESSION_CANCEL = "class:session:cancel"


class Entry(Base):
    """One audited act; its hash covers the hash before it and everything in the row."""

    __tablename__ = "audit"
    __table_args__ = (CheckConstraint("number > 0", name="number_counts"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    event: Mapped[str] = mapped_column(String(48), index=True)
    actor: Mapped[str] = mapped_column(String(80))  # staff:3, or what acts on its own: jobs
    thing: Mapped[str] = mapped_column(String(80), index=True)  # notice:12
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    before: Mapped[str] = mapped_column(String(64), unique=True)  # unique: the chain cannot fork
    hash: Mapped[str] = mapped_column(String(64), unique=True)


@dataclass(frozen=True)
class Act:
    """One of several acts that are written down together."""

    event: Event
    thing: str
    details: Mapping[str, Any]


@dataclass(frozen=True)
class Verdict:
    """What an examination of the log found."""

    entries: int  # how many hold, counted from the first
    last: str  # hash of the last that holds; noted elsewhere it also shows a log cut short
    broken: int | None = None  # number of the first entry that does not hold
    why: str = ""


async def append(session: AsyncSession, event: Event, actor: str, thing: str, now: datetime, **details: Any) -> Entry:
    """Write one entry; other units that append wait until this one ends, so the chain has one order."""
    (entry,) = await append_all(session, [Act(event, thing, details)], actor, now)
    return entry


async def append_all(session: AsyncSession, acts: Sequence[Act], actor: str, now: datetime) -> list[Entry]:
    """Write an entry for each act, in their order, at the cost of one."""
    if not acts:
        return []
    if session.get_bind().dialect.name == "postgresql":  # a SQLite unit is alone anyway
        await session.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    last = (await session.scalars(select(Entry).order_by(Entry.number.desc()).limit(1))).one_or_none()
    first, before = (last.number + 1, last.hash) if last else (1, GENESIS)
    entries = []
    for number, act in enumerate(acts, first):
        given = {"event": act.event, "thing": act.thing, "details": dict(act.details)}
        entry = Entry(number=number, at=now, actor=actor, before=before, **given)
        before = entry.hash = digest(entry)
        entries.append(entry)
    session.add_all(entries)
    await session.flush()
    return entries


def digest(entry: Entry) -> str:
    """SHA-256 of the hash before and the canonical JSON of the row."""
    row = {
        "number": entry.number,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "event": str(entry.event),
        "actor": entry.actor,
        "thing": entry.thing,
        "details": entry.details,
    }
    canonical = json.dumps(row, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{entry.before}\n{canonical}".encode()).hexdigest()


async def verify(session: AsyncSession) -> Verdict:
    """Walk the whole chain and stop at the first entry that was changed, taken out or put in."""
    count, before = 0, GENESIS
    async for entry in _in_order(session):
        why = _fault(entry, count + 1, before)
        if why:
            return Verdict(count, before, entry.number, why)
        count, before = count + 1, entry.hash
    return Verdict(count, before)


async def history(session: AsyncSession, *things: str) -> list[Entry]:
    """What was done to one thing, or to several that belong together, oldest first."""
    return list(await session.scalars(select(Entry).where(Entry.thing.in_(things)).order_by(Entry.number)))


async def _in_order(session: AsyncSession) -> AsyncIterator[Entry]:
    rows = await session.stream_scalars(select(Entry).order_by(Entry.number).execution_options(yield_per=500))
    async for entry in rows:
        yield entry


def _fault(entry: Entry, number: int, before: str) -> str:
    if entry.number != number:
        return f"应是第{number}条，却是第{entry.number}条：中间有记录被删"
    if entry.before != before:
        return "与前一条接不上：前一条被换过"
    if entry.hash != digest(entry):
        return "内容与校验值不符：这一条被改过"
    return ""


# The log is append-only for everybody who reaches the database, also past this program. Migrations carry the same.
TRIGGERS: dict[str, tuple[str, ...]] = {
    "sqlite": tuple(
        f"create trigger audit_no_{verb} before {verb} on audit begin select raise(abort, 'audit is append-only'); end"
        for verb in ("update", "delete")
    ),
    "postgresql": (
        "create or replace function audit_is_append_only() returns trigger language plpgsql as "
        "$$ begin raise exception 'audit is append-only'; end $$",
        "create trigger audit_no_change before update or delete on audit "
        "for each row execute function audit_is_append_only()",
        "create trigger audit_no_truncate before truncate on audit "
        "for each statement execute function audit_is_append_only()",
    ),
}

for _dialect, _statements in TRIGGERS.items():
    for _statement in _statements:
        _trigger: ExecutableDDLElement = DDL(_statement)  # type: ignore[no-untyped-call]
        listen(Entry.__table__, "after_create", _trigger.execute_if(dialect=_dialect))
