"""Figures of the reports and the rows behind them, over records made at random, on both databases."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from itertools import count

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from records import people, reporting, voucher_desk
from records.budgets import Budget
from records.certificates import Certificate, Skill
from records.claim_states import ClaimState
from records.claims import Claim, ClaimLine
from records.class_states import ClassState
from records.database import Database
from records.employments import Employment, Work
from records.enrolments import Enrolment
from records.institutions import Institution
from records.marks import Status
from records.people import Person
from records.report_figures import Cut, Figure, Scope
from records.results import Outcome, Result
from records.staff import Role
from records.voucher_states import State
from tests.classes import LINGCHUAN, a_voucher, an_open_class, somebody
from tests.conftest import Clock
from tests.office import an_account
from tests.taught import GUXIAN, a_mark, a_taught_class

GROUPS = ("农村转移就业劳动者", "退役军人", "残疾人")
LEVELS = ("", "初级工", "高级工")
_numbers = count(1)


async def a_year(session: AsyncSession, now: datetime, dice: random.Random) -> None:
    """What may be in the records of a county, and a class of another."""
    account = await an_account(session, f"reports{next(_numbers)}", Role.CLERK, now=now)
    for number in range(dice.randint(2, 5)):
        starts = date(2026, dice.randint(1, 12), dice.randint(1, 28))
        it = await an_open_class(session, f"班{number}", days=2, starts=starts, level=dice.choice((None, *LEVELS[1:])))
        it.state = dice.choice((ClassState.APPROVED, ClassState.ENDED, ClassState.HANDED_IN))
        it.region = dice.choice((LINGCHUAN, LINGCHUAN, GUXIAN))
        it.ended_at = None if it.state == ClassState.APPROVED else now - timedelta(days=dice.randint(0, 200))
        school = Institution(
            name=f"职校{next(_numbers)}", region=it.region, address="城关", occupations=[it.occupation]
        )
        session.add(school)
        await session.flush()
        it.institution_id = school.id
        for _ in range(dice.randint(0, 4)):
            await _a_trainee(session, it.id, account.id, now, dice)
    session.add(
        Budget(region=LINGCHUAN, policy_id="p", scheme_id="s", year=2026, fen=dice.randint(0, 10**9), set_by=account.id)
    )
    await session.flush()


async def _a_trainee(session: AsyncSession, class_id: int, account: int, now: datetime, dice: random.Random) -> None:
    person = await somebody(session, now)
    for group in dice.sample(GROUPS, dice.randint(0, 3)):  # in several at once he still counts once
        await people.join(session, person, group, "证明", date(2025, 1, dice.randint(1, 28)))
    voucher = (
        await a_voucher(session, person, now - timedelta(days=dice.randint(0, 80))) if dice.random() < 0.7 else None
    )
    if voucher and dice.random() < 0.6:
        await voucher_desk.move(session, voucher, State.REGISTERED, "test", now)
    day = (now - timedelta(days=dice.randint(0, 300))).date()
    enrolment = Enrolment(
        class_id=class_id, person_id=person.id, voucher_id=voucher.id if voucher else None, enrolled_at=now
    )
    session.add(enrolment)
    await session.flush()
    session.add(Employment(enrolment_id=enrolment.id, state=Work.WORKING))
    session.add(
        Result(
            enrolment_id=enrolment.id, outcome=dice.choice(list(Outcome)), score=None, on=day, entered_by=account,
            entered_at=now,
        )
    )  # fmt: skip
    for _ in range(dice.randint(0, 2)):
        session.add(_a_certificate(person, enrolment if dice.random() < 0.7 else None, day, now, dice))
    await session.flush()
    await _a_claim(session, person, day, now, dice)


def _a_certificate(
    person: Person, enrolment: Enrolment | None, day: date, now: datetime, dice: random.Random
) -> Certificate:
    return Certificate(
        person_id=person.id, kind="职业技能等级证书", occupation=dice.choice(("焊工", "电工")), level=dice.choice(LEVELS),
        number=f"C{next(_numbers)}", issuer="中心", issued_on=day, skill=dice.choice(list(Skill)),
        enrolment_id=enrolment.id if enrolment else None, entered_by="test", entered_at=now,
    )  # fmt: skip


async def _a_claim(session: AsyncSession, person: Person, day: date, now: datetime, dice: random.Random) -> None:
    number, is_paid = next(_numbers), dice.random() < 0.4
    state = ClaimState.PAID if is_paid else dice.choice((ClaimState.DRAFT, ClaimState.SUBMITTED, ClaimState.APPROVED))
    claim = Claim(
        number=f"N{number}", key=f"k{number}", region=LINGCHUAN, policy_id="p", scheme_id=dice.choice("st"),
        payee="worker", person_id=person.id, payee_name="李*英", state=state,
        applied_on=None if state == ClaimState.DRAFT else day,
        paid_on=now.date() if is_paid else None, payment_ref="r" if is_paid else "", made_at=now,
    )  # fmt: skip
    session.add(claim)
    await session.flush()
    for line in range(dice.randint(0, 3)):
        fen = dice.choice((0, 1, 33_333, 350_000))
        session.add(ClaimLine(claim_id=claim.id, person_id=person.id, merit=f"m{number}:{line}", fen=fen))
    await session.flush()


@pytest.mark.parametrize("seed", range(3))
async def test_a_cut_adds_up_to_the_whole_and_the_rows_behind_a_figure_are_those_it_counts(
    either: Database, clock: Clock, seed: int
) -> None:
    dice, now = random.Random(seed), clock()
    async with either.unit() as session:
        await a_year(session, now, dice)
    scope = Scope(LINGCHUAN, date(2026, dice.randint(1, 9), 1), date(2026, 12, 31), now)
    async with either.unit() as session:
        whole = await reporting.sums(session, scope)
        assert any(whole[figure] for figure in Figure), "the test counts nothing"
        for cut in Cut:
            sums = await reporting.sums(session, scope, cut)
            for figure in Figure:
                assert sum(sums[figure].values()) == whole[figure].get("", 0), (figure, cut)
                for value, said in sums[figure].items():
                    found = await reporting.behind(session, scope, figure, cut, value)
                    assert sum(row.value for row in found.rows) == found.value == said
                    assert len(found.rows) == found.total
                    assert {row.cuts[cut] for row in found.rows} == {value}
        for figure in Figure:
            assert await reporting.total(session, scope, figure) == whole[figure].get("", 0)


async def test_the_figures_of_a_class_that_was_taught(either: Database, clock: Clock) -> None:
    now = clock()
    async with either.unit() as session:
        taught = await a_taught_class(session, now, trainees=3, days=1)
        await a_mark(session, taught, 0, 0, Status.PRESENT, now)
        await a_mark(session, taught, 0, 1, Status.LEAVE, now)
        await a_mark(session, taught, 1, 0, Status.LATE, now)
        taught.training_class.state, taught.training_class.ended_at = ClassState.ENDED, now
        day = taught.sittings[0].day
        await session.flush()
        sums = await reporting.sums(session, Scope(GUXIAN, day, day + timedelta(days=1), now))
        assert {figure: found[""] for figure, found in sums.items() if found} == {
            Figure.SESSIONS: 2,
            Figure.DUE: 5,
            Figure.ATTENDED: 2,
            Figure.TRAINED: 3,
        }
        page = await reporting.behind(
            session, Scope(GUXIAN, day, day + timedelta(days=1), now), Figure.TRAINED, offset=2, most=25
        )
        assert (len(page.rows), page.total) == (1, 3) and "*" in page.rows[0].name
        elsewhere = await reporting.sums(session, Scope(LINGCHUAN, day, day + timedelta(days=1), now))
        assert not any(elsewhere.values())
