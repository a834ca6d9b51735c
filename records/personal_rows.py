"""What the records hold of one person, table by table, each row in words he understands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from config.settings import CHINA
from records import subscriptions
from records.absences import VERDICT_NAMES, Absence, Verdict
from records.classes import TrainingClass
from records.enrolments import Enrolment
from records.excuses import DECISION_NAMES, WISH_NAMES, Excuse
from records.followers import Follower
from records.marks import STATUS_NAMES, Mark
from records.objections import Objection
from records.people import Person
from records.photos import Photo
from records.questions import Question
from records.registry_runs import RegistryRun
from records.results import OUTCOME_NAMES, Result
from records.rounds import ANSWER_NAMES, RoundAnswer
from records.sessions import PART_NAMES, Session
from records.tickets import Line, Speaker, Ticket
from records.voucher_states import SHOWN, State
from records.vouchers import VoucherEvent

Rows = list[dict[str, Any]]
_SPEAKERS = {Speaker.WORKER: "您", Speaker.STAFF: "工作人员", Speaker.BOT: "自动回复"}


async def marks(session: AsyncSession, person: Person) -> Rows:
    """The marks that hold: of one that was corrected, its correction."""
    later = aliased(Mark)
    rows = await session.execute(
        select(Mark, Session, TrainingClass.name)
        .join(Enrolment, Enrolment.id == Mark.enrolment_id)
        .join(Session, Session.id == Mark.session_id)
        .join(TrainingClass, TrainingClass.id == Session.class_id)
        .outerjoin(later, later.corrects == Mark.id)
        .where(Enrolment.person_id == person.id, later.id.is_(None))
        .order_by(Session.starts_at, Mark.id)
    )
    return [
        {
            "班名": name,
            "日期": on(sitting.day),
            "节次": PART_NAMES[sitting.part],
            "记的": STATUS_NAMES[mark.status],
            "时间": at(mark.at),
            "说明": mark.reason,
        }
        for mark, sitting, name in rows.tuples()
    ]


async def excuses(session: AsyncSession, person: Person) -> Rows:
    """Leave and make-ups that he asked for."""
    rows = await session.execute(
        select(Excuse, Session.day)
        .join(Enrolment, Enrolment.id == Excuse.enrolment_id)
        .join(Session, Session.id == Excuse.session_id)
        .where(Enrolment.person_id == person.id)
        .order_by(Excuse.asked_at)
    )
    return [
        {
            "哪天": on(day),
            "申请": WISH_NAMES[each.wish],
            "原因": each.reason,
            "结果": DECISION_NAMES[each.decision],
            "答复": each.remark,
        }
        for each, day in rows.tuples()
    ]


async def results(session: AsyncSession, person: Person) -> Rows:
    """How his assessments ended."""
    rows = await session.execute(
        select(Result, TrainingClass.name)
        .join(Enrolment, Enrolment.id == Result.enrolment_id)
        .join(TrainingClass, TrainingClass.id == Enrolment.class_id)
        .where(Enrolment.person_id == person.id)
        .order_by(Result.on)
    )
    return [
        {"班名": name, "日期": on(each.on), "结果": OUTCOME_NAMES[each.outcome], "分数": each.score}
        for each, name in rows.tuples()
    ]


async def voucher_events(session: AsyncSession, vouchers: Sequence[int]) -> Rows:
    """What happened to these vouchers."""
    mine = select(VoucherEvent).where(VoucherEvent.voucher_id.in_(vouchers)).order_by(VoucherEvent.id)
    return [
        {"时间": at(each.at), "变成": SHOWN[State(each.after)], "原因": each.reason}
        for each in await session.scalars(mine)
    ]


async def photos(session: AsyncSession, person: Person) -> Rows:
    """Photos he sent in the chat, without the pictures."""
    mine = select(Photo).where(Photo.person_id == person.id).order_by(Photo.sent_at)
    return [
        {"时间": at(each.sent_at), "放到哪里": "还没放好" if each.placed_at is None else each.target}
        for each in await session.scalars(mine)
    ]


async def offers(session: AsyncSession, person: Person) -> Rows:
    """What he answered when a voucher was offered to him."""
    mine = select(RoundAnswer).where(RoundAnswer.person_id == person.id).order_by(RoundAnswer.id)
    return [
        {"答复": ANSWER_NAMES[each.state], "时间": at(each.answered_at), "原因": each.reason}
        for each in await session.scalars(mine)
    ]


async def absent(session: AsyncSession, person: Person) -> Rows:
    """The sheets of the registry that he is missing from, and what the office found out."""
    rows = await session.execute(
        select(Absence, RegistryRun.started_at)
        .join(RegistryRun, RegistryRun.id == Absence.run_id)
        .where(Absence.person_id == person.id)
        .order_by(Absence.id)
    )
    return [
        {
            "哪天的表里没有": at(started)[:10],
            "核实": VERDICT_NAMES[Verdict(each.verdict)] if each.verdict else "还没核实",
        }
        for each, started in rows.tuples()
    ]


async def said(session: AsyncSession, follower: Follower) -> dict[str, Rows]:
    """What was said in the chat, and what is wanted to be told."""
    asked = select(Question).where(Question.openid == follower.openid).order_by(Question.at)
    lines = select(Line).join(Ticket, Ticket.id == Line.ticket_id).where(Ticket.openid == follower.openid)
    objected = select(Objection).where(Objection.openid == follower.openid).order_by(Objection.made_at)
    return {
        "问答": [{"时间": at(each.at), "问": each.asked, "答": each.answered} for each in await session.scalars(asked)],
        "人工对话": [
            {"时间": at(each.at), "谁说的": _SPEAKERS[Speaker(each.speaker)], "说的": each.text}
            for each in await session.scalars(lines.order_by(Line.at, Line.id))
        ],
        "提过的异议": [
            {"时间": at(each.made_at), "说的": each.said, "答复": each.reason}
            for each in await session.scalars(objected)
        ],
        "通知订阅": [{"主题": str(topic)} for topic in await subscriptions.wanted(session, follower.openid)],
    }


def on(day: date | None) -> str:
    """2026-11-20; empty for none."""
    return day.isoformat() if day else ""


def at(moment: datetime | None) -> str:
    """2026-11-20 08:30 in China; empty for none."""
    return f"{moment.astimezone(CHINA):%Y-%m-%d %H:%M}" if moment else ""
