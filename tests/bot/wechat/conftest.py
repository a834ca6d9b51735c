from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestServer

from tests.bot.wechat.stage import Moody, Stage, WeChatApi, fresh_database, open_stage, settings_for
from tests.conftest import Clock

Open = Callable[..., Awaitable[Stage]]


@pytest.fixture
async def database(either_url: str, tmp_path: Path) -> AsyncIterator[Moody]:
    """Empty records that can be gone, once on SQLite (in a file, for several processes) and once on PostgreSQL."""
    in_file = f"sqlite+aiosqlite:///{tmp_path}/records.db"
    opened = await fresh_database(in_file if either_url.startswith("sqlite") else either_url)
    yield opened
    await opened.close()


@pytest.fixture
async def lone_database(tmp_path: Path) -> AsyncIterator[Moody]:
    """The same where the kind of database does not matter."""
    opened = await fresh_database(f"sqlite+aiosqlite:///{tmp_path}/records.db")
    yield opened
    await opened.close()


@pytest.fixture
async def api() -> AsyncIterator[WeChatApi]:
    api = WeChatApi()
    async with TestServer(api.app()) as server:
        api.url = str(server.make_url("")).rstrip("/")
        yield api


@pytest.fixture
async def opens(tmp_path: Path, api: WeChatApi, clock: Clock) -> AsyncIterator[Open]:
    """Opens gateways and closes them in the end."""
    async with AsyncExitStack() as stack:

        async def open_one(database: Moody, office: Any = None, **changes: Any) -> Stage:
            stage = await open_stage(settings_for(tmp_path, **changes), database, api, clock, office)
            stack.push_async_callback(stage.stop)
            return stage

        yield open_one


@pytest.fixture
async def stage(lone_database: Moody, opens: Open) -> Stage:
    """One gateway in plain mode."""
    return await opens(lone_database)
