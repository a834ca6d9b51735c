"""Talks as data, carried on through the same dispatch as WeChat's messages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.cli.ask import Day, scratch_house
from handlers.context import House
from handlers.dispatch import handle
from tests.conversations.scene import set_up

TALKS = [
    pytest.param(talk, id=f"{path.stem}: {talk['name']}")
    for path in sorted(Path(__file__).parent.glob("*.yaml"))
    for talk in yaml.safe_load(path.read_text(encoding="utf-8"))
]


@pytest.mark.asyncio(loop_scope="module")  # the house that they share lives in one loop
@pytest.mark.parametrize("talk", TALKS)
async def test_talk(talk: dict[str, Any]) -> None:
    worker = talk["name"]
    scene = await set_up(talk, worker, await shared_house())
    for number, turn in enumerate(talk["talk"]):
        if "at" in turn:
            scene.move(turn["at"])
        reply = await handle(scene.message(f"{worker}-{number}", worker, turn), scene.house)
        for wanted in turn.get("has", ()):
            assert any(form in reply.text for form in (wanted if isinstance(wanted, list) else [str(wanted)])), (
                reply.text
            )
        for unwanted in turn.get("lacks", ()):
            assert str(unwanted) not in reply.text
        if "outcome" in turn:
            assert reply.outcome == turn["outcome"], reply.text
        if "cites" in turn:
            assert turn["cites"] in [citation.section for citation in reply.citations]
        assert len(reply.text) <= 400


async def shared_house() -> House:
    """One house for all talks; each talk has a worker of its own."""
    if not _HOUSES:
        _HOUSES.append(await scratch_house(Day()))
    return _HOUSES[0]


_HOUSES: list[House] = []
