"""`skillpass load`: drives a served account for a second, and what it prints."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestServer
from typer.testing import CliRunner

from bot import app as service
from bot.cli.main import app
from bot.wechat.outbound import Outbound
from config.settings import Settings
from handlers.context import House
from records import migrate
from records.database import Database
from tests.bot.cli.conftest import ACCOUNT, Setting

FIELDS = {"scenario", "seconds", "sent", "acknowledged", "errors", "per_second", "p50_ms", "p99_ms"}


@pytest.fixture
async def served(shipped: House, tmp_path: Path, setting: Setting) -> AsyncIterator[TestServer]:
    """The gateway over a database in a file."""
    setting(**ACCOUNT, SKILLPASS_DATABASE_URL=f"sqlite+aiosqlite:///{tmp_path / 'records.db'}")
    settings = Settings(spool=tmp_path / "spool.jsonl")
    await migrate.upgrade(settings.database_url)
    database = Database(settings.database_url, shipped.database.vault)
    house = replace(shipped, settings=settings, database=database)
    async with TestServer(service.build(house, Outbound(house))) as server:
        yield server


async def measured(server: TestServer, *words: str) -> dict[str, Any]:
    command = ["load", "--url", str(server.make_url("/wechat")), "--seconds", "1", "--in-flight", "8", *words]
    result = await asyncio.to_thread(CliRunner().invoke, app, command)
    assert result.exit_code == 0, result.output
    told: dict[str, Any] = json.loads(result.stdout)
    return told


@pytest.mark.parametrize("scenario", ["questions", "mixed", "repeats"])
async def test_every_message_is_acknowledged(served: TestServer, scenario: str) -> None:
    told = await measured(served, "--scenario", scenario)
    assert set(told) == FIELDS
    assert told["scenario"] == scenario
    assert told["sent"] == told["acknowledged"] > 0 and told["errors"] == 0
    assert 0 < told["p50_ms"] <= told["p99_ms"]


async def test_check_ins_are_read_back_from_the_database(served: TestServer) -> None:
    told = await measured(served, "--scenario", "checkin")
    assert set(told) == FIELDS | {"checked_in", "stored", "lost", "twice"}
    assert told["stored"] == told["acknowledged"] > 0 and told["lost"] == told["twice"] == 0


async def test_full_halls_check_in_once_each_while_others_ask(served: TestServer) -> None:
    told = await measured(served, "--scenario", "halls")
    assert told["sent"] == told["acknowledged"] and told["errors"] == 0
    assert told["checked_in"] == told["stored"] == 34 and told["lost"] == told["twice"] == 0


async def test_a_baseline_is_measured_beside_it(served: TestServer) -> None:
    told = await measured(served, "--baseline")
    assert set(told) == {"skillpass", "echo", "ratio"}
    assert set(told["skillpass"]) == set(told["echo"]) == FIELDS
    assert told["echo"]["errors"] == 0 and told["ratio"] > 0


async def test_a_server_that_is_not_there_is_counted_as_errors(setting: Setting, unused_tcp_port: int) -> None:
    setting(**ACCOUNT)
    words = ["load", "--url", f"http://127.0.0.1:{unused_tcp_port}", "--seconds", "0.2", "--in-flight", "1"]
    result = await asyncio.to_thread(CliRunner().invoke, app, words)
    told = json.loads(result.stdout)
    assert told["acknowledged"] == 0 and told["errors"] == told["sent"] > 0
