"""What a claim comes to, for schemes of all five documents: cases that a clerk can read, under claims/."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy.ext.asyncio import AsyncSession

from handlers import claiming
from handlers.claiming import Ask, Subject
from handlers.context import House
from knowledge.figures import yuan
from records.certificates import Certificate
from records.enrolments import Enrolment
from records.people import Person
from records.voucher_states import State
from records.vouchers import Voucher
from tests.conftest import MORNING
from tests.office import a_person
from tests.seeds import a_class_of

_CASES = Path(__file__).parent / "claims"
_TODAY = MORNING.date()


def cases() -> list[Any]:
    found = [case for path in sorted(_CASES.glob("*.yaml")) for case in yaml.safe_load(path.read_text("utf-8"))]
    return [pytest.param(case, id=case["name"]) for case in found]


@pytest.mark.parametrize("case", cases())
async def test_a_line_of_a_claim(case: dict[str, Any], house: House) -> None:
    policy = next(policy for policy in house.shelf.policies if policy.id == case["policy"])
    ask = Ask(
        policy,
        policy.schemes[case["scheme"]],
        _TODAY,
        part=case.get("part", 1),
        facts=case.get("whole", {}),
        basis=case.get("basis", ""),
    )
    async with house.database.unit() as session:
        subject = await _subject(session, ask, dict(case["of"]))
        (line,) = await claiming.lines(session, ask, [subject])
    if "blocked" in case:
        assert case["blocked"] in "；".join(line.blocked) and line.fen == 0
    else:
        assert line.blocked == [] and yuan(line.fen) == case["pays"]
        assert case.get("working", "") in line.working


async def _subject(session: AsyncSession, ask: Ask, of: dict[str, Any]) -> Subject:
    person = await a_person(
        session, MORNING, group=of.get("group", [""])[0] if isinstance(of.get("group"), list) else ""
    )
    attendance = of.pop("attendance", None)
    voucher_state, told = of.pop("voucher", "certified"), of.pop("told", None)
    passed, employed, name = of.pop("passed", None), of.pop("employed", True), of.pop("name", "")
    enrolment = voucher = certificate = None
    match ask.scheme.claimed:
        case "class":
            enrolment = await _enrolled(session, person)
            voucher = await _a_voucher(session, person, voucher_state) if voucher_state != "none" else None
            of |= {"voucher": voucher is not None, "certified": True, "willing": True}
        case "certificate":
            certificate = await _a_certificate(session, person, of)
    return Subject(
        person=None if ask.scheme.claimed == "item" else person,
        enrolment=enrolment,
        voucher=voucher,
        certificate=certificate,
        name=name,
        facts=of | _class_of(ask, of),
        attendance=None if attendance is None else Decimal(attendance) / 100,
        passed=passed,
        employed=employed,
        fen=None if told is None else told * 100,
    )


def _class_of(ask: Ask, of: dict[str, Any]) -> dict[str, str]:
    classes = ask.policy.document.classes
    named = [kind for kind, listed in classes.of.items() if of.get("occupation") in listed] if classes else []
    return {"occupation_class": named[0]} if named else {}


async def _enrolled(session: AsyncSession, person: Person) -> Enrolment:
    training_class = await a_class_of(session, MORNING)
    enrolment = Enrolment(class_id=training_class.id, person_id=person.id, enrolled_at=MORNING)
    session.add(enrolment)
    await session.flush()
    return enrolment


async def _a_voucher(session: AsyncSession, person: Person, state: str) -> Voucher:
    voucher = Voucher(
        number=f"LC26-{person.id:04d}-TEST"[:14],
        person_id=person.id,
        policy_id="any",
        scheme_id="any",
        occupation="焊工",
        region="140524",
        state=State(state),
        issued_on=_TODAY,
        expires_on=date(2027, 1, 1),
        used_on=_TODAY,
        certificate="C1" if state == "certified" else None,
    )
    session.add(voucher)
    await session.flush()
    return voucher


async def _a_certificate(session: AsyncSession, person: Person, of: dict[str, Any]) -> Certificate:
    certificate = Certificate(
        person_id=person.id,
        kind=of.get("certificate", "职业技能等级证书"),
        occupation=of.get("occupation", "焊工"),
        level=of.get("level", ""),
        number=f"TEST{person.id}",
        issuer="县鉴定站",
        issued_on=_TODAY,
        entered_by="test",
        entered_at=MORNING,
    )
    session.add(certificate)
    await session.flush()
    return certificate
