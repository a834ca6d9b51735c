"""The funnel counts a voucher at every stage it reached, under each cut, and a search finds what it counts."""

from __future__ import annotations

from records import voucher_funnel, voucher_search
from records.database import Database
from records.voucher_funnel import By
from records.voucher_paths import Stop
from records.voucher_search import Wanted
from records.voucher_states import State
from tests.certified import a_handed_in_class
from tests.conftest import Clock
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
            assert found.stops == {Stop.NO_CLASS: 1, Stop.UNDER_WAY: 2, Stop.FAILED: 1}
        for stop, number in found.stops.items():
            rows, total = await voucher_search.search(session, taught.clerk, Wanted(stop=stop), 0, 10)
            assert (total, [row.stop for row in rows]) == (number, [stop] * number)
        assert await voucher_search.months(session, taught.clerk) == ["2026-11"]
        assert len(await voucher_search.institutions(session, taught.clerk)) == 1
    assert names[By.OCCUPATION] == ["焊工", "电工"]
    assert names[By.TRAINING_CLASS] == ["焊工3班", ""]
    assert names[By.MONTH] == ["2026-11"]
