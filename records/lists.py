"""Question lists that the office imported: every version is kept, one of each title counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from records import audit, edition
from records.audit import Event
from records.database import Base, Moment


class Became(StrEnum):
    """What became of an import."""

    NEW = "new"
    REPLACED = "replaced"  # another version of the title counted before
    RESTORED = "restored"  # a version that was kept counts again
    UNCHANGED = "unchanged"


class ListVersion(Base):
    """One version of a list."""

    __tablename__ = "question_lists"
    __table_args__ = (
        UniqueConstraint("title", "checksum"),
        Index(
            "ix_question_lists_current",
            "title",
            unique=True,
            sqlite_where=text("is_current"),
            postgresql_where=text("is_current"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(60))
    checksum: Mapped[str] = mapped_column(String(64))  # SHA-256 of what its rows say
    is_current: Mapped[bool]
    imported_at: Mapped[datetime] = mapped_column(Moment)
    imported_by: Mapped[str] = mapped_column(String(80))


class ListRow(Base):
    """One question of a version with its answer."""

    __tablename__ = "question_list_rows"

    list_id: Mapped[int] = mapped_column(ForeignKey("question_lists.id", ondelete="CASCADE"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # in the list, from 0
    id: Mapped[str] = mapped_column(String(64))  # as the list numbers it
    question: Mapped[str] = mapped_column(Text)
    wordings: Mapped[list[str]] = mapped_column(JSON)
    answer: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    region: Mapped[str | None] = mapped_column(String(6))


async def keep(
    session: AsyncSession, title: str, checksum: str, rows: Sequence[Mapping[str, Any]], by: str, now: datetime
) -> Became:
    """Let a version count from now on; rows have the columns of ListRow. The same version twice changes nothing."""
    counts = select(ListVersion.id).filter_by(title=title, checksum=checksum, is_current=True)
    if await session.scalar(counts) is not None:
        return Became.UNCHANGED
    await edition.renewed(session)  # from here on other imports wait
    versions = {each.checksum: each for each in await session.scalars(select(ListVersion).filter_by(title=title))}
    mine, had_current = versions.get(checksum), any(each.is_current for each in versions.values())
    await session.execute(update(ListVersion).where(ListVersion.title == title).values(is_current=False))
    if mine is None:
        mine = ListVersion(title=title, checksum=checksum, is_current=True, imported_at=now, imported_by=by)
        session.add(mine)
        await session.flush()
        placed = [{**row, "list_id": mine.id, "place": place} for place, row in enumerate(rows)]
        await session.execute(insert(ListRow), placed)
        became = Became.REPLACED if had_current else Became.NEW
    else:
        mine.is_current, mine.imported_at, mine.imported_by = True, now, by
        became = Became.RESTORED
    await audit.append(session, Event.POLICY_LIST_IMPORT, by, f"list:{mine.id}", now, title=title, checksum=checksum)
    return became


async def current(session: AsyncSession) -> list[tuple[str, list[ListRow]]]:
    """The lists that count, each with its rows in order."""
    mine = select(ListVersion, ListRow).join(ListRow, ListRow.list_id == ListVersion.id).where(ListVersion.is_current)
    found: dict[str, list[ListRow]] = {}
    for version, row in await session.execute(mine.order_by(ListVersion.id, ListRow.place)):
        found.setdefault(version.title, []).append(row)
    return list(found.items())
