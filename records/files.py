"""Files that were handed in: proofs, certificates, sheets; each kept once, by its checksum."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, LargeBinary, String
from sqlalchemy.orm import Mapped, deferred, mapped_column

from records import append_only
from records.database import Base, Moment


class StoredFile(Base):
    """One file as it was handed in; never changed."""

    __tablename__ = "files"
    __table_args__ = (CheckConstraint("size > 0", name="is_not_empty"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    checksum: Mapped[str] = mapped_column(String(64), unique=True)  # SHA-256
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(80))  # media type, found from its first bytes
    size: Mapped[int]  # bytes
    content: Mapped[bytes] = deferred(mapped_column(LargeBinary))
    added_at: Mapped[datetime] = mapped_column(Moment)
    added_by: Mapped[str] = mapped_column(String(80))  # worker, staff:3


append_only.hold(StoredFile.__table__)
