"""What is on for a worker today: the sessions to sign in to or out of, and else why there is none and what comes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers.context import Context, refuse, say
from handlers.message import Reply
from handlers.presence_words import cancelled, clock, early, when
from knowledge.workdays import holiday
from records import register, seats
from records.class_states import ClassState
from records.enrolments import Seat, Seating
from records.marks import THERE, Mark, Side, Status
from records.sessions import OUT_BEFORE, PART_NAMES
from records.standing import standing as standing_of


@dataclass(frozen=True)
class Today:
    """A worker's sessions of one day with his marks."""

    seats: Sequence[Seat]  # also those that were cancelled
    marks: dict[tuple[int, int, Side], Mark]
    now: datetime

    @property
    def held(self) -> list[Seat]:
        """Those that were not cancelled."""
        return [seat for seat in self.seats if seat.session.cancelled_at is None]

    def to_sign_in(self) -> list[Seat]:
        """The sessions that are open now; of several, those that he has not signed in to."""
        open_now = [seat for seat in self.held if seat.session.is_open(self.now)]
        return [seat for seat in open_now if not self.signed_in(seat)] or open_now[-1:]

    def to_sign_out(self) -> list[Seat]:
        """The sessions that he is in and may sign out of now."""
        leaving = [seat for seat in self.held if seat.training_class.sign_out]
        return [seat for seat in leaving if seat.session.is_open_to_leave(self.now) and self.signed_in(seat)]

    def is_ending(self, seat: Seat) -> bool:
        """Is he to sign out of it next: signed in, about to end or just over, and not signed out yet?"""
        over = self.now >= seat.session.ends_at - OUT_BEFORE
        return over and seat in self.to_sign_out() and self._mark(seat, Side.OUT) is None

    def signed_in(self, seat: Seat) -> Mark | None:
        """His mark for having come."""
        mark = self._mark(seat, Side.IN)
        return mark if mark is not None and Status(mark.status) in THERE else None

    def _mark(self, seat: Seat, side: Side) -> Mark | None:
        return self.marks.get((seat.session.id, seat.enrolment.id, side))


async def of(context: Context) -> Today:
    """The day of the worker who wrote."""
    assert context.person is not None
    found = await seats.on(context.session, context.person.id, context.today)
    sittings, mine = [seat.session.id for seat in found], [seat.enrolment.id for seat in found]
    marks = await register.holding(context.session, *sittings, of=mine) if found else {}
    return Today(found, marks, context.now)


async def none_open(today: Today, context: Context) -> Reply:
    """Why he cannot sign in now, and when he can."""
    assert context.person is not None
    gone = "".join(f"{cancelled(seat)}\n" for seat in today.seats if seat.session.cancelled_at is not None)
    if coming := [seat for seat in today.held if seat.session.opens_at > today.now]:
        return say(gone + early(coming[0]), "check_in.early")
    following = await seats.after(context.session, context.person.id, today.now)
    then = "".join(f"下一节是{when(seat)}。" for seat in following)
    if today.held:
        return _over(today, then)
    if gone:
        return say(gone + then, "check_in.cancelled")
    if not following:
        return say(await _nothing_planned(context), "check_in.none")
    feast = holiday(context.today)
    return say(f"今天{feast + '放假，' if feast else ''}没有课，{then}", "check_in.none")


def _over(today: Today, then: str) -> Reply:
    signed = [(seat, mark) for seat in today.held if (mark := today.signed_in(seat))]
    if len(signed) == len(today.held):
        times = "、".join(f"{PART_NAMES[seat.session.part]}{clock(mark.at)}" for seat, mark in signed)
        return say(f"今天的课都签过了（{times}）。{then}", "check_in.again")
    return refuse(f"今天的课都结束了，现在签不上。来了没签上的，回复“补签”请老师确认。{then}", "check_in.over")


async def _nothing_planned(context: Context) -> str:
    """Nothing is planned for him any more: his class is over or off, he waits for a seat, or he has no class."""
    assert context.person is not None
    mine = await seats.of_person(context.session, context.person.id)
    going = [each for each in mine if each[1].state != ClassState.CANCELLED]
    if not mine:
        return "您还没有报班，今天没有课。回复“有什么培训”看看班。"
    enrolment, latest = (going or mine)[0]
    if latest.state == ClassState.CANCELLED:
        why = f"：{latest.remark.rstrip('。')}" if latest.remark else ""
        return f"{latest.name}取消了{why}。回复“有什么培训”看看别的班。"
    if enrolment.seating == Seating.WAITING:
        return f"{latest.name}您在候补，还没有座位，不用签到。有了座位马上告诉您。"
    if (await standing_of(context.session, enrolment, context.now, context.today)).held:
        return f"{latest.name}的课都上完了，今天没有课。回复“我签到几天了”看记录。"
    return f"{latest.name}还没有排好课，排好了告诉您。"
