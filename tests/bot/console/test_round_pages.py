"""The pages of voucher rounds, tried numbers and a class's seats: what two people do there, and what every figure opens."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import select

from bot.console import routes as console
from handlers.context import House
from records import guessing, round_answers
from records.enrolments import Seating
from records.guesses import Kind, Way, figures
from records.guessing import Guesser
from records.nudges import Nudge
from records.people import Person
from records.rounds import Round
from records.staff import Role
from tests.bot.console.conftest import Browser, Chat
from tests.classes import LINGCHUAN, an_open_class, seated, somebody
from tests.conftest import Clock
from tests.office import a_follower, an_account
from tests.rounds import an_office
from tests.seeds import a_policy_that_goes_on


@pytest.fixture
async def people(house: House, clock: Clock) -> list[Person]:
    """Three followers of 陵川, whose plan goes on, with money for welders; 张晓梅 writes, 周敏 approves."""
    async with house.database.unit() as session:
        await a_policy_that_goes_on(session, clock(), "lingchuan-2020-62")
        await an_office(session, LINGCHUAN, clock())
        await an_account(session, "zhang", Role.CLERK, now=clock(), name="张晓梅")
        await an_account(session, "zhou", Role.APPROVER, now=clock(), name="周敏")
        found = [await somebody(session, clock()) for _ in range(3)]
        for each in found:
            await a_follower(session, f"phone-{each.id}", clock(), each)
    return found


@pytest.fixture
async def browser(house: House) -> AsyncIterator[Browser]:
    app = web.Application()
    console.setup(app, house, Chat())
    async with TestServer(app) as server, TestClient(server) as client:
        yield Browser(client)


async def test_one_offers_another_approves_and_every_figure_opens_its_rows(
    browser: Browser, house: House, clock: Clock, people: list[Person]
) -> None:
    await browser.sign_in("zhang")
    form = {"choice": "lingchuan-2020-62:brand_welder:焊工", "most": "2", "until": "2026-11-27", "region": LINGCHUAN}
    await browser.open("/staff/vouchers/rounds/new")
    wrong = await browser.send("/staff/vouchers/rounds/new", **form | {"until": "2026-11-20", "key": "a"})
    assert "答复的最后一天要在明天到" in wrong.text
    page = await browser.send("/staff/vouchers/rounds/new", **form, key="a")
    assert "等另一位同事批准" in page.text and "现在能问到 3人" in page.text
    async with house.database.unit() as session:
        (round_,) = (await session.scalars(select(Round))).all()
    at = f"/staff/vouchers/rounds/{round_.id}"
    assert "没有“批准发券”的权限" in (await browser.send(f"{at}/approve")).text
    await browser.sign_in("zhou")
    assert "马上问 3 人" in (await browser.open(at)).text
    assert "正在问3人" in (await browser.send(f"{at}/approve")).text
    assert "请刷新看看" in (await browser.send(f"{at}/approve")).text
    async with house.database.unit() as session:
        assert len((await session.scalars(select(Nudge))).all()) == 3
        answer = await round_answers.of(session, round_.id, people[0])
        assert answer is not None
        await round_answers.decline(session, answer, clock(), "离家远")
    page = await browser.open(at)
    for words in ("问了 3人", "不要 1人", "没答复 2人", "离家远 1人"):
        assert words in page.text
    for link, rows in re.findall(r'href="([^"]*group=[a-z]+[^"#]*)#rows">(\d+)人', page.html):
        assert f"共 {rows} 条" in (await browser.open(link.replace("&amp;", "&"))).text
    assert "到期没答复" in (await browser.send(f"{at}/close")).text
    assert "3 0 0 2" in (await browser.open("/staff/vouchers/rounds")).text


async def test_who_tried_numbers_is_listed_with_what_he_tried(browser: Browser, house: House, clock: Clock) -> None:
    async with house.database.unit() as session:
        zhou = await an_account(session, "zhou", Role.APPROVER, now=clock(), name="周敏")
        for number in range(figures().limits[Way.STAFF].most):
            tried = f"LC26-7F3K-9Q{number:02}"
            await guessing.miss(session, Guesser(Kind.VOUCHER, Way.STAFF, str(zhou.id)), tried, clock(), exists=True)
        await an_account(session, "zhang", Role.CLERK, now=clock(), name="张晓梅")
    await browser.sign_in("zhang")
    assert (await browser.open("/staff/guesses")).status == 403
    await browser.sign_in("zhou")
    page = await browser.open("/staff/guesses")
    assert "账号：周敏 券号 10 10 10" in page.text and re.search(r"停到\S* ?10:15", page.text)
    page = await browser.open(f"/staff/guesses?kind=voucher&who=staff:{zhou.id}")
    assert "LC26-7F3K-9Q07 有这个号，不是他能查的" in page.text


async def test_more_seats_tell_who_waits(browser: Browser, house: House, clock: Clock) -> None:
    async with house.database.unit() as session:
        await an_account(session, "zhou", Role.REVIEWER, now=clock(), name="周敏")
        welders = await an_open_class(session, capacity=1)
        rows = await seated(session, welders, 2, clock())
    at = f"/staff/classes/{welders.id}"
    await browser.sign_in("zhou")
    await browser.open(at)
    assert "名额改成2个了，候补的1人有了座位" in (await browser.send(f"{at}/capacity", capacity="2")).text
    assert "不能少于2个" in (await browser.send(f"{at}/capacity", capacity="1")).text
    assert "名额" in (await browser.send(f"{at}/capacity", capacity="many")).text
    async with house.database.unit() as session:
        moved = await session.get_one(type(rows[1]), rows[1].id)
        assert moved.seating == Seating.SEATED
        assert (await session.scalars(select(Nudge.person_id))).all() == [moved.person_id]
