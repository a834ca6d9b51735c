"""The answers of a voucher round: a yes that ends with a voucher or a reason, a no, and the figures of them all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, String, cast, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA
from records.errors import Refused
from records.nudges import Nudge
from records.people import Person
from records.rounds import Answer, Round, RoundAnswer, RoundState
from records.vouchers import Voucher

SAID_YES = (Answer.WILLING, Answer.ISSUED, Answer.REFUSED)
OPEN = (Answer.ASKED, Answer.WILLING, Answer.DECLINED)  # he may still say yes
NO_ANSWER = (Answer.ASKED, Answer.SILENT)
# What a figure of the page counts, and its rows show.
GROUPS: Mapping[str, tuple[str, tuple[Answer, ...]]] = {
    "all": ("问了", tuple(Answer)),
    "yes": ("说要", SAID_YES),
    "issued": ("发了券", (Answer.ISSUED,)),
    "refused": ("不符合", (Answer.REFUSED,)),
    "unfinished": ("没办完", (Answer.WILLING,)),
    "declined": ("不要", (Answer.DECLINED,)),
    "silent": ("没答复", NO_ANSWER),
}

Row = tuple[RoundAnswer, Person, Voucher | None, str]


async def of(session: AsyncSession, round_id: int, person: Person) -> RoundAnswer | None:
    """What a person said in a round."""
    mine = RoundAnswer.round_id == round_id, RoundAnswer.person_id == person.id
    return (await session.scalars(select(RoundAnswer).where(*mine))).one_or_none()


async def want(session: AsyncSession, answer: RoundAnswer, now: datetime) -> Round:
    """He wants one; Refused where the round is over or its vouchers are gone."""
    round_ = await _open(session, answer, now)
    answer.state, answer.answered_at, answer.reason = Answer.WILLING, now, ""
    return round_


async def decline(session: AsyncSession, answer: RoundAnswer, now: datetime, reason: str = "") -> None:
    """He wants none, with the reason where he gave one."""
    await session.refresh(answer, with_for_update=True)
    if answer.state in OPEN:
        answer.state, answer.answered_at, answer.reason = Answer.DECLINED, now, reason[:200]


async def refuse(session: AsyncSession, answer_id: int, reason: str, now: datetime) -> None:
    """He may not have one, and why."""
    answer = await session.get_one(RoundAnswer, answer_id, with_for_update=True)
    if answer.state in OPEN:
        answer.state, answer.answered_at, answer.reason = Answer.REFUSED, now, reason[:200]


async def hold_one(session: AsyncSession, answer_id: int, now: datetime) -> None:
    """Keep one voucher of the round for him until the unit ends; Refused where none is left."""
    await _open(session, await session.get_one(RoundAnswer, answer_id), now)


async def issued(session: AsyncSession, answer_id: int, voucher: Voucher, now: datetime) -> None:
    """He got one of the round's vouchers."""
    answer = await session.get_one(RoundAnswer, answer_id)
    round_ = await session.get_one(Round, answer.round_id)
    round_.issued += 1
    answer.state, answer.answered_at, answer.voucher_id, answer.reason = Answer.ISSUED, now, voucher.id, ""


async def count(session: AsyncSession, round_id: int) -> dict[str, int]:
    """The figures of a round, by the names of GROUPS."""
    rows = await session.execute(
        select(RoundAnswer.state, func.count()).where(RoundAnswer.round_id == round_id).group_by(RoundAnswer.state)
    )
    counted = {Answer(state): number for state, number in rows}
    return {name: sum(counted.get(state, 0) for state in states) for name, (_, states) in GROUPS.items()}


async def why(session: AsyncSession, round_id: int, state: Answer) -> Sequence[tuple[str, int]]:
    """The reasons in a state, the most frequent first; empty where none was given."""
    mine = RoundAnswer.round_id == round_id, RoundAnswer.state == state
    counted = select(RoundAnswer.reason, func.count()).where(*mine).group_by(RoundAnswer.reason)
    rows = await session.execute(counted.order_by(func.count().desc(), RoundAnswer.reason).limit(12))
    return [(reason, number) for reason, number in rows]


async def rows(
    session: AsyncSession, round_id: int, group: str, reason: str, offset: int, most: int
) -> tuple[Sequence[Row], int]:
    """One page of the people behind a figure, with what became of the message to each, and the number of all."""
    which = [RoundAnswer.round_id == round_id, RoundAnswer.state.in_(GROUPS[group][1])]
    if reason:
        which.append(RoundAnswer.reason == reason)
    total = (await session.scalars(select(func.count()).select_from(RoundAnswer).where(*which))).one()
    found = await session.execute(
        select(RoundAnswer, Person, Voucher, func.coalesce(Nudge.outcome, ""))
        .join(Person, Person.id == RoundAnswer.person_id)
        .outerjoin(Voucher, Voucher.id == RoundAnswer.voucher_id)
        .outerjoin(Nudge, (Nudge.person_id == RoundAnswer.person_id) & (Nudge.key == _key()))
        .where(*which)
        .order_by(RoundAnswer.answered_at.desc().nulls_last(), RoundAnswer.id)
        .offset(offset)
        .limit(most)
    )
    return [(row[0], row[1], row[2], row[3]) for row in found], total


def _key() -> ColumnElement[str]:
    parts = literal("round:") + cast(RoundAnswer.round_id, String) + ":" + cast(RoundAnswer.person_id, String)
    key: ColumnElement[str] = parts
    return key


async def _open(session: AsyncSession, answer: RoundAnswer, now: datetime) -> Round:
    round_ = await session.get_one(Round, answer.round_id, with_for_update=True, populate_existing=True)
    await session.refresh(answer, with_for_update=True)
    if round_.state != RoundState.ASKING or now.astimezone(CHINA).date() > round_.until:
        raise Refused("这一批已经截止了。还想要券，回复“领券”自己领。")
    if round_.issued >= round_.most:
        raise Refused(f"这一批{round_.most}张都发完了。还想要券，回复“领券”看看能不能自己领。")
    return round_
