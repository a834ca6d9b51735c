"""Random people do random things to claims: no order is skipped, nothing is paid twice, no budget is passed."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta
from time import monotonic

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from records import claim_drafts, noticing
from records.claims import Claim
from records.database import Database
from records.errors import Refused
from tests.conftest import MORNING, fresh
from tests.records.claim_deeds import DEEDS, NEXT
from tests.records.claim_world import EACH, RIGHTS, World, a_world, an_application, is_sound, more_rights

_TORTURE = os.environ.get("SKILLPASS_TORTURE") == "1"
_RIGHTS = [f"E{number}" for number in range(RIGHTS)]
_SECONDS = 200 if _TORTURE else 0  # for which many go on at once on each database
_ROUNDS = 8
_COUNT = Counter[str]()  # of commands, done and refused


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
        self.loop.run_until_complete(self._do(lambda s: self._make(s, rights)))

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

    async def _make(self, session: AsyncSession, rights: list[str]) -> None:
        told = an_application(*rights, world=self.world)
        await claim_drafts.make(session, told, "staff:1", f"form-{self.made}", self.now)

    async def _act(self, session: AsyncSession, deed: str, who: int, which: int) -> None:
        claims = list(await session.scalars(select(Claim).order_by(Claim.id)))
        if claims:
            await DEEDS[deed](session, claims[which % len(claims)], self.world.staff[who], self.now)

    async def _do(self, deed: Callable[[AsyncSession], Awaitable[object]]) -> None:
        with _counted():
            async with self.database.unit() as session:
                await deed(session)


@contextlib.contextmanager
def _counted() -> Iterator[None]:
    """What is refused is counted, and nothing else."""
    try:
        yield
        _COUNT["done"] += 1
    except Refused:
        _COUNT["refused"] += 1


@pytest.fixture(scope="module", autouse=True)
def _told() -> Iterator[None]:
    """Say at the end how many commands ran."""
    yield
    done, refused = _COUNT.pop("done", 0), _COUNT.pop("refused", 0)
    print(f"\nclaims: {done} commands done, {refused} refused; at once: {dict(_COUNT)}")


Office.TestCase.settings = settings(
    max_examples=120 if _TORTURE else 6,
    stateful_step_count=60 if _TORTURE else 30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestOffice = Office.TestCase


@pytest.mark.postgres
async def test_many_at_once_on_one_handful_of_claims(either: Database) -> None:
    async with either.unit() as session:
        world = await a_world(session, MORNING, 0)
    dice, days, rounds, ends = random.Random(7), 0, 0, monotonic() + _SECONDS
    while rounds < _ROUNDS or monotonic() < ends:
        now = MORNING + timedelta(days=days)
        if rounds % _ROUNDS == 0:  # most of what went before has come to its end
            await _four_more(either, world, dice, rounds, now)
        await asyncio.gather(*(_one(either, world, dice, now) for _ in range(16)))
        days, rounds = days + dice.choice([0, 0, 9]), rounds + 1
        await is_sound(either)


async def _four_more(database: Database, world: World, dice: random.Random, rounds: int, now: datetime) -> None:
    async with database.unit() as session:
        rights = await more_rights(session, world, now, EACH * 3)
        for number in range(4):
            told = an_application(*dice.sample(rights, 3), world=world)  # some in common, in any order
            await claim_drafts.make(session, told, "staff:1", f"f{rounds}-{number}", now)


async def _one(database: Database, world: World, dice: random.Random, now: datetime) -> None:
    """Anything by anybody to one of the last claims; as often as not what comes next for it, so that some are paid."""
    anything, who, which, is_next = dice.choice([*DEEDS]), dice.randrange(9), dice.randrange(4), dice.random() < 0.5
    with _counted():
        async with database.unit() as session:
            claims = list(await session.scalars(select(Claim).order_by(Claim.id.desc()).limit(4)))
            deed = NEXT.get(claims[which].state, anything) if is_next else anything
            await DEEDS[deed](session, claims[which], world.staff[who], now)
            _COUNT[deed] += 1
