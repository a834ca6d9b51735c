"""`skillpass chat`: a talk in the terminal."""

from __future__ import annotations

from typer.testing import CliRunner

from bot.cli.chat import message_of
from bot.cli.main import app
from handlers.context import House
from handlers.message import Kind, Place


def test_a_question_is_answered_until_somebody_leaves() -> None:
    result = CliRunner().invoke(app, ["chat", "--region", "古县"], input="焊工培训一个人给补多少\n\n退出\n没人看到\n")
    assert result.exit_code == 0
    assert "5000元" in result.stdout
    assert "没人看到" not in result.stdout


def test_a_place_that_nobody_knows_is_refused() -> None:
    result = CliRunner().invoke(app, ["chat", "--region", "火星县"])
    assert result.exit_code == 2
    assert "火星县" in result.stderr


def test_a_location_is_typed_as_latitude_and_longitude(shipped: House) -> None:
    message = message_of("位置 35.77,113.28", 1, shipped)
    assert (message.kind, message.place) == (Kind.LOCATION, Place(35.77, 113.28))
    assert message_of("位置不对怎么办", 2, shipped).kind is Kind.TEXT
