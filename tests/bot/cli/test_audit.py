"""`skillpass audit verify`: the log and every session's register, and which of them is broken."""

from __future__ import annotations

import asyncio
import sqlite3
from datetime import UTC, datetime

from sqlalchemy import make_url
from typer.testing import CliRunner

from bot.cli.audit import app
from records import register
from records.database import Database
from records.marks import Status
from records.vault import Vault
from tests.conftest import SECRET
from tests.halls import a_hall, a_mark


async def _teach(url: str) -> None:
    database, now = Database(url, Vault(SECRET)), datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
    async with database.unit() as session:
        hall = await a_hall(session, now)
        for trainee in range(3):
            await a_mark(session, hall, trainee, Status.PRESENT, now)
        await a_mark(session, hall, 0, Status.PRESENT, now, sitting=1)
        await register.anchor(session, hall.training_class, "jobs", now)
    await database.close()


def test_registers_hold_until_somebody_touches_one(office: str) -> None:
    asyncio.run(_teach(office))
    whole = CliRunner().invoke(app, ["verify"])
    assert whole.exit_code == 0, whole.output
    assert "1条记录，全部完好" in whole.output
    assert "考勤登记：2节课，4条，全部完好。" in whole.output

    with sqlite3.connect(str(make_url(office).database)) as records:
        records.execute("drop trigger marks_no_delete")
        records.execute("delete from marks where session_id = 1 and number = 3")
    broken = CliRunner().invoke(app, ["verify"])
    assert broken.exit_code == 1
    assert "考勤登记不对，焊工3班 11月20日上午课（编号1）：留底时有3条，现在只有2条：后面的被删。" in broken.output
    assert "2节课里有1节的考勤登记不对。" in broken.output
    assert "1条记录，全部完好" in broken.output
