"""`skillpass db`: a fresh database is brought up to date, on SQLite and on PostgreSQL."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from bot.cli.db import app
from records import migrate
from tests.bot.cli.conftest import Setting


def test_a_fresh_database_is_upgraded_and_says_so(either_url: str, tmp_path: Path, setting: Setting) -> None:
    setting(SKILLPASS_DATABASE_URL=either_url.replace(":memory:", str(tmp_path / "records.db")))
    told = [CliRunner().invoke(app, [word]) for word in ("current", "upgrade", "upgrade", "current")]
    assert [result.exit_code for result in told] == [0, 0, 0, 0], told
    assert "空库" in told[0].stdout
    assert migrate.latest() in told[1].stdout
    assert told[3].stdout == f"{migrate.latest()}（最新）\n"
