"""`skillpass correct`: a correction is drafted, tried, approved by another person, and taken back."""

from __future__ import annotations

import pytest
from click.testing import Result
from typer.testing import CliRunner

from bot.cli.correct import app
from bot.cli.staff import app as staff

PASSWORD = "long enough for a test"


@pytest.fixture
def two(office: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An office with a clerk and an approver."""
    monkeypatch.setenv("SKILLPASS_STAFF_PASSWORD", PASSWORD)
    for login, name, role in (("zhao", "小赵", "clerk"), ("sun", "孙股长", "approver")):
        assert CliRunner().invoke(staff, ["add", login, name, "--role", role, "--region", "古县"]).exit_code == 0


def told(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def drafted(**words: str) -> Result:
    given = {
        "asked": "培训管饭不",
        "say": "不管饭，伙食自己安排。",
        "at": "三（一）2",
        "region": "古县",
        "by": "zhao",
    } | words
    return told("draft", *(part for name, value in given.items() for part in (f"--{name}", value)))


def test_it_is_tried_approved_by_another_and_taken_back(two: None) -> None:
    assert "编号 1" in drafted().stdout
    shown = told("try", "1").stdout
    assert "培训管饭不" in shown and "不管饭" in shown and "有1个问法的答案会变" in shown
    mine = told("approve", "1", "--by", "zhao")
    assert mine.exit_code == 1 and "另一个人" in mine.output
    assert "已生效" in told("approve", "1", "--by", "sun").stdout
    assert "生效" in told("list").stdout
    assert "已撤回" in told("revert", "1", "--by", "sun").stdout


@pytest.mark.parametrize(
    ("words", "reason"),
    [({"at": "九九"}, "没有“九九”这一节"), ({"topic": "no.such"}, "话题"), ({"document": "x"}, "没有这份文件")],
)
def test_what_leads_nowhere_is_refused_with_what_there_is(two: None, words: dict[str, str], reason: str) -> None:
    refused = drafted(**words)
    assert refused.exit_code == 1 and reason in refused.output
