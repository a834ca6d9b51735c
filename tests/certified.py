"""A class that was handed in, whose trainees can be given certificates."""

from __future__ import annotations

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.certificate_rules import Paper
from records import assessing, closing, verifying
from records.assessing import Given
from records.results import Outcome
from records.vouchers import Voucher
from tests.conftest import Clock
from tests.taught import Taught, a_taught_class, a_voucher

OUTCOMES = (Outcome.PASSED, Outcome.PASSED, Outcome.FAILED)
ISSUED = date(2026, 11, 20)


async def a_handed_in_class(session: AsyncSession, clock: Clock) -> tuple[Taught, list[Voucher]]:
    """Welders of whom two passed, each with a voucher."""
    taught = await a_taught_class(session, clock())
    vouchers = [await a_voucher(session, person, clock()) for person in taught.persons]
    for voucher in vouchers:
        await verifying.verify(session, taught.training_class, voucher, taught.trainer, clock())
    await closing.end(session, taught.training_class, taught.trainer, clock())
    day = taught.sittings[-1].day
    told = {each.id: Given(outcome, None, day) for each, outcome in zip(taught.enrolments, OUTCOMES, strict=True)}
    await assessing.enter(session, taught.training_class, told, taught.trainer, clock())
    await closing.hand_in(session, taught.training_class, taught.trainer, clock())
    return taught, vouchers


def a_number(serial: int, level: str = "5", year: str = "26") -> str:
    """The number of a 职业技能等级证书: the level's digit counts from the fifth level (初级工) to the first."""
    return f"S000014141025{year}{level}{serial:06d}"


def a_paper(serial: int = 1, **changes: object) -> Paper:
    """A welder's of the fifth level."""
    given: dict[str, object] = {
        "kind": "职业技能等级证书",
        "occupation": "焊工",
        "level": "初级工",
        "number": a_number(serial),
        "issuer": "临汾市职业技能鉴定指导中心",
        "issued_on": ISSUED,
    }
    return Paper(**(given | changes))  # type: ignore[arg-type]
