"""The funnel counts a voucher at every stage it reached, under each cut, and a search finds what it counts."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA
from records import enrolling, holding, nudging, voucher_desk, voucher_funnel, voucher_reminders, voucher_search
from records.class_states import ClassState
from records.database import Database
from records.staff import Role
from records.voucher_funnel import By
from records.voucher_paths import Stop
from records.voucher_search import Wanted
from records.voucher_states import State
from records.vouchers import Voucher
from tests.certified import a_handed_in_class
from tests.classes import LINGCHUAN, an_open_class, seated, somebody
from tests.classes import a_voucher as welders_voucher
from tests.conftest import Clock
from tests.office import a_follower, an_account
from tests.taught import a_trainee, a_voucher


async def test_every_cut_adds_up_to_the_whole(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        taught, _ = await a_handed_in_class(session, clock)
        await a_voucher(session, await a_trainee(session, 700, clock()), clock(), "电工")
        names = {}
        for by in By:
            found = await voucher_funnel.funnel(session, taught.clerk, Wanted(), by)
            names[by] = [row.name for row in found.rows]
            assert [found.reached[stage] for stage in (State.ISSUED, State.ASSESSED, State.CERTIFIED)] == [4, 3, 0]
            for row in found.rows:
                assert sum(row.stops.values()) == row.reached[State.ISSUED]
            assert found.stops == {Stop.NOT_REMINDED: 1, Stop.UNDER_WAY: 2, Stop.FAILED: 1}
        for stop, number in found.stops.items():
            rows, total = await voucher_search.search(session, taught.clerk, Wanted(stop=stop), 0, 10)
            assert (total, [row.stop for row in rows]) == (number, [stop] * number)
        assert await voucher_search.months(session, taught.clerk) == ["2026-11"]
        assert len(await voucher_search.institutions(session, taught.clerk)) == 1
    assert names[By.OCCUPATION] == ["焊工", "电工"]
    assert names[By.TRAINING_CLASS] == ["焊工3班", ""]
    assert names[By.MONTH] == ["2026-11"]


async def _reminded(session: AsyncSession, voucher: Voucher, outcome: str) -> None:
    """A fortnight before its last day the reminder is put, and this came of it."""
    at = datetime.combine(voucher.expires_on - timedelta(days=10), time(10), CHINA)
    await voucher_reminders.remind(session, at)
    for nudge in await nudging.due(session, 9, at, timedelta(seconds=60)):
        await nudging.settle(session, nudge.key, outcome, at)


CASES = [
    ("nothing yet", Stop.NOT_REMINDED, Stop.EXPIRED),
    ("reminder lost", Stop.UNREACHED, Stop.EXPIRED),
    ("no class", Stop.NO_CLASS, Stop.EXPIRED_NO_CLASS),
    ("no answer", Stop.NO_ANSWER, Stop.EXPIRED_SILENT),
    ("held", Stop.HELD, Stop.EXPIRED),
    ("waits", Stop.FULL, Stop.EXPIRED_FULL),
    ("enrolled", Stop.COMING, Stop.NEVER_CAME),
    ("stayed away", Stop.NEVER_CAME, Stop.NEVER_CAME),
]


@pytest.mark.parametrize(("case", "unused", "expired"), CASES, ids=[case for case, *_ in CASES])
async def test_each_unused_voucher_says_what_stopped_it(
    either: Database, clock: Clock, case: str, unused: Stop, expired: Stop
) -> None:
    async with either.unit() as session:
        clerk = await an_account(session, "clerk", Role.CLERK, now=clock(), region=LINGCHUAN)
        person = await somebody(session, clock())
        await a_follower(session, "worker", clock(), person)
        voucher = await welders_voucher(session, person, clock())
        if case != "no class":
            starts = voucher.expires_on - timedelta(days=5)
            welders = await an_open_class(session, starts=starts, capacity=1, days=2)
        match case:
            case "reminder lost":
                await _reminded(session, voucher, "failed")
            case "no class" | "no answer":
                await _reminded(session, voucher, "sent")
            case "held":
                await holding.hold(session, welders, person, voucher, clock())
            case "waits":
                await seated(session, welders, 1, clock())
                await enrolling.enrol(session, welders, person, voucher, clock(), "worker")
            case "enrolled" | "stayed away":
                await enrolling.enrol(session, welders, person, voucher, clock(), "worker")
        if case == "stayed away":
            welders.state = ClassState.ENDED
            await session.flush()
        (held,), _ = await voucher_search.search(session, clerk, Wanted(), 0, 9)
        assert held.stop == unused
        clock.move(days=100)
        while await holding.lapse_next(session, clock()):
            pass
        await voucher_desk.expire_due(session, clock(), "jobs")
        (held,), _ = await voucher_search.search(session, clerk, Wanted(), 0, 9)
        assert held.stop == expired
