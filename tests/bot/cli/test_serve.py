"""`skillpass serve`: what it refuses, and that it starts, answers and ends."""

from __future__ import annotations

import signal
import socket
from pathlib import Path

from click.testing import Result
from typer.testing import CliRunner

from bot.cli.main import app
from tests.bot.cli.conftest import ACCOUNT, PATIENCE, Setting, a_free_port, skillpass, until_it_answers


def told(*words: str) -> Result:
    return CliRunner().invoke(app, ["serve", *words])


def test_without_a_token_it_does_not_start(setting: Setting) -> None:
    result = told()
    assert result.exit_code == 1
    assert "SKILLPASS_WECHAT_TOKEN" in result.stderr


def test_with_an_aes_key_that_cannot_be_one_it_does_not_start(setting: Setting) -> None:
    setting(**ACCOUNT | {"SKILLPASS_WECHAT_AES_KEY": "short"})
    result = told()
    assert result.exit_code == 1
    assert "43" in result.stderr and "SKILLPASS_WECHAT_AES_KEY" in result.stderr


def test_several_processes_need_postgresql(setting: Setting) -> None:
    setting(**ACCOUNT)
    result = told("--processes", "2")
    assert result.exit_code == 1
    assert "PostgreSQL" in result.stderr


def test_a_port_that_is_taken_is_said_to_be_so(setting: Setting) -> None:
    setting(**ACCOUNT)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = told("--port", str(taken.getsockname()[1]))
    assert result.exit_code == 1
    assert "已被占用" in result.stderr


def test_a_database_that_is_behind_is_said_to_be_so(either_url: str, setting: Setting) -> None:
    """Only the embedded one upgrades itself; what the office runs beside it is the office's to upgrade."""
    if "memory" in either_url:
        either_url = "postgresql+asyncpg://nobody@127.0.0.1:1/nothing"
    setting(**ACCOUNT, SKILLPASS_DATABASE_URL=either_url)
    result = told("--port", str(a_free_port()))
    assert result.exit_code == 1
    assert "skillpass db upgrade" in result.stderr or "数据库连不上" in result.stderr


def test_it_starts_on_its_own_database_and_ends_on_a_signal(tmp_path: Path) -> None:
    port = a_free_port()
    process = skillpass("serve", "--port", str(port), cwd=tmp_path, env=ACCOUNT)
    try:
        assert until_it_answers(process, f"http://127.0.0.1:{port}/readyz") == "ready"
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    finally:
        process.kill()
        process.communicate()
    assert (tmp_path / "skillpass.db").exists()
