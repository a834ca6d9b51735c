"""`skillpass ask`: the contract of its JSON lines."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli.main import app

ROWS = [
    '{"id": "welder", "region": "古县", "turns": ["焊工培训一个人给补多少", "那家庭保洁呢"]}',
    "",
    "{not JSON",
    '{"id": "nowhere", "region": "火星县", "turns": ["焊工补多少"]}',
    '{"id": "no turns"}',
    '{"id": "then", "region": "陵川", "today": "2021-06-01", "turns": ["考个高级工给多少"]}',
    '{"id": "anywhere", "region": null, "turns": ["公积金咋提出来"]}',
]


@pytest.fixture(scope="module")
def answered() -> list[dict[str, Any]]:
    """The lines that come back for ROWS."""
    result = CliRunner().invoke(app, ["ask", "--jsonl"], input="\n".join(ROWS) + "\n")
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_every_row_gets_one_line_and_every_turn_one_reply(answered: list[dict[str, Any]]) -> None:
    assert len(answered) == 6
    welder = answered[0]
    assert welder["id"] == "welder" and len(welder["replies"]) == 2
    assert "5000元" in welder["replies"][0]["text"] and "3000元" in welder["replies"][1]["text"]


def test_a_reply_has_the_fields_of_the_contract(answered: list[dict[str, Any]]) -> None:
    for row in answered:
        for reply in row.get("replies", []):
            assert set(reply) == {"text", "outcome", "intent", "citations", "choices"}
            assert reply["outcome"] in {"answer", "ask", "done", "unknown", "refused"}
            assert all(set(cited) == {"document", "section"} for cited in reply["citations"])
            assert all(set(choice) == {"label", "document", "section"} for choice in reply["choices"])
    assert {"document": "古人社发〔2024〕15号", "section": "三（一）2"} in answered[0]["replies"][0]["citations"]


@pytest.mark.parametrize(("number", "says"), [(1, "line 3"), (2, "火星县"), (3, "turns")])
def test_a_bad_line_gets_an_error_line_and_stops_nothing(
    answered: list[dict[str, Any]], number: int, says: str
) -> None:
    assert says in answered[number]["error"]
    assert "replies" not in answered[number]


def test_the_day_is_the_one_that_is_given(answered: list[dict[str, Any]]) -> None:
    assert "已过" not in answered[4]["replies"][0]["text"]
    assert "已过" in answered[0]["replies"][0]["text"]


def test_what_is_not_known_is_said_to_be_so(answered: list[dict[str, Any]]) -> None:
    assert answered[5]["replies"][0]["outcome"] == "unknown"
