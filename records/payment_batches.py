"""Payment batches: the claims that went to the bank together, on one list."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from records.database import Base, Moment


class PaymentBatch(Base):
    """One list for the bank; a claim is on one list only, unless that list was dropped before anything was paid."""

    __tablename__ = "payment_batches"
    __table_args__ = (CheckConstraint("fen > 0 and claims > 0", name="pays_something"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    region: Mapped[str] = mapped_column(String(6), index=True)
    claims: Mapped[int]  # how many
    fen: Mapped[int] = mapped_column(BigInteger)
    made_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    made_at: Mapped[datetime] = mapped_column(Moment)
    dropped_at: Mapped[datetime | None] = mapped_column(Moment)
