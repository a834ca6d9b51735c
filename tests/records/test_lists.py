"""Imported question lists: the same twice changes nothing, a new version replaces, an old one can be brought back."""

from __future__ import annotations

from datetime import UTC, datetime

from records import audit, edition, lists
from records.database import Database
from records.lists import Became

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def a_row(answer: str) -> dict[str, object]:
    return {
        "id": "1",
        "question": "居住证怎么办",
        "wordings": ("办居住证",),
        "answer": answer,
        "source": "",
        "region": None,
    }


async def imported(database: Database, answer: str) -> tuple[Became, int]:
    """What became of importing one row with this answer, and the edition after it."""
    async with database.unit() as session:
        became = await lists.keep(session, "办事问答", f"{answer:0<64}", [a_row(answer)], "test", NOW)
        return became, await edition.current(session)


async def test_versions_of_a_title_follow_one_another(either: Database) -> None:
    assert await imported(either, "a") == (Became.NEW, 1)
    assert await imported(either, "a") == (Became.UNCHANGED, 1)
    assert await imported(either, "b") == (Became.REPLACED, 2)
    assert await imported(either, "a") == (Became.RESTORED, 3)
    async with either.unit() as session:
        ((title, rows),) = await lists.current(session)
        assert (title, [row.answer for row in rows], rows[0].wordings) == ("办事问答", ["a"], ["办居住证"])
        assert (await audit.verify(session)).entries == 3
