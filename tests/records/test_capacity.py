"""The capacity of an approved class: who waits moves up when it is raised, and reads it at once."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from records import capacity, queues
from records.database import Database
from records.enrolments import Seating
from records.errors import Refused
from records.nudges import Nudge
from records.staff import Role
from tests.classes import LINGCHUAN, an_open_class, seated
from tests.conftest import Clock
from tests.office import an_account


async def test_who_waits_moves_up_in_turn_and_is_told(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        reviewer = await an_account(session, "reviewer", Role.REVIEWER, now=clock(), region=LINGCHUAN)
        welders = await an_open_class(session, capacity=1)
        rows = await seated(session, welders, 4, clock())
        assert await capacity.set_to(session, welders, 3, reviewer, clock()) == 2
        assert await capacity.set_to(session, welders, 3, reviewer, clock()) == 0
        for row in rows:
            await session.refresh(row)
        assert [row.seating for row in rows] == [Seating.SEATED] * 3 + [Seating.WAITING]
        told = {nudge.person_id: nudge.text for nudge in await session.scalars(select(Nudge))}
        assert set(told) == {rows[1].person_id, rows[2].person_id}
        assert all(text.startswith("轮到您了：焊工3班") for text in told.values())


async def test_it_cannot_fall_below_the_seats_that_are_gone(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        reviewer = await an_account(session, "reviewer", Role.REVIEWER, now=clock(), region=LINGCHUAN)
        clerk = await an_account(session, "clerk", Role.CLERK, now=clock(), region=LINGCHUAN)
        welders = await an_open_class(session, capacity=5)
        await seated(session, welders, 2, clock())
        with pytest.raises(Refused, match="已经有2人占了名额"):
            await capacity.set_to(session, welders, 1, reviewer, clock())
        with pytest.raises(Refused, match="改名额要由"):
            await capacity.set_to(session, welders, 9, clerk, clock())
        assert await capacity.set_to(session, welders, 2, reviewer, clock()) == 0
        assert await queues.taken(session, welders) == 2
