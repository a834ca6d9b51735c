"""Classes: what is taught, by whom, where, from when, and which proof of presence is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, Float, ForeignKey, String, Text, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from records.class_states import ClassState
from records.database import Base, Moment


class Factor(StrEnum):
    """One independent fact that shows somebody is there."""

    TEXT = "text"  # said 签到 while the window was open; anything else shows that too
    CODE = "code"  # the six digits on the trainer's screen
    QR = "qr"  # scanned that screen; shows as much as the code, and is harder to pass on
    PLACE = "place"  # inside the fence
    TEACHER = "teacher"  # called by the trainer, who answers for it
    PAPER = "paper"  # taken over from a sheet on paper, approved by the office


FACTOR_NAMES = {
    Factor.TEXT: "发消息签到",
    Factor.CODE: "6位签到码",
    Factor.QR: "扫屏幕二维码",
    Factor.PLACE: "现场位置",
    Factor.TEACHER: "老师点名",
    Factor.PAPER: "纸质补录",
}


class TrainingClass(Base):
    """A class from its plan to its hand-in."""

    __tablename__ = "classes"
    __table_args__ = (
        CheckConstraint("capacity > 0", name="capacity"),
        CheckConstraint("radius > 0", name="radius"),
        CheckConstraint("days > 0", name="days"),
        CheckConstraint("approved_by is null or approved_by <> written_by", name="second_person"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institutions.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    occupation: Mapped[str] = mapped_column(String(40), index=True)
    level: Mapped[str | None] = mapped_column(String(16))
    region: Mapped[str] = mapped_column(String(6), index=True)
    venue: Mapped[str] = mapped_column(String(120))
    latitude: Mapped[float] = mapped_column(Float)  # GCJ-02, degrees
    longitude: Mapped[float] = mapped_column(Float)
    radius: Mapped[int] = mapped_column(default=200)  # metres
    factors: Mapped[list[str]] = mapped_column(JSON, default=lambda: [Factor.CODE, Factor.PLACE])  # all are asked for
    sign_out: Mapped[bool] = mapped_column(default=False)
    made_up_most: Mapped[int] = mapped_column(default=3)  # check-ins that may be made up, a trainee
    capacity: Mapped[int] = mapped_column(default=60)
    starts: Mapped[date] = mapped_column(index=True)
    days: Mapped[int]
    state: Mapped[ClassState] = mapped_column(String(16), default=ClassState.APPROVED, index=True)
    teachers: Mapped[list[str]] = mapped_column(JSON, default=list)
    plan: Mapped[str] = mapped_column(Text, default="")  # what is taught when
    resources: Mapped[str] = mapped_column(Text, default="")  # books, digital courses, workshop
    assessment_plan: Mapped[str] = mapped_column(Text, default="")
    remark: Mapped[str] = mapped_column(String(500), default="")  # why it was returned or cancelled
    written_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    submitted_at: Mapped[datetime | None] = mapped_column(Moment)
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    approved_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    handed_in_at: Mapped[datetime | None] = mapped_column(Moment)

    @property
    def thing(self) -> str:
        """How the audit log names it."""
        return f"class:{self.id}"

    @property
    def needs(self) -> frozenset[Factor]:
        """The facts that a check-in takes."""
        return frozenset(Factor(factor) for factor in self.factors)


async def coming(session: AsyncSession, regions: Sequence[str], day: date, most: int = 5) -> Sequence[TrainingClass]:
    """Approved classes of some places that begin on a day or later, the nearest in time first."""
    found = await session.scalars(
        select(TrainingClass)
        .where(
            TrainingClass.region.in_(regions),
            TrainingClass.starts >= day,
            TrainingClass.state == ClassState.APPROVED,
        )
        .order_by(TrainingClass.starts)
        .limit(most)
    )
    return found.all()
