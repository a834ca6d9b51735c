"""Imported documents: the same file twice changes nothing, a new version replaces, an old one can be brought back."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy import select

from records import audit, edition, officials
from records.database import Database
from records.lists import Became
from records.officials import OfficialText

NOW = datetime(2026, 11, 21, tzinfo=UTC)


async def imported(database: Database, file: bytes, region: str = "141025", *, at: str = "一") -> tuple[Became, int]:
    """What became of importing a file, and the edition after it."""
    document = {
        "checksum": file.hex().ljust(64, "0"),
        "name": "古人社发〔2025〕7号",
        "title": "护工方案",
        "number": "古人社发〔2025〕7号",
        "issuer": "古县人社局",
        "region": region,
        "issued": date(2025, 3, 6),
        "file_name": "护工.txt",
        "file": file,
    }
    sections = [{"at": at, "heading": "钱", "text": f"钱\n每人{file.decode()}元。", "page": None}]
    async with database.unit() as session:
        became = await officials.keep(session, document, sections, "test", NOW)
        return became, await edition.current(session)


async def test_versions_of_a_number_follow_one_another(either: Database) -> None:
    assert await imported(either, b"300") == (Became.NEW, 1)
    assert await imported(either, b"300") == (Became.UNCHANGED, 1)
    assert await imported(either, b"500") == (Became.REPLACED, 2)
    assert await imported(either, b"300") == (Became.RESTORED, 3)
    async with either.unit() as session:
        ((kept, sections),) = await officials.current(session)
        assert (kept.title, kept.issued, sections[0].text) == ("护工方案", date(2025, 3, 6), "钱\n每人300元。")
        files = await session.scalars(select(OfficialText.file).order_by(OfficialText.id))
        assert files.all() == [b"300", b"500"], "what was replaced is kept"
        assert (await audit.verify(session)).entries == 3


async def test_a_file_that_is_read_better_or_moved_to_another_place_is_renewed(either: Database) -> None:
    await imported(either, b"300")
    assert await imported(either, b"300", at="二") == (Became.REPLACED, 2)
    assert await imported(either, b"300", "141000", at="二") == (Became.REPLACED, 3)
    async with either.unit() as session:
        ((kept, sections),) = await officials.current(session)
        assert (kept.region, [section.at for section in sections]) == ("141000", ["二"])
