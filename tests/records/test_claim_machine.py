"""Random people do random things to claims: no order is skipped, nothing is paid twice, no budget is passed."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA
from records import claim_desk, noticing, paying
from records.claims import Claim
from records.database import Database
from records.errors import Refused
from records.noticing import Posting
from records.payment_batches import PaymentBatch
from records.staff import Staff
from tests.conftest import MORNING, fresh
from tests.records.claim_world import EACH, World, a_world, an_application, is_sound

_TORTURE = os.environ.get("SKILLPASS_TORTURE") == "1"
_RIGHTS = [f"E{number}" for number in range(6)]

Deed = Callable[[AsyncSession, Claim, Staff, Any], Awaitable[object]]


def _posting(now: Any) -> Posting:
    starts = now.astimezone(CHINA).date() + timedelta(days=1)
    return Posting(starts, starts + timedelta(days=6))


async def _object(session: AsyncSession, claim: Claim, by: Staff, now: Any) -> None:
    await noticing.object_to(session, claim, "他没去上课", now)


async def _answer(session: AsyncSession, claim: Claim, by: Staff, now: Any) -> None:
    for objection in await noticing.of(session, claim):
        await noticing.answer(session, objection, by, by.id % 2 == 0, "核实过了", now)


async def _pay(session: AsyncSession, claim: Claim, by: Staff, now: Any) -> None:
    await paying.pay(session, claim, claim.fen, f"HD{claim.id}-{by.id}", now.astimezone(CHINA).date(), by, now)


async def _pay_wrongly(session: AsyncSession, claim: Claim, by: Staff, now: Any) -> None:
    await paying.pay(session, claim, claim.fen + 1, "HD", now.astimezone(CHINA).date(), by, now)


async def _batch(session: AsyncSession, claim: Claim, by: Staff, now: Any) -> None:
    await paying.batch(session, [claim], by, now)


async def _drop(session: AsyncSession, claim: Claim, by: Staff, now: Any) -> None:
    for made in await session.scalars(select(PaymentBatch)):
        await paying.drop(session, made, by, now)


DEEDS: dict[str, Deed] = {
    "submit": lambda s, c, by, now: claim_desk.submit(s, c, by, c.version, now),
    "review": lambda s, c, by, now: claim_desk.review(s, c, by, c.version, now),
    "approve": lambda s, c, by, now: claim_desk.approve(s, c, by, c.version, now),
    "send back": lambda s, c, by, now: claim_desk.send_back(s, c, by, "少一页", c.version, now),
    "reject": lambda s, c, by, now: claim_desk.reject(s, c, by, "不符合", c.version, now),
    "withdraw": lambda s, c, by, now: claim_desk.withdraw(s, c, by.actor, "", c.version, now),
    "publish": lambda s, c, by, now: noticing.publish(s, c, by, _posting(now), c.version, now),
    "object": _object,
    "answer": _answer,
    "pay": _pay,
    "pay wrongly": _pay_wrongly,
    "batch": _batch,
    "drop": _drop,
    "write off": lambda s, c, by, now: paying.write_off(s, c, by, now),
    "an old page": lambda s, c, by, now: claim_desk.review(s, c, by, c.version - 1, now),
}


class Office(RuleBasedStateMachine):
    """One office on SQLite; what is refused changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.now = MORNING
        self.made = 0
        self.database: Database = self.loop.run_until_complete(fresh("sqlite+aiosqlite:///:memory:"))
        self.world: World = self.loop.run_until_complete(self._open())

    async def _open(self) -> World:
        async with self.database.unit() as session:
            return await a_world(session, self.now, EACH * 4)

    def teardown(self) -> None:
        self.loop.run_until_complete(self.database.close())
        self.loop.close()

    @rule(rights=st.lists(st.sampled_from(_RIGHTS), min_size=1, max_size=3, unique=True))
    def make(self, rights: list[str]) -> None:
        self.made += 1
        self.loop.run_until_complete(
            self._do(lambda s: claim_desk.make(s, an_application(*rights), "staff:1", f"form-{self.made}", self.now))
        )

    @rule(deed=st.sampled_from(sorted(DEEDS)), who=st.integers(0, 8), which=st.integers(0, 5))
    def act(self, deed: str, who: int, which: int) -> None:
        self.loop.run_until_complete(self._do(lambda s: self._act(s, deed, who, which)))

    @rule(which=st.integers(0, 5), steps=st.integers(1, 9))
    def go_the_right_way(self, which: int, steps: int) -> None:
        """So that runs come far enough: the office as it should work."""
        by = self.world.staff
        way = [
            ("submit", 0),
            ("review", 2),
            ("approve", 4),
            ("publish", 6),
            ("wait", 0),
            ("clear", 0),
            ("batch", 0),
            ("pay", 1),
            ("write off", 1),
        ]
        for deed, who in way[:steps]:
            if deed == "wait":
                self.now += timedelta(days=9)
            elif deed == "clear":
                self.loop.run_until_complete(self._do(lambda s: noticing.clear_due(s, self.now)))
            else:
                number = by.index(by[who])
                self.loop.run_until_complete(self._do(lambda s, d=deed, n=number: self._act(s, d, n, which)))

    @rule(days=st.integers(1, 10))
    def wait(self, days: int) -> None:
        self.now += timedelta(days=days)

    @rule()
    def clear(self) -> None:
        self.loop.run_until_complete(self._do(lambda s: noticing.clear_due(s, self.now)))

    @invariant()
    def sound(self) -> None:
        self.loop.run_until_complete(is_sound(self.database))

    async def _act(self, session: AsyncSession, deed: str, who: int, which: int) -> None:
        claims = list(await session.scalars(select(Claim).order_by(Claim.id)))
        if claims:
            await DEEDS[deed](session, claims[which % len(claims)], self.world.staff[who], self.now)

    async def _do(self, deed: Callable[[AsyncSession], Awaitable[object]]) -> None:
        with contextlib.suppress(Refused):
            async with self.database.unit() as session:
                await deed(session)


Office.TestCase.settings = settings(
    max_examples=400 if _TORTURE else 6,
    stateful_step_count=60 if _TORTURE else 30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestOffice = Office.TestCase


@pytest.mark.postgres
async def test_many_at_once_on_one_handful_of_claims(either: Database) -> None:
    async with either.unit() as session:
        world = await a_world(session, MORNING, EACH * 3)
        for number in range(4):
            await claim_desk.make(
                session, an_application(_RIGHTS[number], _RIGHTS[number + 1]), "staff:1", f"f{number}", MORNING
            )
    dice, days = random.Random(7), 0
    for _ in range(40 if _TORTURE else 8):
        now = MORNING + timedelta(days=days)
        await asyncio.gather(*(_one(either, world, dice, now) for _ in range(16)))
        days += dice.choice([0, 0, 9])
        await is_sound(either)


async def _one(database: Database, world: World, dice: random.Random, now: Any) -> None:
    deed, who, which = dice.choice([*DEEDS, "clear"]), dice.randrange(9), dice.randrange(4)
    with contextlib.suppress(Refused):
        async with database.unit() as session:
            if deed == "clear":
                await noticing.clear_due(session, now)
                return
            claims = list(await session.scalars(select(Claim).order_by(Claim.id)))
            await DEEDS[deed](session, claims[which], world.staff[who], now)
