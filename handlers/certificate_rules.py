"""A certificate as somebody writes it down, held against what is known of its kind before it is entered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA
from knowledge import certificates
from knowledge.shelf import Shelf
from records import certifying
from records.certificates import Certificate
from records.certifying import Told
from records.classes import TrainingClass
from records.enrolments import Enrolment
from records.errors import Refused
from records.people import Person
from records.staff import Staff


@dataclass(frozen=True)
class Paper:
    """What stands on a certificate, as it was typed."""

    kind: str
    occupation: str
    level: str
    number: str
    issuer: str
    issued_on: date
    file_id: int | None = None


def told(paper: Paper, today: date, starts: date | None = None) -> Told:
    """The certificate with its number as it is kept; Refused for what its kind does not allow.

    `starts` is the first day of the class that led to it.
    """
    kind = certificates.catalogue().kinds.get(paper.kind)
    if kind is None:
        raise Refused(f"证书类型要是{'、'.join(certificates.catalogue().kinds)}之一，您填的是“{paper.kind}”。")
    if paper.issued_on > today:
        raise Refused(f"发证日期不能晚于今天，您填的是{paper.issued_on:%Y-%m-%d}。")
    if starts is not None and paper.issued_on < starts:
        raise Refused(f"发证日期不能早于开班那天（{starts:%Y-%m-%d}），您填的是{paper.issued_on:%Y-%m-%d}。")
    number = certificates.normal(paper.number)
    if wrong := kind.fault(paper.level, number, paper.issued_on):
        raise Refused(wrong)
    return Told(
        paper.kind, paper.occupation.strip(), paper.level, number, paper.issuer.strip(), paper.issued_on, paper.file_id
    )


async def enter(
    session: AsyncSession, enrolment: Enrolment, paper: Paper, account: Staff, now: datetime
) -> tuple[Certificate, bool]:
    """Enter the certificate of a trainee of a class; False where the very same is there already."""
    training_class = await session.get_one(TrainingClass, enrolment.class_id)
    checked = told(paper, _today(now), training_class.starts)
    return await certifying.enter(session, enrolment, checked, certificates.catalogue().high, account, now)


async def enter_apart(
    session: AsyncSession, person: Person, paper: Paper, account: Staff, now: datetime
) -> tuple[Certificate, bool]:
    """Enter a certificate that no class of ours led to."""
    checked = told(paper, _today(now))
    return await certifying.enter_apart(session, person, checked, certificates.catalogue().high, account, now)


async def correct(
    session: AsyncSession, certificate: Certificate, paper: Paper, reason: str, account: Staff, now: datetime
) -> None:
    """Put a certificate right."""
    starts = None
    if certificate.enrolment_id is not None:
        enrolment = await session.get_one(Enrolment, certificate.enrolment_id)
        starts = (await session.get_one(TrainingClass, enrolment.class_id)).starts
    checked = told(paper, _today(now), starts)
    await certifying.correct(session, certificate, checked, reason, certificates.catalogue().high, account, now)


def basis(shelf: Shelf) -> str:
    """The document and section that name the kinds and whom they make a skilled person."""
    rule = certificates.catalogue()
    return next(f"{policy.name} {rule.at}" for policy in shelf.policies if policy.id == rule.policy_id)


def _today(now: datetime) -> date:
    return now.astimezone(CHINA).date()
