"""Talks as data, carried on through the same dispatch as WeChat's messages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.cli.ask import Day, scratch_house
from handlers.context import House
from handlers.dispatch import handle
from handlers.message import Kind, Message, Place
from records import followers

TALKS = [
    pytest.param(talk, id=f"{path.stem}: {talk['name']}")
    for path in sorted(Path(__file__).parent.glob("*.yaml"))
    for talk in yaml.safe_load(path.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("talk", TALKS)
async def test_talk(talk: dict[str, Any]) -> None:
    house = await shared_house()
    house.clock.day = talk.get("today")  # type: ignore[attr-defined]
    worker = talk["name"]
    async with house.database.unit() as session:
        follower = await followers.meet(session, worker, house.clock())
        follower.region = house.shelf.regions.find(talk["region"]) if "region" in talk else None
    for number, turn in enumerate(talk["talk"]):
        reply = await handle(as_message(f"{worker}-{number}", worker, turn, house), house)
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


def as_message(id: str, worker: str, turn: dict[str, Any], house: House) -> Message:
    """A turn as the message that a phone would send."""
    if "location" in turn:
        place = Place(*turn["location"])
        return Message(id, worker, Kind.LOCATION, house.clock(), place=place)
    return Message(id, worker, Kind.TEXT, house.clock(), text=str(turn["say"]))


async def shared_house() -> House:
    """One house for all talks; each talk has a worker of its own."""
    if not _HOUSES:
        _HOUSES.append(await scratch_house(Day()))
    return _HOUSES[0]


_HOUSES: list[House] = []
