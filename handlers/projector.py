"""What the projector of a session shows at a moment: the turning QR code, the six digits, who came; or why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.context import House
from records import codes, rolls, scans
from records.classes import Factor, TrainingClass
from records.rolls import Line
from records.sessions import OUT_AFTER, PART_NAMES, Session

LASTS = timedelta(minutes=30)  # how long a screen stays open after the end
_LATEST = 8  # names of who came last


class Stage(StrEnum):
    """Where a session stands, for who looks at the screen."""

    EARLY = "early"
    OPEN = "open"
    OVER = "over"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Shown:
    """Everything that stands on the screen."""

    training_class: TrainingClass
    sitting: Session
    stage: Stage
    here: int
    due: int
    latest: Sequence[Line]
    address: str = ""  # in the QR code; empty while nobody can check in
    address_for: float = 0.0  # seconds that the QR code stays on show
    code: str = ""  # six digits, where the class asks for them
    code_for: float = 0.0  # seconds

    @property
    def title(self) -> str:
        """焊工3班 上午课"""
        return f"{self.training_class.name} {PART_NAMES[self.sitting.part]}"

    @property
    def how(self) -> str:
        """What a trainee does, in one line."""
        needs = self.training_class.needs
        ways = ["微信扫一扫"]
        if Factor.CODE in needs:
            ways.append("公众号里发6位码")
        elif not needs & {Factor.QR, Factor.PLACE}:
            ways.append("公众号里回复“签到”")
        also = "，再发位置" if Factor.PLACE in needs else ""
        return "，或在".join(ways) + also


async def shown(session: AsyncSession, house: House, found: tuple[TrainingClass, Session], now: datetime) -> Shown:
    """What the screen of a session shows now."""
    training_class, sitting = found
    roll = await rolls.of(session, sitting)
    stage = _stage(training_class, sitting, now)
    told = Shown(training_class, sitting, stage, len(roll.here), len(roll.lines), roll.here[:_LATEST])
    if stage is not Stage.OPEN:
        return told
    asks_code = Factor.CODE in training_class.needs
    return Shown(
        training_class,
        sitting,
        stage,
        told.here,
        told.due,
        told.latest,
        scan_address(house, sitting, now),
        scans.STEP - now.timestamp() % scans.STEP,
        codes.code(house.database.vault, sitting, now) if asks_code else "",
        codes.STEP - now.timestamp() % codes.STEP if asks_code else 0.0,
    )


def path(house: House, sitting: Session) -> str:
    """The path of a session's screen, which opens it without a log-in until half an hour after the end."""
    return f"/screen/{scans.screen(house.database.vault, sitting.id, sitting.ends_at + LASTS)}"


def address(house: House, sitting: Session) -> str:
    """The whole address of a session's screen, to be opened on another device."""
    return f"{house.settings.public_url}{path(house, sitting)}"


def scan_address(house: House, sitting: Session, now: datetime) -> str:
    """The address in the QR code of this moment."""
    return f"{house.settings.public_url}/my/in/{scans.shown(house.database.vault, sitting.id, now)}"


def _stage(training_class: TrainingClass, sitting: Session, now: datetime) -> Stage:
    if sitting.cancelled_at is not None:
        return Stage.CANCELLED
    if now < sitting.opens_at:
        return Stage.EARLY
    # Where one has to sign out, one needs code or QR for as long as that is possible.
    last = sitting.ends_at + OUT_AFTER if training_class.sign_out else sitting.ends_at
    return Stage.OPEN if now <= last else Stage.OVER
