"""The pages of vouchers: found, read, taken back with a reason, and followed from issue to payment."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from html import unescape
from urllib.parse import quote

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.console import routes as console
from handlers import certificate_rules
from handlers.context import House
from records import audit
from records.claims import Claim, ClaimLine
from records.nudges import Nudge
from records.people import Person
from records.staff import Role
from records.vouchers import Voucher
from tests.bot.console.conftest import Browser, Chat
from tests.certified import a_handed_in_class, a_paper
from tests.conftest import Clock
from tests.office import an_account
from tests.taught import GUXIAN, a_trainee, a_voucher


@pytest.fixture
async def vouchers(house: House, clock: Clock) -> list[Voucher]:
    """Of 古县: two passed, one with a certificate; one failed; one has a voucher and no class. A fifth is of 陵川."""
    async with house.database.unit() as session:
        taught, used = await a_handed_in_class(session, clock)
        await certificate_rules.enter(session, taught.enrolments[0], a_paper(), taught.trainer, clock())
        idle = await a_voucher(session, await a_trainee(session, 700, clock()), clock(), "电工")
        far = await a_voucher(session, await a_trainee(session, 701, clock()), clock(), "电工")
        far.region = "140524"
        await an_account(session, "zhou", Role.REVIEWER, now=clock(), name="周敏", region=GUXIAN)
        await an_account(session, "zhang", Role.CLERK, now=clock(), name="张晓梅", region=GUXIAN)
    return [*used, idle, far]


@pytest.fixture
async def browser(house: House) -> AsyncIterator[Browser]:
    app = web.Application()
    console.setup(app, house, Chat())
    async with TestServer(app) as server, TestClient(server) as client:
        browser = Browser(client)
        yield browser


async def test_vouchers_are_found_by_number_and_by_id_number_in_the_own_place(
    browser: Browser, house: House, vouchers: list[Voucher]
) -> None:
    await browser.sign_in("zhang")
    first, idle, far = vouchers[0], vouchers[3], vouchers[4]
    everything = await browser.open("/staff/vouchers")
    assert "共 4 条" in everything.text and far.number not in everything.text
    page = await browser.open(f"/staff/vouchers?q={idle.number.replace('-', '').lower()}")
    assert idle.number in page.text and first.number not in page.text
    async with house.database.unit() as session:
        person = await session.get_one(Person, first.person_id)
        id_number = session.info["vault"].open(person.id_sealed)
    page = await browser.open(f"/staff/vouchers?q={id_number}")
    assert "共 1 条" in page.text and first.number in page.text
    page = await browser.open(f"/staff/vouchers?occupation={quote('电工')}&soon=3")
    assert "没有这样的券" in page.text
    assert (await browser.open(f"/staff/vouchers/{far.id}")).status == 403


async def test_a_voucher_is_taken_back_once_with_a_reason_that_its_holder_reads(
    browser: Browser, house: House, vouchers: list[Voucher]
) -> None:
    idle = vouchers[3]
    address = f"/staff/vouchers/{idle.id}"
    await browser.sign_in("zhang")
    assert "确定作废" not in (await browser.open(address)).text
    assert "初审或复核的人办" in (await browser.send(f"{address}/revoke", reason="冒领")).text
    await browser.sign_in("zhou")
    assert "原因" in (await browser.send(f"{address}/revoke", reason=" ")).text
    for _ in range(2):
        page = await browser.send(f"{address}/revoke", reason="不是本人领的。")
    assert "已作废" in page.text and "周敏" in page.text
    async with house.database.unit() as session:
        told = await session.get_one(Nudge, f"voucher:{idle.id}:revoked")
        deeds = await audit.history(session, f"voucher:{idle.id}")
    assert told.text == f"您的电工券{idle.number}作废了：不是本人领的。不明白的，回复“人工”找工作人员。"
    assert [(deed.event, deed.details["reason"]) for deed in deeds] == [("voucher:paper:revoke", "不是本人领的。")]


async def test_a_voucher_that_a_claim_rests_on_is_not_taken_back(
    browser: Browser, house: House, vouchers: list[Voucher]
) -> None:
    certified = vouchers[0]
    async with house.database.unit() as session:
        claim = Claim(
            number="SL26-0001", key="k", region=GUXIAN, policy_id="guxian-2024-15", scheme_id="order_training",
            payee="institution", payee_name="鑫达职校", fen=150_000, made_at=house.clock(),
        )  # fmt: skip
        session.add(claim)
        await session.flush()
        session.add(ClaimLine(claim_id=claim.id, voucher_id=certified.id, merit="training:1", holds=True, fen=150_000))
    await browser.sign_in("zhou")
    page = await browser.send(f"/staff/vouchers/{certified.id}/revoke", reason="发错了")
    assert "申领SL26-0001正用着这张券" in page.text and "已作废" not in page.text


async def test_every_figure_of_the_funnel_opens_its_rows(browser: Browser, vouchers: list[Voucher]) -> None:
    await browser.sign_in("zhang")
    page = await browser.open("/staff/vouchers/funnel")
    assert "发券 4张 100%" in page.text and "评价 3张 75%" in page.text and "取证 1张 25%" in page.text
    for by in ("occupation", "institution", "class", "month"):
        page = await browser.open(f"/staff/vouchers/funnel?by={by}")
        for address, figure in figures(page.html):
            rows = await browser.open(address)
            assert f"共 {figure} 条" in rows.text, (by, address)


async def test_the_funnel_says_what_stopped_each(browser: Browser, vouchers: list[Voucher]) -> None:
    await browser.sign_in("zhang")
    text = (await browser.open("/staff/vouchers/funnel")).text
    for words in (
        "没报班，还没到提醒的日子 1张",
        "评价没通过 1张",
        "取了证，补贴还没兑现 1张",
        "正在学，等评价结果 1张",
    ):
        assert words in text
    assert "没有这样的券" in (await browser.open("/staff/vouchers/funnel?period=2020")).text


def figures(html: str) -> list[tuple[str, str]]:
    """The addresses behind the figures of a page, with the figures."""
    found = re.findall(r'<a href="(/staff/vouchers\?[^"]+)">([\d,]+)张?</a>', html)
    return [(unescape(address), figure) for address, figure in found]
