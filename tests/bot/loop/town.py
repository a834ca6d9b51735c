"""A county in which one case is carried from a question to the write-off: phones, browsers, jobs, and a clock."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.console import routes as console
from bot.gazette import routes as gazette
from bot.jobs import scheduler
from bot.jobs.nudger import Nudger
from bot.teach import routes as teach
from config.settings import CHINA
from handlers.context import House
from handlers.dispatch import handle
from handlers.message import Kind, Message
from records import people
from records.claims import Claim
from records.classes import TrainingClass
from records.enrolments import Enrolment
from records.id_number import read
from records.people import Person, Source
from records.staff import Role
from tests.bot.console.conftest import Browser, Chat
from tests.bot.jobs.process import Sent
from tests.conftest import Clock
from tests.office import an_account
from tests.schools import a_school
from tests.seeds import a_policy_that_goes_on, an_id_number

OFFICE = {
    "张晓梅": (Role.CLERK, Role.PUBLISHER),
    "周敏": (Role.REVIEWER,),
    "吴强": (Role.APPROVER,),
    "李建军": (Role.APPROVER, Role.REVIEWER),
    "王全": (
        Role.CLERK,
        Role.REVIEWER,
        Role.APPROVER,
        Role.PUBLISHER,
    ),  # may do everything, but not all of it to one claim
}
TRAINER, ANYBODY = "冯老师", "路人"


@dataclass
class Phones:
    """Everybody's phone: what arrived without being asked for."""

    arrived: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    async def send_notice(self, openid: str, text: str, key: str) -> Sent:
        self.arrived[openid].append(text)
        return Sent()


@dataclass
class Town:
    """Who lives there, and what is in hand."""

    house: House
    clock: Clock
    case: Mapping[str, Any]
    server: TestServer
    people: dict[str, Person] = field(default_factory=dict)
    browsers: dict[str, Browser] = field(default_factory=dict)
    phones: Phones = field(default_factory=Phones)
    class_id: int = 0
    claims: dict[str, int] = field(default_factory=dict)  # by scheme and part; the last is in hand
    said: int = 0

    @property
    def region(self) -> str:
        """The code of the county."""
        code = self.house.shelf.regions.find(self.case["region"])
        assert code, self.case["region"]
        return code

    def number(self, name: str) -> str:
        """The ID number of somebody who lives here."""
        return self.house.database.vault.open(self.people[name].id_sealed)

    def move(self, at: str) -> None:
        """Let it be a day and a time in China; never back."""
        moment = datetime.fromisoformat(at).replace(tzinfo=CHINA)
        assert moment >= self.clock(), f"{at} is over: it is {self.clock().astimezone(CHINA)}"
        self.clock.now = moment

    async def says(self, who: str, text: str) -> str:
        """What the account answers to a worker's message."""
        self.said += 1
        me = {"name": who, "id": self.number(who)}
        message = Message(f"{who}-{self.said}", who, Kind.TEXT, self.clock(), text=str(text).format(**me))
        reply = (await handle(message, self.house)).text
        async with self.house.database.unit() as session:
            for made in await session.scalars(select(Claim).where(Claim.id.not_in(self.claims.values()))):
                self.claims[f"{made.scheme_id}:{made.part}"] = made.id  # he claimed himself
        return reply

    async def browser(self, who: str) -> Browser:
        """The browser of somebody, who stays signed in; of anybody it is not signed in."""
        if who not in self.browsers:
            opened = Browser(TestClient(self.server))
            if who != ANYBODY:
                page = await opened.sign_in(who)
                assert page.path != "/staff/login", page.text
            self.browsers[who] = opened
        return self.browsers[who]

    async def sweep(self) -> None:
        """What the jobs do every quarter minute."""
        await scheduler.keep_house(self.house)
        nudger = Nudger(self.house, self.phones)
        await nudger.remind()
        while await nudger.batch():
            pass

    async def the_class(self, session: AsyncSession) -> TrainingClass:
        return await session.get_one(TrainingClass, self.class_id)

    async def seat(self, who: str) -> int:
        """The key of a trainee's seat in the class."""
        async with self.house.database.unit() as session:
            mine = Enrolment.class_id == self.class_id, Enrolment.person_id == self.people[who].id
            return (await session.scalars(select(Enrolment.id).where(*mine))).one()

    def claim(self, step: Mapping[str, Any]) -> int:
        """The claim that a step is about: the one that is named, else the last."""
        if "scheme" not in step:
            return [*self.claims.values()][-1]
        return self.claims[f"{step['scheme']}:{step.get('part', 1)}"]


@asynccontextmanager
async def town(house: House, clock: Clock, case: Mapping[str, Any]) -> AsyncIterator[Town]:
    """The county of a case on the day on which it begins."""
    clock.now = datetime.fromisoformat(case["begins"]).replace(tzinfo=CHINA)
    code = house.shelf.regions.find(case["region"])
    house = replace(house, settings=house.settings.model_copy(update={"region": code}))  # the county's own service
    app = web.Application()
    for area in (console, teach, gazette):
        area.setup(app, house, Chat())
    async with TestServer(app) as server:
        made = Town(house, clock, case, server)
        await _settle(made)
        yield made
        for browser in made.browsers.values():
            await browser.client.session.close()


async def _settle(town: Town) -> None:
    now, region = town.clock(), town.region
    async with town.house.database.unit() as session:
        for name, roles in OFFICE.items():
            await an_account(session, name, *roles, now=now, name=name, region=region)
        if town.case.get("goes_on"):
            await a_policy_that_goes_on(session, now, town.case["document"])
        school = await a_school(session, "鑫达职校", region=region, occupations=[town.case["teaches"]])
        trainer = await an_account(session, TRAINER, Role.TRAINER, now=now, name=TRAINER, region=region)
        trainer.institution_id = school.id
        for serial, (name, group) in enumerate(town.case["people"].items(), 1):
            number = read(an_id_number(serial=serial, county=region), now.date())
            person = await people.register(session, name, number, region, Source.REGISTRY, now)
            if group:
                since = (now - timedelta(days=400)).date()
                await people.join(session, person, group, "县里的名单", since)
            town.people[name] = person
