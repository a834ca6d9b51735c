"""Runs of the registry's import: one sheet of the county's labour registry, how far it has come and what was wrong."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from records.database import Base, Moment


class RunState(StrEnum):
    """Where a run stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class RegistryRun(Base):
    """One sheet, tried or taken in."""

    __tablename__ = "registry_runs"
    __table_args__ = (CheckConstraint("done <= total", name="done_of_total"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("files.id"))
    region: Mapped[str] = mapped_column(String(6))
    is_trial: Mapped[bool]  # looks and changes nothing
    state: Mapped[RunState] = mapped_column(String(16), default=RunState.WAITING, index=True)
    total: Mapped[int] = mapped_column(default=0)  # rows
    done: Mapped[int] = mapped_column(default=0)
    added: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    matched: Mapped[int] = mapped_column(default=0)  # people who had registered themselves
    same: Mapped[int] = mapped_column(default=0)
    faults: Mapped[list[dict[str, Any]]] = mapped_column(
        JSON, default=list
    )  # row, column, what came, what was expected
    why: Mapped[str] = mapped_column(String(300), default="")
    started_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    started_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
