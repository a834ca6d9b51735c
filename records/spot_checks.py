"""Spot checks: somebody of the office went, or called in by video, and counted who was there."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from records.database import Base, Moment


class SpotCheck(Base):
    """What was counted at one session, beside what the register said at that moment."""

    __tablename__ = "spot_checks"
    __table_args__ = (CheckConstraint("counted >= 0 and registered >= 0", name="counts"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"), index=True)
    counted: Mapped[int]
    registered: Mapped[int]
    remark: Mapped[str] = mapped_column(String(300), default="")
    by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime] = mapped_column(Moment)
