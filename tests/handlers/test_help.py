"""The service about itself: what comes without words gets kind words, or none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.context import House
from handlers.dispatch import handle
from handlers.message import Kind, Message
from records.followers import Follower
from tests.handlers.skills import a_message


@pytest.mark.parametrize(
    "kind, said",
    [
        (Kind.VIDEO, "视频、文件和链接我看不了"),
        (Kind.FILE, "拍成照片发到这里"),
        (Kind.VOICE, "没转出文字"),
    ],
)
async def test_what_cannot_be_read_is_answered_kindly(house: House, kind: Kind, said: str) -> None:
    assert said in (await handle(a_message(house, "", kind), house)).text


@pytest.mark.parametrize("kind", [Kind.VIEW, Kind.DELIVERY, Kind.PASSING_LOCATION, Kind.OTHER])
async def test_what_wants_no_answer_gets_none(house: House, kind: Kind) -> None:
    assert (await handle(a_message(house, "", kind), house)).text == ""


def followed(house: House, key: str = "") -> Message:
    return replace(a_message(house, "", Kind.SUBSCRIBE), key=key)


async def test_a_welcome_says_what_can_be_done_and_its_numbers_work(house: House) -> None:
    welcome = await handle(followed(house), house)
    assert len(welcome.choices) == 3
    assert len(welcome.text) <= 120
    assert (await handle(a_message(house, "3"), house)).intent.startswith(("profile", "voucher"))


async def test_the_code_of_a_class_offers_to_check_in(house: House) -> None:
    welcome = await handle(followed(house, "qrscene_class:12"), house)
    assert welcome.choices[0].sends == "签到"


async def test_who_comes_back_is_a_follower_again(house: House) -> None:
    for kind, subscribed in ((Kind.UNSUBSCRIBE, False), (Kind.SUBSCRIBE, True)):
        await handle(a_message(house, "", kind), house)
        async with house.database.unit() as session:
            assert (await session.get_one(Follower, "worker")).subscribed is subscribed
