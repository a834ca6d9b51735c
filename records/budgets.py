"""Budgets: what a programme may pay in a year at a place."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from records.database import Base


class Budget(Base):
    """One programme's money of one year; what is reserved, approved and paid is summed from the claims."""

    __tablename__ = "budgets"
    __table_args__ = (
        UniqueConstraint("region", "policy_id", "scheme_id", "year"),
        CheckConstraint("fen >= 0", name="fen"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    region: Mapped[str] = mapped_column(String(6))
    policy_id: Mapped[str] = mapped_column(String(64))
    scheme_id: Mapped[str] = mapped_column(String(64))
    year: Mapped[int]
    fen: Mapped[int] = mapped_column(BigInteger)
    set_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
