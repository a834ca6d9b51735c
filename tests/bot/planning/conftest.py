"""A school and an office over one test house: the trainer plans, the office decides."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.console import routes as console
from bot.teach import routes as teach
from handlers.context import House
from records.classes import TrainingClass
from records.institutions import Institution
from records.staff import Role, Staff
from tests.bot.console.conftest import Browser, Chat
from tests.office import an_account
from tests.schools import GUXIAN, a_school, a_submitted_class, a_trainer

FORM: dict[str, object] = {
    "name": "焊工5班",
    "occupation": "焊工",
    "level": "初级工",
    "capacity": "40",
    "region": "古县",
    "venue": "实训楼201",
    "latitude": "36.266800",
    "longitude": "111.920100",
    "radius": "200",
    "starts": "2026-12-01",
    "days": "25",
    "pace": "workdays",
    "parts": "morning",
    "morning_starts": "08:30",
    "morning_ends": "11:30",
    "proof": "code_place",
    "made_up_most": "3",
    "teachers": "冯老师、李老师",
    "plan": "前10天安全和基本操作，后15天平焊、立焊实训。",
    "resources": "《焊工（初级）》教材，焊机20台。",
    "assessment_plan": "理论占40%，实操占60%，双60分合格。",
}
Door = Callable[[str], Awaitable[Browser]]


@dataclass(frozen=True)
class Town:
    """The school, its trainer 冯老师 (feng), and a class of theirs that waits for the office."""

    school: Institution
    feng: Staff
    waiting: TrainingClass


@pytest.fixture
async def town(house: House) -> Town:
    """At the office: 张晓梅 (zhang) is a clerk, 李建军 (li) and 周敏 (zhou) approve."""
    now = house.clock()
    async with house.database.unit() as session:
        school = await a_school(session, "鑫达职校")
        feng = await a_trainer(session, school, now, "feng")
        waiting = await a_submitted_class(session, feng, now, name="焊工4班")
        await an_account(session, "zhang", Role.CLERK, now=now, name="张晓梅", region=GUXIAN)
        await an_account(session, "li", Role.APPROVER, now=now, name="李建军", region=GUXIAN)
        await an_account(session, "zhou", Role.REVIEWER, now=now, name="周敏", region=GUXIAN)
    return Town(school, feng, waiting)


@pytest.fixture
async def server(house: House) -> AsyncIterator[TestServer]:
    """The pages on a port of their own."""
    app = web.Application()
    for area in (console, teach):
        area.setup(app, house, Chat())
    async with TestServer(app) as server:
        yield server


@pytest.fixture
async def door(server: TestServer, town: Town) -> AsyncIterator[Door]:
    """Gives browsers, each signed in."""
    clients: list[TestClient[web.Request, web.Application]] = []

    async def browser(login: str) -> Browser:
        clients.append(TestClient(server))
        signed_in = Browser(clients[-1])
        await signed_in.sign_in(login)
        return signed_in

    yield browser
    for client in clients:
        await client.session.close()
