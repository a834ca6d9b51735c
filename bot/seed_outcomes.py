"""What became of the made-up county's classes: vouchers of those who learn, results, certificates, and money for them."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import product

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.county import plan
from records import budgeting, certifying, closing, voucher_desk
from records.certifying import Told
from records.class_states import ClassState
from records.classes import TrainingClass
from records.enrolments import Enrolment
from records.extensions import Extension
from records.people import Person
from records.results import Outcome, Result
from records.staff import Staff
from records.voucher_desk import Grant
from records.voucher_states import State

_PASSES = 0.9
_BEFORE_CLASS = timedelta(days=5)


async def give(session: AsyncSession, accounts: Mapping[str, Staff], extension: Extension, now: datetime) -> None:
    """Vouchers for everybody who learns what the county's plan pays for; the class that has ended comes to its end."""
    for training_class in await session.scalars(select(TrainingClass).order_by(TrainingClass.id)):
        scheme = plan()["schemes"].get(training_class.occupation)
        enrolments = list(
            await session.scalars(
                select(Enrolment).where(Enrolment.class_id == training_class.id).order_by(Enrolment.id)
            )
        )
        if scheme is None or training_class.state not in {ClassState.APPROVED, ClassState.ENDED}:
            continue
        for enrolment in enrolments:
            await _voucher(session, training_class, enrolment, scheme, extension)
        if training_class.state == ClassState.ENDED:
            await _end(session, training_class, enrolments, accounts)
    place, by = next(iter(plan()["places"])), accounts["approver"]
    for told, year in product(plan()["budgets"], (now.year - 1, now.year)):
        fen = told["yuan"] * 100
        await budgeting.set_to(session, place, extension.policy_id, told["scheme"], year, fen, by, now)


async def _voucher(
    session: AsyncSession, training_class: TrainingClass, enrolment: Enrolment, scheme: str, extension: Extension
) -> None:
    person = await session.get_one(Person, enrolment.person_id)
    grant = Grant(
        policy_id=extension.policy_id,
        scheme_id=scheme,
        occupation=training_class.occupation,
        region=training_class.region,
        letters="LC",
        level=training_class.level or "",
        extension_id=extension.id,
    )
    issued = enrolment.enrolled_at - _BEFORE_CLASS
    voucher = await voucher_desk.issue(session, person, grant, issued, "worker")
    enrolment.voucher_id = voucher.id
    for state in (State.REGISTERED, State.TRAINING):
        await voucher_desk.move(session, voucher, state, "staff:trainer", enrolment.enrolled_at)


async def _end(
    session: AsyncSession,
    training_class: TrainingClass,
    enrolments: Sequence[Enrolment],
    accounts: Mapping[str, Staff],
) -> None:
    """Results for all, the hand-in, and certificates for who passed."""
    dice, trainer = random.Random(training_class.id), accounts["trainer"]
    assert training_class.ended_at is not None, "an ended class has its day"
    day, at = training_class.ended_at.date(), training_class.ended_at
    passed = []
    for enrolment in enrolments:
        outcome = Outcome.PASSED if dice.random() < _PASSES else Outcome.FAILED
        score = dice.randrange(62, 98) if outcome is Outcome.PASSED else dice.randrange(38, 59)
        result = Result(
            enrolment_id=enrolment.id, outcome=outcome, score=score, on=day, entered_by=trainer.id, entered_at=at
        )
        session.add(result)
        passed += [enrolment] if outcome is Outcome.PASSED else []
    await session.flush()
    await closing.hand_in(session, training_class, trainer, at)
    for number, enrolment in enumerate(passed, 1):
        told = Told(
            kind="职业技能等级证书",
            occupation=training_class.occupation,
            level=training_class.level or "",
            number=f"S0000140524002{day.year % 100}5{training_class.id:02d}{number:04d}",
            issuer="陵川示范评价机构（演示）",
            issued_on=day,
        )
        await certifying.enter(session, enrolment, told, (), trainer, at)
