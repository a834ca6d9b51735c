"""A correction counts only by the word of two people, and can be taken back."""

from __future__ import annotations

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from records import audit, corrections, edition
from records.audit import Event
from records.corrections import Correction, State
from records.database import Database
from records.errors import Refused
from records.staff import Role, Staff
from tests.conftest import Clock
from tests.office import an_account

WORDS = {"policy_id": "guxian-2024-15", "topic": "training.limit", "then": "", "at": "三（一）2"}


async def drafted(session: AsyncSession, clock: Clock) -> tuple[Correction, Staff]:
    clerk = await an_account(session, "clerk", Role.CLERK, Role.APPROVER, now=clock())
    made = await corrections.draft(session, **WORDS, asked=["一年能学几回"], say="三次。", by=clerk, now=clock())
    return made, clerk


async def test_it_counts_once_another_person_approves_until_it_is_taken_back(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        made, clerk = await drafted(session, clock)
        other = await an_account(session, "other", Role.APPROVER, now=clock())
        assert (made.state, list(await corrections.in_force(session))) == (State.DRAFT, [])
        with pytest.raises(Refused, match="另一个人"):
            await corrections.approve(session, made, clerk, clock())
        await corrections.approve(session, made, other, clock())
        assert (made.state, list(await corrections.in_force(session))) == (State.LIVE, [made])
        assert await edition.current(session) == 1
        await corrections.revert(session, made, clerk, clock())
        assert (made.state, list(await corrections.in_force(session))) == (State.REVERTED, [])
        assert await edition.current(session) == 2
        events = [entry.event for entry in await audit.history(session, made.thing)]
        assert events == [Event.CORRECTION_DRAFT, Event.CORRECTION_APPROVE, Event.CORRECTION_REVERT]


async def test_neither_twice_nor_out_of_order(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        made, _ = await drafted(session, clock)
        other = await an_account(session, "other", Role.APPROVER, now=clock())
        with pytest.raises(Refused, match="生效"):
            await corrections.revert(session, made, other, clock())
        await corrections.approve(session, made, other, clock())
        with pytest.raises(Refused, match="批准过"):
            await corrections.approve(session, made, other, clock())
        with pytest.raises(Refused, match="99"):
            await corrections.get(session, 99)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ({"asked": [" "]}, "怎么问"),
        ({"say": "", "topic": ""}, "话题"),
        ({"at": ""}, "哪一节"),
        ({"say": "{x}"}, "花括号"),
    ],
)
async def test_what_is_missing_is_said(either: Database, clock: Clock, words: dict[str, object], reason: str) -> None:
    async with either.unit() as session:
        clerk = await an_account(session, "clerk", Role.CLERK, now=clock())
        given = {**WORDS, "asked": ["一年能学几回"], "say": "三次。", **words}
        with pytest.raises(Refused, match=reason):
            await corrections.draft(session, **given, by=clerk, now=clock())  # type: ignore[arg-type]
