"""Certificates of attendance: their figures stay as they were issued, their codes cannot be mistyped or made up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records import attestations, audit, grids
from records.attestations import LENGTH
from records.audit import Event
from records.database import Database
from records.errors import Refused
from records.marks import Status
from records.staff import Role
from records.vault import Vault
from records.voucher_number import ALPHABET
from tests.conftest import SECRET, Clock
from tests.halls import GUXIAN, a_hall, a_mark
from tests.office import an_account

VAULT = Vault(SECRET)
NUMBERS = st.integers(1, 20_000_000)


@given(number=NUMBERS)
def test_a_code_is_short_and_leads_back_to_its_entry(number: int) -> None:
    code = attestations.code(VAULT, number)
    assert len(code.replace("-", "")) == LENGTH
    assert attestations.read(VAULT, code.lower().replace("-", " ")) == number


@given(number=NUMBERS, place=st.integers(0, LENGTH - 1), other=st.sampled_from(ALPHABET))
def test_a_wrong_character_shows(number: int, place: int, other: str) -> None:
    value = attestations.code(VAULT, number).replace("-", "")
    wrong = value[:place] + other + value[place + 1 :]
    if wrong != value:
        with pytest.raises(Refused, match="校验不对"):
            attestations.read(VAULT, wrong)


@given(number=NUMBERS, places=st.tuples(st.integers(0, LENGTH - 1), st.integers(0, LENGTH - 1)))
def test_two_characters_in_each_others_place_show(number: int, places: tuple[int, int]) -> None:
    value = list(attestations.code(VAULT, number).replace("-", ""))
    before, (one, other) = value.copy(), places
    value[one], value[other] = value[other], value[one]
    if value != before:
        with pytest.raises(Refused, match="校验不对"):
            attestations.read(VAULT, "".join(value))


@given(number=NUMBERS)
def test_a_code_of_another_offices_key_is_none_of_ours(number: int) -> None:
    forged = attestations.code(Vault("another secret, of another office"), number)
    assert attestations.read(VAULT, forged) in (None, number)
    if forged != attestations.code(VAULT, number):
        assert attestations.read(VAULT, forged) is None


@pytest.mark.parametrize(
    "typed, said", [("", "您填的有0位"), ("2222-2222-222", "有11位"), ("O222-2222-2222", "没有“O”")]
)
def test_what_is_no_code_is_told_kindly(typed: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        attestations.read(VAULT, typed)


async def test_what_was_certified_stays_while_the_register_goes_on(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        hall = await a_hall(session, clock(), trainees=2, days=2)
        clerk = await an_account(session, "zhang", Role.CLERK, now=clock(), region=GUXIAN)
        await a_mark(session, hall, 0, Status.LATE, clock())
        await a_mark(session, hall, 1, Status.LEAVE, clock())
        clock.move(hours=8)
        grid = await grids.of(session, hall.training_class, clock())
        assert await attestations.issue(session, grid, None, clerk, clock()) == 2
        assert await attestations.issue(session, grid, None, clerk, clock()) == 0
        first, second = await attestations.latest(session, grid, None)
        told = first.figures
        assert (told.held, told.attended, told.late, told.absent, first.hours) == (2, 1, 1, 1, 3.0)
        assert (second.figures.attended, second.figures.leave, second.figures.absent) == (0, 1, 1)
    async with either.unit() as session:
        clock.move(hours=15)
        await a_mark(session, hall, 0, Status.PRESENT, clock(), sitting=2)
        clock.move(hours=5)
        grid = await grids.of(session, hall.training_class, clock())
        assert await attestations.issue(session, grid, hall.enrolments[0].id, clerk, clock()) == 1
        (newer,) = await attestations.latest(session, grid, hall.enrolments[0].id)
        assert newer.code != first.code and newer.figures.attended == 2
        older = await attestations.by_code(session, first.code)
        assert older is not None and older.figures == told and older.person.id == hall.enrolments[0].person_id


async def test_a_seal_on_an_entry_of_another_kind_is_none(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        entry = await audit.append(session, Event.CLASS_ROSTER_VIEW, "staff:1", "enrolment:1", clock())
        assert await attestations.by_code(session, attestations.code(session.info["vault"], entry.number)) is None
        assert await attestations.by_code(session, attestations.code(session.info["vault"], 999)) is None


async def test_who_may_not_issue_and_when(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        hall = await a_hall(session, clock())
        grid = await grids.of(session, hall.training_class, clock())
        auditor = await an_account(session, "wu", Role.AUDITOR, now=clock(), region=GUXIAN)
        far = await an_account(session, "far", Role.CLERK, now=clock(), region="140524")
        clerk = await an_account(session, "zhang", Role.CLERK, now=clock(), region=GUXIAN)
        for account, only, said in (
            (auditor, None, "由经办、审核或批准"),
            (far, None, "不归您管"),
            (clerk, 999, "名册里没有这个人"),
            (clerk, None, "还没有上完一节课"),
        ):
            with pytest.raises(Refused, match=said):
                await attestations.issue(session, grid, only, account, clock())
