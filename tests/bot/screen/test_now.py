"""What a screen tells as JSON: fresh each time, opened by its link alone, and for as long as the link holds."""

from __future__ import annotations

from aiohttp import ClientResponse, ClientSession

from records import codes, scans
from records.classes import Factor, TrainingClass
from records.sessions import Session
from tests.bot.screen.conftest import Building
from tests.conftest import Clock


async def get(address: str) -> ClientResponse:
    async with ClientSession() as http, http.get(address) as answer:
        await answer.read()
        return answer


async def test_what_it_shows_is_what_checks_in(building: Building, clock: Clock) -> None:
    told = await (await get(f"{building.screen}/now")).json()
    vault, sitting = building.house.database.vault, building.hall.sitting
    token = told["address"].removeprefix(f"{building.address}/my/in/")
    assert scans.read(vault, token, clock()) == scans.Scan(sitting.id, True)
    assert codes.judge(vault, sitting, told["code"], clock()) == codes.Fit.RIGHT
    assert (told["stage"], told["title"], told["here"], told["due"]) == ("open", "焊工3班 上午课", 0, 4)
    assert 0 < told["seconds"] <= scans.STEP and 0 < told["code_seconds"] <= codes.STEP


async def test_the_picture_is_sent_once_a_turn(building: Building, clock: Clock) -> None:
    told = await (await get(f"{building.screen}/now")).json()
    assert told["qr"].startswith("data:image/svg")
    assert (await (await get(f"{building.screen}/now?seen={told['step']}")).json())["qr"] == ""
    clock.move(seconds=15)
    assert (await (await get(f"{building.screen}/now?seen={told['step']}")).json())["qr"] != ""


async def test_no_secret_is_told_outside_the_window(building: Building, clock: Clock) -> None:
    for hours, stage in ((-2, "early"), (5.2, "over")):
        clock.move(hours=hours)
        told = await (await get(f"{building.screen}/now")).json()
        assert (told["stage"], told["address"], told["qr"], told["code"]) == (stage, "", "", "")


async def test_a_cancelled_session_says_why(building: Building, clock: Clock) -> None:
    async with building.house.database.unit() as session:
        sitting = await session.get_one(Session, building.hall.sitting.id)
        sitting.cancelled_at, sitting.cancelled_why = clock(), "停电"
    told = await (await get(f"{building.screen}/now")).json()
    assert (told["stage"], told["why"], told["code"]) == ("cancelled", "停电", "")
    page = await get(building.screen)
    assert "停电" in await page.text()


async def test_a_class_without_a_code_shows_none(building: Building) -> None:
    async with building.house.database.unit() as session:
        (await session.get_one(TrainingClass, building.hall.training_class.id)).factors = [Factor.QR, Factor.PLACE]
    told = await (await get(f"{building.screen}/now")).json()
    assert told["code"] == "" and told["address"]
    text = await (await get(building.screen)).text()
    assert "微信扫一扫，再发位置" in text


async def test_a_link_that_is_none_or_has_ended_says_so_and_tells_nothing(building: Building, clock: Clock) -> None:
    for broken in (building.screen[:-1] + "_", building.screen + "x", f"{building.address}/screen/{'A' * 24}"):
        page = await get(broken)
        assert page.status == 404
        assert "焊工" not in await page.text()
        assert (await get(f"{broken}/now")).status == 404
    clock.move(hours=4)
    assert "投屏已经结束" in await (await get(building.screen)).text()
    assert (await get(f"{building.screen}/now")).status == 404
