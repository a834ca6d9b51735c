"""The registrar takes sheets in: once, whole, also when it is killed half-way or two run at once."""

from __future__ import annotations

import asyncio
from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from bot.jobs.registrar import Registrar
from knowledge.regions import Regions
from records import absences, audit, group_changes, people, registry_desk
from records.absences import Verdict
from records.audit import Event
from records.database import Database
from records.files import StoredFile
from records.id_number import read
from records.people import Membership, Person, Source
from records.registry_runs import RegistryRun, RunState
from records.staff import Role
from tests.conftest import Clock, fresh
from tests.office import an_account
from tests.registry import Cells, a_csv, a_row, an_xlsx

REGIONS = Regions()


async def started(database: Database, clock: Clock, content: bytes, *, is_trial: bool = False) -> RegistryRun:
    async with database.unit() as session:
        return await registry_desk.start(session, "档案.xlsx", content, "140524", None, clock(), is_trial=is_trial)


async def through(database: Database, clock: Clock, content: bytes, *, is_trial: bool = False) -> RegistryRun:
    run = await started(database, clock, content, is_trial=is_trial)
    registrar = Registrar(database, REGIONS, clock)
    while await registrar.batch():
        pass
    return await stands(database, run)


async def stands(database: Database, run: RegistryRun) -> RegistryRun:
    async with database.unit() as session:
        return await session.get_one(RegistryRun, run.id)


def counts(run: RegistryRun) -> tuple[int, ...]:
    return run.added, run.changed, run.matched, run.same, len(run.faults)


async def people_in(database: Database) -> int:
    async with database.unit() as session:
        return (await session.scalars(select(func.count()).select_from(Person))).one()


async def test_a_trial_counts_and_changes_nothing_and_again_nothing_changes(either: Database, clock: Clock) -> None:
    content = an_xlsx([a_row(1), a_row(2), a_row(3, group="登山爱好者")])
    assert counts(await through(either, clock, content, is_trial=True)) == (2, 0, 0, 0, 1)
    assert await people_in(either) == 0
    assert counts(await through(either, clock, content)) == (2, 0, 0, 0, 1)
    assert counts(await through(either, clock, content)) == (0, 0, 0, 2, 1)
    async with either.unit() as session:
        kept = await session.scalars(select(StoredFile.content))
        assert all(a_row(1)[1].encode() not in each for each in kept)


async def test_who_registered_himself_is_matched_by_name_and_another_name_is_a_fault(
    either: Database, clock: Clock
) -> None:
    async with either.unit() as session:
        for row in (a_row(1), a_row(2)):
            number = read(row[1], clock().date())
            person = await people.register(session, "李秀英", number, "140524", Source.SELF, clock())
            await people.join(session, person, "脱贫劳动力", people.STATED, date(2025, 1, 1))
    run = await through(either, clock, a_csv([a_row(1), a_row(2, name="王强")]))
    assert counts(run) == (0, 0, 1, 0, 1)
    assert "登记的是李*英" in run.faults[0]["expected"]
    async with either.unit() as session:
        found = (await session.scalars(select(Person).order_by(Person.id))).all()
        assert [person.source for person in found] == [Source.REGISTRY, Source.SELF]
        (member,) = await group_changes.all_of(session, found[0])
        assert (member.proof, member.since) == ("乡村振兴局名单", date(2024, 3, 1))


async def test_a_change_of_group_ends_the_old_one_and_keeps_what_stood(either: Database, clock: Clock) -> None:
    await through(either, clock, a_csv([a_row(1)]))
    run = await through(either, clock, a_csv([a_row(1, group="残疾人", since="2026-05-01")]))
    assert counts(run) == (0, 1, 0, 0, 0)
    async with either.unit() as session:
        person = (await session.scalars(select(Person))).one()
        now, before = await group_changes.all_of(session, person)
        assert (now.group, now.since, now.until) == ("残疾人", date(2026, 5, 1), None)
        assert (before.group, before.until) == ("脱贫劳动力", date(2026, 4, 30))
        (entry,) = [e for e in await audit.history(session, person.thing) if e.event == Event.PERSON_GROUP_CHANGE]
        assert entry.details["before"]["until"] is None


async def test_killed_in_the_middle_it_goes_on_and_two_at_once_take_everybody_in_once(
    either: Database, clock: Clock
) -> None:
    content = a_csv([a_row(number) for number in range(600)])
    run = await started(either, clock, content)
    await Registrar(either, REGIONS, clock).batch()
    assert (await stands(either, run)).done == 250

    async def work() -> None:
        registrar = Registrar(either, REGIONS, clock)
        while await registrar.batch():
            pass

    await asyncio.gather(work(), work())
    done = await stands(either, run)
    assert (done.state, done.done, done.added, done.why) == (RunState.DONE, 600, 600, "")
    assert await people_in(either) == 600


async def test_who_is_missing_from_a_later_sheet_is_listed_in_the_towns_it_names_until_a_sheet_names_him_again(
    either: Database, clock: Clock
) -> None:
    here, also, elsewhere = a_row(1), a_row(2), a_row(3, town="礼义镇")
    await through(either, clock, a_csv([here, also, elsewhere]))
    same_round = await through(either, clock, a_csv([here]))
    clock.move(days=60)
    later = await through(either, clock, a_csv([here, a_row(4)]))
    async with either.unit() as session:
        assert await absences.count(session, same_round) == (0, 0)
        ((absence, person),), total = await absences.listed(session, later, is_open=True)
        assert (person.id_masked[-4:], total) == (also[1][-4:], 1)
        account = await an_account(session, "zhang", Role.CLERK, now=clock())
        for verdict in (Verdict.DIED, Verdict.DIED, Verdict.MOVED):
            await absences.judge(session, absence.id, verdict, account, clock())
        events = [entry.event for entry in await audit.history(session, person.thing)]
        assert events.count(Event.PERSON_ABSENCE_JUDGE) == 2  # the same decision twice is one
        assert await absences.count(session, later) == (1, 0)
    clock.move(days=60)
    latest = await through(either, clock, a_csv([here]))
    async with either.unit() as session:
        ((_, left_out),), _ = await absences.listed(session, latest, is_open=True)
        assert left_out.id_masked[-4:] == a_row(4)[1][-4:], "who is known to be gone is not asked for again"
    await through(either, clock, a_csv([also, a_row(4)]))
    async with either.unit() as session:
        assert await absences.count(session, latest) == (0, 0)
        assert await absences.last_of(session, person) is None


async def test_a_sheet_that_breaks_off_fails_with_its_reason(either: Database, clock: Clock) -> None:
    run = await through(either, clock, a_csv([]))
    assert (run.state, run.why) == (RunState.FAILED, "表头下面没有人，请填好再传。")


ROWS = st.lists(
    st.builds(
        a_row,
        st.integers(0, 5),
        st.sampled_from(["李秀英", "王强"]),
        st.sampled_from(["", "脱贫户", "残疾人", "脱贫户、退役军人", "登山爱好者"]),
        since=st.sampled_from(["", "2024-03-01", "2026-02-01"]),
    ),
    min_size=1,
    max_size=8,
)


@given(first=ROWS, second=ROWS)
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_importing_twice_changes_nothing(clock: Clock, first: list[Cells], second: list[Cells]) -> None:
    database = await fresh("sqlite+aiosqlite:///:memory:")
    await through(database, clock, a_csv(first))
    await through(database, clock, a_csv(second))
    before = await _everything(database)
    clock.move(days=1)
    again = await through(database, clock, a_csv(second))
    assert (again.added, again.changed, again.matched) == (0, 0, 0)
    assert await _everything(database) == before
    await database.close()


async def _everything(database: Database) -> list[tuple[object, ...]]:
    async with database.unit() as session:
        members = await session.execute(
            select(
                Membership.person_id, Membership.group, Membership.proof, Membership.since, Membership.until
            ).order_by(Membership.id)
        )
        cards = await session.execute(select(Person.id, Person.town, Person.region, Person.source).order_by(Person.id))
        return [tuple(row) for row in (*members, *cards)]
