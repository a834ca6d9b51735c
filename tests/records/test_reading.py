"""What is read aside holds nobody up, sees one moment, and changes nothing."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy.exc import DBAPIError

from records.database import Database, Setting
from tests.conftest import fresh


@pytest.fixture
async def two(either_url: str, tmp_path: object) -> Database:
    return await fresh(either_url.replace(":memory:", f"{tmp_path}/records.db"))


async def test_units_go_on_beside_a_reader_who_sees_one_moment(two: Database) -> None:
    async with two.reading() as reader:
        assert await reader.get(Setting, "colour") is None
        async with asyncio.timeout(3), two.unit() as session:
            session.add(Setting(name="colour", value="green"))
        assert await reader.get(Setting, "colour") is None
    async with asyncio.timeout(3), two.unit() as session:
        async with two.reading() as reader:
            assert (await reader.get_one(Setting, "colour")).value == "green"
        await session.delete(await session.get_one(Setting, "colour"))
    await two.close()


async def test_nothing_is_written_through_a_reader(two: Database) -> None:
    async def write() -> None:
        async with two.reading() as reader:
            reader.add(Setting(name="colour", value="red"))

    with pytest.raises(DBAPIError, match=r"readonly|read-only"):
        await write()
    await two.close()


async def test_records_in_memory_are_read_as_by_a_unit(either: Database) -> None:
    async with either.reading() as reader:
        assert await reader.get(Setting, "colour") is None
