"""Claims of the made-up county: one for each class that has come to its end, each at another step of its way."""

from __future__ import annotations

import io
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import segno
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.county import plan
from config.settings import CHINA
from handlers import class_claims, procedure, programmes
from handlers.context import House
from records import claim_desk, claim_papers, employing, filing, noticing, paying, staff
from records.claim_papers import Account
from records.claims import Claim
from records.classes import TrainingClass
from records.employing import Job
from records.employments import WorkProof
from records.enrolments import Enrolment
from records.noticing import Posting
from records.staff import Staff

_SAYS_WHERE = "纸质原件已交到窗口"
_AFTER_CLASS = timedelta(days=2)


@dataclass(frozen=True)
class _Step:
    """One step of a claim, so many days after the one before, by whom."""

    name: str
    days: int
    takes: Callable[[_Case], Awaitable[None]]


@dataclass
class _Case:
    """A claim on its way."""

    session: AsyncSession
    house: House
    accounts: Mapping[str, Staff]
    training_class: TrainingClass
    claim: Claim
    now: datetime


async def make(house: House, now: datetime) -> None:
    """Carry each claim as far as the county's plan says; the days between are those of an office."""
    async with house.database.unit() as session:
        accounts = {account.login: account for account in await staff.everyone(session)}
        for name, last in plan()["claims"].items():
            training_class = (await session.scalars(select(TrainingClass).where(TrainingClass.name == name))).one()
            await _carry(session, house, accounts, training_class, last, now)


async def _carry(
    session: AsyncSession,
    house: House,
    accounts: Mapping[str, Staff],
    training_class: TrainingClass,
    last: str,
    now: datetime,
) -> None:
    assert training_class.ended_at is not None, "money is claimed for a class that has ended"
    at = training_class.ended_at + _AFTER_CLASS
    await _find_work(session, training_class, accounts, at)
    fits = await class_claims.fits(session, house, training_class, at.astimezone(CHINA).date())
    account = Account("陵川农商行（演示）", "6228480000000000001")
    key = f"demo-{training_class.id}"
    claim = await class_claims.begin(session, house, training_class, fits[0].key, account, accounts["trainer"], key, at)
    case = _Case(session, house, accounts, training_class, claim, at)
    for step in _STEPS:
        case.now = min(case.now + timedelta(days=step.days), now)
        await step.takes(case)
        if step.name == last:
            return


async def _find_work(
    session: AsyncSession, training_class: TrainingClass, accounts: Mapping[str, Staff], at: datetime
) -> None:
    """Everybody has found work, and the office has seen the contract."""
    mine = select(Enrolment).where(Enrolment.class_id == training_class.id).order_by(Enrolment.id)
    for enrolment in await session.scalars(mine):
        picture = _picture(f"演示：就业证明 {enrolment.id}")
        kept = await filing.keep(session, "劳动合同.png", picture, accounts["trainer"].actor, at)
        job = Job("陵川示范机械厂（演示）", at.astimezone(CHINA).date())
        await employing.hand_up(session, enrolment, WorkProof.CONTRACT, kept.id, job, accounts["trainer"], at)
        await employing.accept(session, enrolment, kept.id, accounts["clerk"], at)


def _picture(words: str) -> bytes:
    drawn = io.BytesIO()
    segno.make(words).save(drawn, kind="png", scale=6)
    return drawn.getvalue()


async def _submit(case: _Case) -> None:
    trainer = case.accounts["trainer"]
    for paper in await claim_papers.of(case.session, case.claim):
        await claim_papers.say_where(case.session, case.claim, paper.material.id, _SAYS_WHERE, trainer.actor, case.now)
    while not await class_claims.hand_in(case.session, case.house, case.claim, trainer, case.claim.version, case.now):
        pass  # worked out anew, as the day is another: it is read again and handed in


async def _review(case: _Case) -> None:
    await claim_desk.review(case.session, case.claim, case.accounts["reviewer"], case.claim.version, case.now)


async def _approve(case: _Case) -> None:
    await claim_desk.approve(case.session, case.claim, case.accounts["approver"], case.claim.version, case.now)


async def _publish(case: _Case) -> None:
    programme = programmes.find(case.house.shelf, case.claim.policy_id, case.claim.scheme_id)
    assert programme is not None, "a claim is for a programme that there is"
    day = case.now.astimezone(CHINA).date()
    up = procedure.notice(case.house.shelf, case.house.settings, programme.policy, day)
    posting = Posting(up.starts, up.term.until)
    await noticing.publish(case.session, case.claim, case.accounts["publisher"], posting, case.claim.version, case.now)


async def _clear(case: _Case) -> None:
    await noticing.clear_due(case.session, case.now)


async def _pay(case: _Case) -> None:
    clerk, claim = case.accounts["clerk"], case.claim
    await paying.batch(case.session, [claim], clerk, case.now)
    day = case.now.astimezone(CHINA).date()
    await paying.pay(case.session, claim, claim.fen, "演示回单0001", day, clerk, case.now)


_STEPS = (
    _Step("submitted", 2, _submit),
    _Step("reviewed", 1, _review),
    _Step("approved", 1, _approve),
    _Step("published", 1, _publish),
    _Step("cleared", 21, _clear),
    _Step("paid", 2, _pay),
)
