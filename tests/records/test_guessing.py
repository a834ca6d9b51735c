"""Guessing numbers: counted by who tries, stopped for a while, audited once, and on a list for staff."""

from __future__ import annotations

import pytest

from records import audit, guessing
from records.database import Database
from records.errors import Refused
from records.guesses import Kind, Way, figures
from records.guessing import Guesser
from tests.conftest import Clock

PHONE = Guesser(Kind.VOUCHER, Way.PHONE, "wx-1")
LIMIT = figures().limits[Way.PHONE]


async def test_too_many_in_a_while_must_wait_and_others_need_not(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        for number in range(LIMIT.most):
            await guessing.hold(session, PHONE, clock())
            await guessing.miss(session, PHONE, f"LC26-{number}", clock(), exists=number == 0)
            clock.move(minutes=1)
        with pytest.raises(Refused, match=f"请{LIMIT.wait}分钟后再试"):
            await guessing.hold(session, PHONE, clock())
        await guessing.hold(session, Guesser(Kind.VOUCHER, Way.PHONE, "wx-2"), clock())
        (entry,) = await audit.history(session, "guesser:phone:wx-1")
        assert (entry.event, entry.actor) == ("number:guessing:lock", "phone:wx-1")
        (row,), total = await guessing.listed(session, 0, 9, clock())
        assert (total, row.tries, row.numbers, row.existing, row.until is not None) == (1, 5, 5, 1, True)
        clock.move(minutes=LIMIT.wait)
        await guessing.hold(session, PHONE, clock())
        await guessing.miss(session, PHONE, "LC26-9", clock())
        await guessing.hold(session, PHONE, clock())


async def test_slow_tries_are_kept_and_stop_nobody(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        for number in range(2 * LIMIT.most):
            await guessing.hold(session, PHONE, clock())
            await guessing.miss(session, PHONE, f"LC26-{number}", clock())
            clock.move(minutes=LIMIT.within / (LIMIT.most - 1) + 1)
        assert len(await guessing.tries_of(session, Kind.VOUCHER, PHONE.who, 99)) == 2 * LIMIT.most
        clock.move(days=figures().kept_days + 1)
        await guessing.forget_old(session, clock())
        assert await guessing.listed(session, 0, 9, clock()) == ([], 0)


async def test_many_networks_together_are_stopped_too(either: Database, clock: Clock) -> None:
    together = figures().limits[Way.NETWORK].together
    assert together is not None
    async with either.unit() as session:
        for number in range(together):
            await guessing.miss(session, Guesser(Kind.ATTESTATION, Way.NETWORK, f"n{number}"), "x", clock())
        with pytest.raises(Refused, match="验不上的太多了"):
            await guessing.hold(session, Guesser(Kind.ATTESTATION, Way.NETWORK, "new"), clock())
