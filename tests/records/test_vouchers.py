"""Vouchers: legal moves only, limits that hold when many apply at once, and laws that the database keeps itself."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from itertools import product

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from records import voucher_desk, vouchers
from records.database import Database
from records.errors import Refused
from records.people import Person
from records.voucher_desk import VALID, Grant
from records.voucher_states import MOVES, SHOWN, State, check
from records.vouchers import Voucher, VoucherEvent
from tests.conftest import Clock
from tests.seeds import a_worker_of_the_registry

WELDER = Grant("lingchuan-2020-62", "brand_welder", "焊工", "140524", "LC", most_a_year=3)
WAY = [State.REGISTERED, State.TRAINING, State.ASSESSED, State.CERTIFIED, State.REDEEMED, State.WRITTEN_OFF]


async def a_person(session: AsyncSession, clock: Clock, serial: int = 12) -> Person:
    return (await a_worker_of_the_registry(session, clock(), region="140524", serial=serial)).person


async def issued(session: AsyncSession, person: Person, clock: Clock, **changes: object) -> Voucher:
    return await voucher_desk.issue(session, person, replace(WELDER, **changes), clock(), "worker")  # type: ignore[arg-type]


async def carried(session: AsyncSession, voucher: Voucher, to: State, clock: Clock) -> None:
    """Move a voucher along the straight way up to a state."""
    for state in WAY[: WAY.index(to) + 1]:
        certificate = "晋焊-001" if state is State.CERTIFIED else None
        await voucher_desk.move(session, voucher, state, "staff:1", clock(), certificate=certificate)


ILLEGAL = [(before, to) for before, to in product(State, State) if before not in MOVES[to].after]


@pytest.mark.parametrize("before, to", ILLEGAL, ids=lambda state: str(state))
def test_an_illegal_move_is_refused_with_where_the_voucher_stands_and_what_is_missing(before: State, to: State) -> None:
    with pytest.raises(Refused) as refused:
        check(before, to)
    assert f"“{SHOWN[before]}”，" in refused.value.reason
    assert refused.value.reason.endswith("。")


@pytest.mark.parametrize("over", [State.WRITTEN_OFF, State.EXPIRED, State.WITHDRAWN, State.REVOKED])
def test_nothing_follows_the_end(over: State) -> None:
    assert not any(over in move.after for move in MOVES.values())


async def test_a_voucher_goes_all_the_way_and_every_step_is_written_down(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        voucher = await issued(session, await a_person(session, clock), clock)
        assert voucher.number.startswith("LC26-")
        assert voucher.expires_on - voucher.issued_on == VALID
        await carried(session, voucher, State.WRITTEN_OFF, clock)
        steps = [(event.number, event.after) for event in await vouchers.history(session, voucher)]
    assert steps == list(enumerate([State.APPLIED, State.ISSUED, *WAY], 1))


async def test_no_certificate_no_money(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        voucher = await issued(session, await a_person(session, clock), clock)
        await carried(session, voucher, State.ASSESSED, clock)
        with pytest.raises(Refused, match="没取到证的券不能兑现"):
            await voucher_desk.move(session, voucher, State.REDEEMED, "staff:1", clock())
        with pytest.raises(Refused, match="没有证书编号"):
            await voucher_desk.move(session, voucher, State.CERTIFIED, "staff:1", clock())


async def test_one_cannot_register_with_a_voucher_after_its_last_day(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        person = await a_person(session, clock)
        voucher = await issued(session, person, clock)
        clock.move(days=VALID.days)
        assert await voucher_desk.expire_due(session, clock(), "jobs") == []
        clock.move(days=1)
        with pytest.raises(Refused, match="到期"):
            await voucher_desk.move(session, voucher, State.REGISTERED, "staff:1", clock())
        assert await voucher_desk.expire_due(session, clock(), "jobs") == [voucher]
        assert voucher.state == State.EXPIRED
        await issued(session, person, clock)


async def test_what_counts_for_the_year(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        person = await a_person(session, clock)
        used = await issued(session, person, clock, occupation="电工")
        await carried(session, used, State.CERTIFIED, clock)
        left = await issued(session, person, clock, occupation="叉车工")
        await carried(session, left, State.TRAINING, clock)
        await voucher_desk.move(session, left, State.WITHDRAWN, "staff:1", clock())
        revoked = await issued(session, person, clock, occupation="保安员")
        await voucher_desk.move(session, revoked, State.REVOKED, "staff:1", clock(), "转给别人")
        assert await vouchers.used_in(session, person, 2026) == 2
        assert await vouchers.used_in(session, person, 2027) == 0
        facts = await vouchers.facts_of(session, person, clock().date())
        assert facts == {"age": 38, "trainings_this_year": 2, "voucher": False, "group": ["农村转移就业劳动者"]}
        assert await vouchers.had(session, person, "电工", year=2026)
        assert not await vouchers.had(session, person, "叉车工")


async def test_the_years_limit_counts_used_and_unused_and_begins_anew(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        person = await a_person(session, clock)
        for occupation in ("电工", "叉车工"):
            await carried(session, await issued(session, person, clock, occupation=occupation), State.REGISTERED, clock)
        await issued(session, person, clock, occupation="保安员")
        with pytest.raises(Refused, match="今年已用培训2次，手里还有1张没用的券，一年最多3次"):
            await issued(session, person, clock)
        clock.move(days=60)
        await issued(session, person, clock)


async def test_twenty_applications_at_once_yield_one_voucher(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        person_id = (await a_person(session, clock)).id

    async def apply(number: int) -> bool:
        return await _applied(either, person_id, WELDER, clock)

    assert sum(await asyncio.gather(*map(apply, range(20)))) == 1
    assert await _count(either) == 1


async def test_twenty_applications_at_once_stay_within_the_years_limit(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        person_id = (await a_person(session, clock)).id

    async def apply(number: int) -> bool:
        return await _applied(either, person_id, replace(WELDER, occupation=f"工种{number}"), clock)

    assert sum(await asyncio.gather(*map(apply, range(20)))) == 3
    assert await _count(either) == 3


async def test_two_moves_at_once_are_one_move(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        voucher = await issued(session, await a_person(session, clock), clock)

    async def register(number: int) -> bool:
        try:
            async with either.unit() as session:
                mine = await session.get_one(Voucher, voucher.id)
                await voucher_desk.move(session, mine, State.REGISTERED, f"staff:{number}", clock())
        except Refused:
            return False
        return True

    assert sum(await asyncio.gather(*map(register, range(8)))) == 1


@pytest.mark.parametrize(
    "tampering",
    [
        delete(Voucher),
        delete(VoucherEvent),
        update(VoucherEvent).values(actor="nobody"),
        update(Voucher).values(person_id=Voucher.person_id + 1),
        update(Voucher).values(state="redeemed", used_on=Voucher.issued_on),
        update(Voucher).values(state="lost"),
        update(Voucher).values(state="registered"),
        update(Voucher).values(expires_on=Voucher.issued_on),
    ],
    ids=[
        "delete",
        "delete event",
        "rewrite event",
        "transfer",
        "money without certificate",
        "odd state",
        "unused",
        "days",
    ],
)
async def test_the_database_itself_refuses(either: Database, clock: Clock, tampering: object) -> None:
    async with either.unit() as session:
        await issued(session, await a_person(session, clock), clock)
        await a_person(session, clock, serial=13)
    with pytest.raises(DBAPIError):
        async with either.unit() as session:
            await session.execute(tampering)  # type: ignore[call-overload]


@pytest.mark.parametrize(
    "number, before, after", [(3, "issued", "redeemed"), (3, None, "applied"), (1, None, "applied")]
)
async def test_the_database_itself_refuses_an_event_out_of_order(
    either: Database, clock: Clock, number: int, before: str | None, after: str
) -> None:
    async with either.unit() as session:
        voucher = await issued(session, await a_person(session, clock), clock)
    with pytest.raises(IntegrityError):
        async with either.unit() as session:
            session.add(
                VoucherEvent(voucher_id=voucher.id, number=number, before=before, after=after, at=clock(), actor="x")
            )


async def test_a_number_is_found_as_it_is_typed(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        voucher = await issued(session, await a_person(session, clock), clock)
        assert await vouchers.by_number(session, voucher.number.lower().replace("-", "")) is voucher
        with pytest.raises(ValueError, match="12位"):
            await vouchers.by_number(session, "LC26")


async def _applied(database: Database, person_id: int, grant: Grant, clock: Clock) -> bool:
    try:
        async with database.unit() as session:
            person = await session.get_one(Person, person_id)
            await voucher_desk.issue(session, person, grant, clock(), "worker")
    except Refused:
        return False
    return True


async def _count(database: Database) -> int:
    async with database.unit() as session:
        return await session.scalar(select(func.count()).select_from(Voucher)) or 0
