"""Assessing: each trainee's result, entered after the last session and final with the class's hand-in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA
from records import audit, seats
from records.audit import Event
from records.class_states import CLASS_STATE_NAMES, ClassState, hold_unfinished
from records.classes import TrainingClass
from records.enrolments import Enrolment
from records.errors import Refused
from records.results import Outcome, Result
from records.staff import Staff
from records.trainers import hold_trainer

HIGHEST = 100


@dataclass(frozen=True)
class Given:
    """What became of one trainee, as the trainer says."""

    outcome: Outcome
    score: int | None  # of 100
    on: date


def fault(training_class: TrainingClass, given: Given, today: date) -> str:
    """What is wrong with a result, as one sentence; empty where nothing is."""
    if given.outcome is Outcome.ABSENT and given.score is not None:
        return f"没参加评价的人不填分数，您填的是{given.score}。"
    if given.score is not None and not 0 <= given.score <= HIGHEST:
        return f"分数要在0到{HIGHEST}之间，您填的是{given.score}。"
    if given.on > today:
        return f"评价日期不能晚于今天，您填的是{given.on:%Y-%m-%d}。"
    if given.on < training_class.starts:
        return f"评价日期不能早于开班那天（{training_class.starts:%Y-%m-%d}），您填的是{given.on:%Y-%m-%d}。"
    return ""


async def enter(
    session: AsyncSession, training_class: TrainingClass, given: Mapping[int, Given], account: Staff, now: datetime
) -> int:
    """Enter results by enrolment, in place of earlier ones; returns how many are new or different."""
    hold_trainer(training_class, account)
    # The hand-in may come at the same moment: whoever is second waits here and sees the other's work.
    await session.refresh(training_class, with_for_update={"key_share": True})
    _hold_ended(training_class)
    roster = {enrolment.id for enrolment, _ in await seats.roster(session, training_class.id)}
    if set(given) - roster:
        raise Refused("有人已经不在这个班的名册里了，请刷新后再填成绩。")
    today = now.astimezone(CHINA).date()
    for each in given.values():
        if wrong := fault(training_class, each, today):
            raise Refused(wrong)
    earlier = await of_class(session, training_class)
    changed = {key: each for key, each in given.items() if key not in earlier or _told(earlier[key]) != each}
    for key, each in changed.items():
        result = earlier.get(key) or Result(enrolment_id=key)
        result.outcome, result.score, result.on = each.outcome, each.score, each.on
        result.entered_by, result.entered_at = account.id, now
        session.add(result)
    if not changed:
        return 0
    await session.flush()
    told = {str(key): [str(each.outcome), each.score, each.on.isoformat()] for key, each in changed.items()}
    await audit.append(session, Event.CLASS_RESULTS_ENTER, account.actor, training_class.thing, now, results=told)
    return len(changed)


async def of_class(session: AsyncSession, training_class: TrainingClass) -> dict[int, Result]:
    """The results of a class, by enrolment."""
    found = await session.scalars(
        select(Result)
        .join(Enrolment, Enrolment.id == Result.enrolment_id)
        .where(Enrolment.class_id == training_class.id)
    )
    return {result.enrolment_id: result for result in found}


def _told(result: Result) -> Given:
    return Given(Outcome(result.outcome), result.score, result.on)


def _hold_ended(training_class: TrainingClass) -> None:
    hold_unfinished(training_class.state)
    if training_class.state != ClassState.ENDED:
        name = CLASS_STATE_NAMES[ClassState(training_class.state)]
        raise Refused(f"这个班现在是“{name}”，结业以后才能登记成绩。")
