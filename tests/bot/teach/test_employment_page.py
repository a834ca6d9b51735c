"""The work of a class's trainees on the pages of the school and of the office."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from handlers.context import House
from records.employments import Employment, Work
from tests.bot.console.conftest import Browser
from tests.bot.teach.conftest import Door
from tests.bot.teach.test_certificates import form
from tests.conftest import Clock
from tests.records.test_employing import an_ended_class
from tests.records.test_proving import JPEG
from tests.taught import Taught, a_taught_class


@pytest.fixture
async def taught(house: House, clock: Clock) -> Taught:
    async with house.database.unit() as session:
        return await an_ended_class(session, clock, trainees=5)


async def signed_in(door: Door, login: str) -> Browser:
    browser = await door()
    await browser.sign_in(login)
    return browser


async def test_a_proof_is_handed_up_seen_and_counted_and_the_office_may_take_it_back(
    door: Door, taught: Taught, house: House
) -> None:
    han, clerk = await signed_in(door, taught.trainer.login), await signed_in(door, taught.clerk.login)
    here, office = (f"/{area}/classes/{taught.training_class.id}/employment" for area in ("teach", "staff"))
    for browser, address in ((han, here), (clerk, office)):
        about = await browser.open(address.removesuffix("/employment"))
        assert "0 / 5人已证实" in about.text and "还差4人就到80%" in about.text and "三（一）2" in about.text
    page = await han.open(here)
    assert "还差4人就到80%" in page.text and "古人社发〔2024〕15号 三（一）2" in page.text
    first = taught.enrolments[0].id
    told = {"enrolment": first, "proof": "contract", "since": "2026-11-01"}
    page = await han.send_form(here, form(han.token, "scan", ("合同.jpg", b"no picture"), **told, employer="鑫源厂"))
    assert (page.status, "这个文件不是" in page.text, page.value("employer")) == (422, True, "鑫源厂")
    page = await han.send_form(here, form(han.token, "scan", ("合同.jpg", JPEG), **told))
    assert "要写在哪里干" in page.text
    page = await han.send_form(here, form(han.token, "scan", ("合同.jpg", JPEG), **told, employer="鑫源厂"))
    assert "说找到了" in page.text
    scan = await han.client.get(f"{here}/{first}/file")
    assert (await scan.read(), scan.content_type) == (JPEG, "image/jpeg")
    assert "县人社局核对过就算就业" in page.text and "等县人社局核对" in page.text and "算就业</" not in page.html
    assert "就业证明等核对 1" in (await clerk.open("/staff/classes")).text
    seen = (await clerk.open(office)).value("file")
    assert "机构不能自己定" in (await han.send(f"{here}/{first}/accept", file=seen)).text
    page = await clerk.send(f"{office}/{first}/accept", file=seen)
    assert "还差3人就到80%" in page.text and "已证实" in page.text
    assert "就业证明等核对" not in (await clerk.open("/staff/classes")).text
    page = await clerk.send(f"{office}/{first}/refute", reason="厂里查无此人")
    assert "还差4人就到80%" in page.text and "厂里查无此人" in page.text
    async with house.database.unit() as session:
        assert (await session.scalars(select(Employment))).one().state == Work.REFUTED
        other = await a_taught_class(session, house.clock())
    stranger = await signed_in(door, other.trainer.login)
    for place in (here, office, f"{here}/{first}/file"):
        assert (await stranger.open(place)).status == 403
