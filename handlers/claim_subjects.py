"""Whom a claim is for: the trainees of a class and the holders of certificates, with what the records know of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.claiming import Subject
from knowledge.library import Policy
from records import claim_people, people, vouchers
from records.certificates import Certificate
from records.classes import TrainingClass
from records.people import Person


@dataclass(frozen=True)
class Crowd:
    """The subjects of a claim, and what is known of them as a whole."""

    subjects: Sequence[Subject]
    facts: dict[str, Any]  # counted heads: people, passed, employed


async def of_class(session: AsyncSession, training_class: TrainingClass, policy: Policy, now: datetime) -> Crowd:
    """The trainees of a class: days they were there, voucher, result, certificate, proven work."""
    taught = await claim_people.of_class(session, training_class, now)
    subjects = []
    for one in taught:
        facts = {
            **await vouchers.facts_of(session, one.person, training_class.starts),
            **_course(policy, training_class.occupation, training_class.level or ""),
            "days": one.days,
            "voucher": one.voucher is not None,
            "certified": one.certificate is not None,
            "willing": True,  # who enrolled and came was
            "repeat_same_level": one.repeats,
        }
        if one.voucher is not None and one.voucher.used_on is not None:
            facts["trainings_this_year"] -= one.voucher.used_on.year == training_class.starts.year  # this very one
        subjects.append(
            Subject(
                person=one.person,
                enrolment=one.enrolment,
                voucher=one.voucher,
                certificate=one.certificate,
                facts=facts,
                attendance=Decimal(one.attended) / one.due if one.due else Decimal(1),
                passed=one.passed,
                employed=one.employed,
            )
        )
    heads = {"passed": sum(bool(s.passed) for s in subjects), "employed": sum(s.employed for s in subjects)}
    return Crowd(subjects, {"people": len(subjects), **heads})


async def in_class(
    session: AsyncSession, training_class: TrainingClass, policy: Policy, person: Person, now: datetime
) -> Subject:
    """One trainee of a class; whom the registry does not put into a group is in none."""
    crowd = await of_class(session, training_class, policy, now)
    mine = next(each for each in crowd.subjects if each.person and each.person.id == person.id)
    return replace(mine, facts={"group": [], **mine.facts})


async def of_certificates(
    session: AsyncSession, held: Sequence[Certificate], policy: Policy, today: date, **told: Any
) -> Crowd:
    """The holders of certificates."""
    subjects = []
    for certificate in held:
        person = await session.get_one(Person, certificate.person_id)
        facts = {
            **_course(policy, certificate.occupation, certificate.level),
            "certificate": certificate.kind,
            "certified": True,
            "newly_skilled": certificate.skill != "none",
            "age": person.age(today),
            **told,
        }
        if groups := [member.group for member in await people.groups_of(session, person, today)]:
            facts["group"] = groups
        subjects.append(Subject(person=person, certificate=certificate, facts=facts))
    return Crowd(subjects, {"people": len(subjects)})


def _course(policy: Policy, occupation: str, level: str) -> dict[str, Any]:
    """Occupation, its class in the document's table, and level."""
    facts: dict[str, Any] = {"occupation": occupation} | ({"level": level} if level else {})
    classes = policy.document.classes
    kind = next((name for name, listed in classes.of.items() if occupation in listed), None) if classes else None
    return facts | ({"occupation_class": kind} if kind else {})
