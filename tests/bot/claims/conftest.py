"""A claim's world: a handed-in class of 古县, its school, an office of four, and the public notice."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from aiohttp import FormData, web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.console import routes as console
from bot.gazette import routes as gazette
from bot.teach import routes as teach
from config.settings import CHINA
from handlers.context import House
from records import budgeting, filing, noticing, people, voucher_desk
from records.claims import Claim
from records.class_states import ClassState
from records.employments import Employment, Work, WorkProof
from records.staff import Role, Staff
from records.voucher_states import State
from tests.bot.console.conftest import Browser, Chat, Page
from tests.conftest import Clock
from tests.office import an_account
from tests.seeds import a_policy_that_goes_on
from tests.taught import GUXIAN, Taught, a_taught_class, a_voucher, all_marks

POLICY, SCHEME = "guxian-2024-15", "order_training"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40
Door = Callable[[str], Awaitable[Browser]]


@dataclass(frozen=True)
class Town:
    """韩师傅's class, and who is at the office: zhang writes and publishes, zhou reviews, li and wu approve."""

    taught: Taught
    feng: Staff
    li: Staff


@pytest.fixture
async def town(house: House) -> Town:
    """Three trainees were there every day; two have a certificate, all have found work."""
    now = house.clock()
    async with house.database.unit() as session:
        await a_policy_that_goes_on(session, now)
        taught = await a_taught_class(session, now, trainees=3, days=10)
        await all_marks(session, taught, now)
        await _qualify(session, taught)
        taught.training_class.state, taught.training_class.handed_in_at = ClassState.HANDED_IN, now
        await an_account(session, "zhang", Role.CLERK, Role.PUBLISHER, now=now, name="张晓梅", region=GUXIAN)
        await an_account(session, "zhou", Role.REVIEWER, now=now, name="周敏", region=GUXIAN)
        li = await an_account(session, "li", Role.APPROVER, Role.REVIEWER, now=now, name="李建军", region=GUXIAN)
        await an_account(session, "wu", Role.APPROVER, now=now, name="吴强", region=GUXIAN)
        await budgeting.set_to(session, GUXIAN, POLICY, SCHEME, now.year, 10_000_000, li, now)
    return Town(taught, taught.trainer, li)


@pytest.fixture
async def server(house: House) -> AsyncIterator[TestServer]:
    """The pages on a port of their own."""
    app = web.Application()
    for area in (console, teach, gazette):
        area.setup(app, house, Chat())
    async with TestServer(app) as server:
        yield server


@pytest.fixture
async def door(server: TestServer) -> AsyncIterator[Door]:
    """Gives browsers, each signed in; without a login it is anybody's."""
    clients: list[TestClient[web.Request, web.Application]] = []

    async def browser(login: str) -> Browser:
        clients.append(TestClient(server))
        opened = Browser(clients[-1])
        if login:
            await opened.sign_in(login)
        return opened

    yield browser
    for client in clients:
        await client.session.close()


async def a_draft(browser: Browser, town: Town) -> Page:
    """The school starts its claim; the page of the draft."""
    address = f"/teach/classes/{town.taught.training_class.id}/claim"
    page = await browser.open(address)
    wish, key = f"{POLICY}:{SCHEME}:1", page.value("key")
    return await browser.send(address, wish=wish, bank="古县农商银行城关支行", number="6228 4800 1234 5678", key=key)


async def submitted(browser: Browser, town: Town) -> str:
    """A claim that the school has handed in with all its papers; the last part of its address."""
    page = await a_draft(browser, town)
    address = page.path
    for number in range(1, 1 + page.html.count('enctype="multipart/form-data"')):
        form = FormData({"csrf": browser.token})
        form.add_field("file", PNG + bytes([number]), filename=f"paper{number}.png", content_type="image/png")
        page = await browser.send_form(f"{address}/papers/{number}", form)
    page = await browser.send(f"{address}/submit", version=page.value("version"))
    assert "提交了" in page.text, page.text
    return address.rpartition("/")[2]


async def published(door: Door, town: Town, clock: Clock) -> str:
    """A claim on its first day of public notice; its key."""
    key = await submitted(await door(town.feng.login), town)
    for login, verb in (("zhou", "review"), ("wu", "approve"), ("zhang", "publish")):
        await steps(await door(login), key, verb)
    clock.move(days=3)
    return key


async def steps(browser: Browser, key: str, verb: str, **fields: object) -> Page:
    """Do one step of a claim as it is read now."""
    page = await browser.open(f"/staff/claims/{key}")
    version = page.value("version") if 'name="version"' in page.html else "0"
    return await browser.send(f"/staff/claims/{key}/{verb}", version=version, **fields)


async def cleared(door: Door, town: Town, house: House, clock: Clock) -> str:
    """A claim whose public notice is over; its key."""
    key = await published(door, town, clock)
    clock.move(days=14)
    async with house.database.unit() as session:
        assert len(await noticing.clear_due(session, clock())) == 1
    return key


async def the_claim(house: House, key: str) -> Claim:
    """The claim as it stands."""
    async with house.database.unit() as session:
        return (await session.scalars(select(Claim).where(Claim.id == int(key)))).one()


async def _qualify(session: AsyncSession, taught: Taught) -> None:
    """Group, voucher, certificate and work of everybody; the last has no certificate yet."""
    moment = taught.sittings[0].starts_at
    day = moment.astimezone(CHINA).date()
    for place, (person, enrolment) in enumerate(zip(taught.persons, taught.enrolments, strict=True)):
        await people.join(session, person, "农村转移就业劳动者", "村委会证明", day - timedelta(days=400))
        voucher = await a_voucher(session, person, moment)
        is_certified = place < len(taught.persons) - 1
        for to in (State.REGISTERED, State.TRAINING, State.ASSESSED, State.CERTIFIED)[: 4 if is_certified else 2]:
            await voucher_desk.move(session, voucher, to, "test", moment, certificate=f"C{person.id}")
        enrolment.voucher_id = voucher.id
        proof = await filing.keep(session, "合同.png", PNG + bytes([200 + place]), "test", moment)
        session.add(
            Employment(
                enrolment_id=enrolment.id,
                state=Work.PROVEN,
                proof=WorkProof.CONTRACT,
                file_id=proof.id,
                seen_by=taught.clerk.id,
                seen_at=moment,
            )
        )
    await session.flush()
