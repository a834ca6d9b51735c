"""Where a worker stands at one session, as his page shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA
from handlers import facts, presence_words
from records import proofs, register, seats
from records.classes import Factor
from records.enrolments import Seat
from records.marks import THERE, Mark, Side, Status
from records.standing import Standing
from records.standing import standing as standing_of

_SOON = timedelta(minutes=40)
_NEEDED = {
    Factor.CODE: ("6位签到码", "看老师的屏幕，30秒换一次"),
    Factor.QR: ("扫老师的屏幕", "用微信“扫一扫”"),
    Factor.PLACE: ("现场位置", "在教室里点一下就行"),
    Factor.TEACHER: ("老师点名", "跟老师说一声，老师来点"),
    Factor.PAPER: ("纸质签到", "在老师的签到表上签名"),
}


class Stage(StrEnum):
    """What can be done at a session now."""

    EARLY = "early"
    OPEN = "open"
    OVER = "over"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Need:
    """One fact that is asked for."""

    factor: Factor
    name: str
    hint: str
    is_done: bool


@dataclass(frozen=True)
class SeatView:
    """One session with what is asked for, what is there, and the mark once there is one."""

    seat: Seat
    side: Side
    stage: Stage
    mark: Mark | None
    needs: Sequence[Need]
    standing: Standing
    later: Seat | None  # his next session
    now: datetime

    @property
    def is_done(self) -> bool:
        """Is he signed in, or on the other side signed out?"""
        if self.mark is None:
            return False
        return self.side is Side.OUT or Status(self.mark.status) in THERE

    @property
    def asks_code(self) -> bool:
        """Is there a code to type?"""
        return self._asks(Factor.CODE)

    @property
    def asks_place(self) -> bool:
        """Is the place still missing?"""
        return self._asks(Factor.PLACE)

    @property
    def asks_scan(self) -> bool:
        """Does nothing but a scan help?"""
        return self._asks(Factor.QR)

    @property
    def can_tap(self) -> bool:
        """Is there anything that can be done on this page?"""
        return not self.needs or self.asks_code or self.asks_place

    @property
    def is_half_done(self) -> bool:
        """Is a part there, and the rest of it waited for?"""
        return any(need.is_done for need in self.needs)

    @property
    def can_sign_out(self) -> bool:
        """Is signing out asked for, and possible now?"""
        asked = self.seat.training_class.sign_out and self.side is Side.IN and self.is_done
        return asked and self.seat.session.is_open_to_leave(self.now)

    @property
    def opens_at(self) -> datetime:
        """From when one can sign in, or out."""
        return self.seat.session.starts_at if self.side is Side.OUT else self.seat.session.opens_at

    @property
    def minutes_left(self) -> int:
        """Whole minutes until then, at least one."""
        return max(1, -(-(self.opens_at - self.now) // timedelta(minutes=1)))

    @property
    def is_today(self) -> bool:
        """Is it a session of today?"""
        return self.seat.session.day == self.now.astimezone(CHINA).date()

    @property
    def is_soon(self) -> bool:
        """Is it worth waiting for on the page?"""
        return self.stage is Stage.EARLY and self.opens_at - self.now <= _SOON

    @property
    def closed(self) -> str:
        """Why nothing can be done any more; empty while something can."""
        if self.stage is Stage.CANCELLED:
            return presence_words.cancelled(self.seat)
        if self.mark is not None and self.mark.status == Status.ABSENT:
            return "老师记的是缺勤，手机上改不了。有出入请当面跟老师说，老师可以改。"
        ends = presence_words.hour(self.seat.session.ends_at)
        return f"这节课{ends}已经下课，现在签不上了。" if self.stage is Stage.OVER else ""

    def _asks(self, factor: Factor) -> bool:
        return any(need.factor is factor and not need.is_done for need in self.needs)


async def view(session: AsyncSession, seat: Seat, side: Side, now: datetime) -> SeatView:
    """Where somebody stands at one session now; nothing is changed by looking."""
    mark = await register.latest(session, seat.session, seat.enrolment, side)
    offered = await proofs.since(session, seat.session.id, seat.enrolment.id, now - facts.GUESSES_HOLD)
    fresh = [fact for fact in offered if mark is None or fact.at > mark.at]
    missing = facts.missing(seat.training_class.needs, fresh, now)
    needs = [
        Need(factor, *_NEEDED[factor], is_done=factor not in missing)
        for factor in _NEEDED
        if factor in seat.training_class.needs
    ]
    standing = await standing_of(session, seat.enrolment, now, now.astimezone(CHINA).date())
    coming = await seats.after(session, seat.enrolment.person_id, max(now, seat.session.starts_at))
    return SeatView(seat, side, stage_of(seat, side, now), mark, needs, standing, next(iter(coming), None), now)


def stage_of(seat: Seat, side: Side, now: datetime) -> Stage:
    """Can one sign in, or out, now?"""
    sitting = seat.session
    if sitting.cancelled_at is not None:
        return Stage.CANCELLED
    if now < (sitting.starts_at if side is Side.OUT else sitting.opens_at):
        return Stage.EARLY
    can = sitting.is_open_to_leave(now) if side is Side.OUT else sitting.is_open(now)
    return Stage.OPEN if can else Stage.OVER
