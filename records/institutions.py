"""Training institutions: who may teach which occupation, and whether the office still trusts them."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from records.database import Base


class Standing(StrEnum):
    """What the office thinks of an institution."""

    GOOD = "good"
    WARNED = "warned"  # may teach on, and is looked at more often
    REMOVED = "removed"  # taken off the list: opens no class any more


STANDING_NAMES = {Standing.GOOD: "正常", Standing.WARNED: "已警示", Standing.REMOVED: "已移出目录"}


class Institution(Base):
    """A training institution with the occupations it may teach."""

    __tablename__ = "institutions"
    __table_args__ = (CheckConstraint("standing in ('good', 'warned', 'removed')", name="standing"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    region: Mapped[str] = mapped_column(String(6), index=True)
    address: Mapped[str] = mapped_column(String(120))
    phone: Mapped[str] = mapped_column(String(20), default="")
    occupations: Mapped[list[str]] = mapped_column(JSON)
    standing: Mapped[Standing] = mapped_column(String(16), default=Standing.GOOD, server_default=Standing.GOOD)

    @property
    def thing(self) -> str:
        """How the audit log names it."""
        return f"institution:{self.id}"

    def may_teach(self, occupation: str) -> bool:
        """Is the occupation among those that were permitted, and the institution still on the list?"""
        return self.standing != Standing.REMOVED and occupation in self.occupations
