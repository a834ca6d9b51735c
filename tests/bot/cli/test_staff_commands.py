"""The staff's commands, as an office types them: accounts, a notice by two people, and the audit log."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from bot.cli import audit, notice, staff
from config.settings import settings
from records import campaigns
from records.database import Database
from records.vault import Vault
from tests.conftest import SECRET, fresh
from tests.office import LINGCHUAN, PASSWORD, a_follower

WRITE = ("--title", "附城镇电工班12月1日开班", "--body", "20个名额，免费。", "--region", "陵川县")


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An office with one follower, and 张晓梅 (zhang, writes) and 李建军 (li, approves)."""
    file = tmp_path / "records.db"
    monkeypatch.setenv("SKILLPASS_DATABASE_URL", f"sqlite+aiosqlite:///{file}")
    monkeypatch.setenv("SKILLPASS_SECRET_KEY", SECRET)
    monkeypatch.setenv("SKILLPASS_REGION", LINGCHUAN)
    monkeypatch.setenv("SKILLPASS_STAFF_PASSWORD", PASSWORD)
    settings.cache_clear()
    asyncio.run(_one_follower(f"sqlite+aiosqlite:///{file}"))
    assert told(staff.app, "add", "zhang", "张晓梅", "--role", "clerk").exit_code == 0
    assert told(staff.app, "add", "li", "李建军", "--role", "approver", "--role", "auditor").exit_code == 0
    yield file
    settings.cache_clear()


async def _one_follower(url: str) -> None:
    database = await fresh(url)
    async with database.unit() as session:
        await a_follower(session, "worker", datetime.now(UTC), region=LINGCHUAN)
    await database.close()


def told(app: typer.Typer, *words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def test_a_notice_from_draft_to_sending_by_two_people(office: Path) -> None:
    written = told(notice.app, "write", *WRITE, "--by", "zhang")
    assert "草稿已保存，编号 1。" in written.output
    assert told(notice.app, "submit", "1", "--by", "zhang").exit_code == 0
    assert "已批准" in told(notice.app, "approve", "1", "--by", "li").output
    asyncio.run(_begin())
    with sqlite3.connect(office) as records:
        assert records.execute("select state, openid from recipients").fetchall() == [("waiting", "worker")]


async def _begin() -> None:
    database = Database(settings().database_url, Vault(SECRET))
    async with database.unit() as session:
        await campaigns.due(session, datetime.now(UTC))
    await database.close()


@pytest.mark.parametrize(
    "words, said",
    [
        (("approve", "1", "--by", "zhang"), "没有“批准通知”的权限"),
        (("approve", "1", "--by", "li"), "这条通知草稿，不能批准"),
        (("approve", "7", "--by", "li"), "没有这条通知"),
        (("submit", "1", "--by", "nobody"), "登录名、密码或动态码不对"),
        (("submit", "1", "--by", "zhang", "--password", "wrong password"), "登录名、密码或动态码不对"),
        (("write", *WRITE, "--by", "zhang", "--at", "明天"), "看不懂发送时间“明天”"),
    ],
)
def test_a_refusal_is_one_sentence_and_exit_code_1(office: Path, words: tuple[str, ...], said: str) -> None:
    told(notice.app, "write", *WRITE, "--by", "zhang")
    refused = told(notice.app, *words)
    assert refused.exit_code == 1
    assert said in refused.output


def test_the_reach_by_its_ways(office: Path) -> None:
    output = told(notice.app, "reach", "--region", "陵川县").output
    assert "一共发给 1 人" in output
    assert "暂时到不了，下次说话时补发 1" in output


def test_an_unknown_place_is_named(office: Path) -> None:
    assert "不认识“火星”这个地方" in told(notice.app, "reach", "--region", "火星").output


def test_accounts_are_listed_and_changed(office: Path) -> None:
    assert "李建军" in told(staff.app, "list").output
    assert "otpauth://totp/" in told(staff.app, "totp", "li").output
    assert "已关闭动态码" in told(staff.app, "totp", "li", "--off").output
    assert "密码已改" in told(staff.app, "password", "li").output
    assert "没有“wang”这个登录名" in told(staff.app, "password", "wang").output


def test_the_audit_log_is_whole_until_somebody_touches_it(office: Path) -> None:
    assert "2条记录，全部完好" in told(audit.app, "verify").output
    with sqlite3.connect(office) as records:
        records.execute("drop trigger audit_no_update")
        records.execute("update audit set actor = 'somebody' where number = 2")
    broken = told(audit.app, "verify")
    assert broken.exit_code == 1
    assert "第2条不对：内容与校验值不符" in broken.output


def test_an_empty_database_says_what_to_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKILLPASS_DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}")
    monkeypatch.setenv("SKILLPASS_SECRET_KEY", SECRET)
    settings.cache_clear()
    listed = told(staff.app, "list")
    settings.cache_clear()
    assert listed.exit_code == 1
    assert "请先运行 skillpass db upgrade" in listed.output
