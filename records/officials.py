"""Official documents that the office imported: every version is kept with its file, one of each number counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, LargeBinary, String, Text, delete, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from records import audit, edition
from records.audit import Event
from records.database import Base, Moment
from records.lists import Became


class OfficialText(Base):
    """One version of a document."""

    __tablename__ = "official_texts"
    __table_args__ = (
        Index(
            "ix_official_texts_current",
            "region",
            "name",
            unique=True,
            sqlite_where=text("is_current"),
            postgresql_where=text("is_current"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    checksum: Mapped[str] = mapped_column(String(64), unique=True)  # SHA-256 of the file
    name: Mapped[str] = mapped_column(String(200))  # 文号, or the title where there is none
    title: Mapped[str] = mapped_column(String(200))
    number: Mapped[str | None] = mapped_column(String(80))
    issuer: Mapped[str] = mapped_column(String(120))
    region: Mapped[str] = mapped_column(String(6))
    issued: Mapped[date | None] = mapped_column(Date)
    file_name: Mapped[str] = mapped_column(String(255))
    file: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    is_current: Mapped[bool]
    imported_at: Mapped[datetime] = mapped_column(Moment)
    imported_by: Mapped[str] = mapped_column(String(80))


class OfficialSection(Base):
    """One section of a version."""

    __tablename__ = "official_sections"

    text_id: Mapped[int] = mapped_column(ForeignKey("official_texts.id", ondelete="CASCADE"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # in the document, from 0
    at: Mapped[str] = mapped_column(String(64))  # locator
    heading: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    page: Mapped[int | None]


async def keep(
    session: AsyncSession,
    document: Mapping[str, Any],
    sections: Sequence[Mapping[str, Any]],
    by: str,
    now: datetime,
) -> Became:
    """Let a document count from now on; the same file twice changes nothing.

    `document` has the columns of OfficialText that tell of it and of its file, `sections` those of OfficialSection.
    """
    counts = select(OfficialText).filter_by(checksum=document["checksum"])
    if (held := await session.scalar(counts)) is not None and await _is_same(session, held, document, sections):
        return Became.UNCHANGED
    await edition.renewed(session)  # from here on other imports wait
    mine = await session.scalar(counts)
    rivals = select(OfficialText).filter_by(region=document["region"], name=document["name"], is_current=True)
    others = [each for each in await session.scalars(rivals) if each is not mine]
    for other in others:
        other.is_current = False
    await session.flush()
    became = Became.REPLACED if others else Became.NEW
    if mine is None:
        mine = OfficialText(**document, is_current=True, imported_at=now, imported_by=by)
        session.add(mine)
    else:
        became = Became.REPLACED if mine.is_current else Became.RESTORED
        told = {**document, "is_current": True, "imported_at": now, "imported_by": by}
        await session.execute(update(OfficialText).where(OfficialText.id == mine.id).values(told))
        await session.execute(delete(OfficialSection).where(OfficialSection.text_id == mine.id))
    await session.flush()
    placed = [{**section, "text_id": mine.id, "place": place} for place, section in enumerate(sections)]
    await session.execute(insert(OfficialSection), placed)
    told = {"name": document["name"], "checksum": document["checksum"]}
    await audit.append(session, Event.POLICY_TEXT_IMPORT, by, f"official:{mine.id}", now, **told)
    return became


async def current(session: AsyncSession) -> list[tuple[OfficialText, list[OfficialSection]]]:
    """The documents that count, each with its sections in order; the files stay in the database."""
    mine = select(OfficialText).filter_by(is_current=True).order_by(OfficialText.id)
    found: dict[int, tuple[OfficialText, list[OfficialSection]]] = {
        each.id: (each, []) for each in await session.scalars(mine)
    }
    sections = select(OfficialSection).join(OfficialText).where(OfficialText.is_current)
    for section in await session.scalars(sections.order_by(OfficialSection.text_id, OfficialSection.place)):
        found[section.text_id][1].append(section)
    return list(found.values())


async def _is_same(
    session: AsyncSession, held: OfficialText, document: Mapping[str, Any], sections: Sequence[Mapping[str, Any]]
) -> bool:
    """Does a version count already, and was it read as it is read now?"""
    if not held.is_current or any(getattr(held, name) != document[name] for name in ("region", "name", "title")):
        return False
    stored = select(OfficialSection.at, OfficialSection.text).filter_by(text_id=held.id)
    rows = (await session.execute(stored.order_by(OfficialSection.place))).all()
    return [tuple(row) for row in rows] == [(section["at"], section["text"]) for section in sections]
