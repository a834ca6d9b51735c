"""The voucher desk: issues vouchers within the limits and moves them only as the law allows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA
from records import nudging, voucher_number, voucher_reminders, vouchers
from records.errors import Refused
from records.people import Person
from records.voucher_states import UNUSED, State, check
from records.vouchers import Voucher, VoucherEvent, day

VALID = timedelta(days=90)  # from the day of issue to the last day on which one can register with it


@dataclass(frozen=True)
class Grant:
    """What a voucher is to be issued for, and the limit of the document that pays."""

    policy_id: str
    scheme_id: str
    occupation: str
    region: str
    letters: str  # of the place, for the number
    level: str = ""
    most_a_year: int | None = None
    extension_id: int | None = None


async def issue(session: AsyncSession, person: Person, grant: Grant, now: datetime, actor: str) -> Voucher:
    """Issue a voucher; Refused when one like it is open or the year's trainings are used up.

    Applications of one person wait for each other here, so that two at the same moment cannot both pass the limit.
    """
    await session.refresh(person, with_for_update=True)
    await expire_due(session, now, "jobs", person)
    today = now.astimezone(CHINA).date()
    await _hold_to_limits(session, person, grant, today)
    voucher = Voucher(
        number=await _new_number(session, grant.letters, today.year),
        person_id=person.id,
        policy_id=grant.policy_id,
        scheme_id=grant.scheme_id,
        extension_id=grant.extension_id,
        occupation=grant.occupation,
        level=grant.level,
        region=grant.region,
        state=State.APPLIED,
        issued_on=today,
        expires_on=today + VALID,
    )
    session.add(voucher)
    await session.flush()
    session.add(VoucherEvent(voucher_id=voucher.id, number=1, before=None, after=State.APPLIED, at=now, actor=actor))
    await move(session, voucher, State.ISSUED, actor, now)
    return voucher


async def move(
    session: AsyncSession,
    voucher: Voucher,
    to: State,
    actor: str,
    now: datetime,
    reason: str = "",
    certificate: str | None = None,
) -> None:
    """Carry a voucher one step on; Refused with a sentence where it may not go there.

    To be certified it needs the number of the certificate; to be registered its last day must not be over.
    """
    await session.refresh(voucher, with_for_update=True)
    before, today = State(voucher.state), now.astimezone(CHINA).date()
    check(before, to)
    if to is State.REGISTERED and today > voucher.expires_on:
        raise Refused(f"这张券{day(voucher.expires_on)}就到期了，请重新领一张。")
    if to is State.CERTIFIED and not certificate:
        raise Refused("没有证书编号，不能记取证。")
    if to in {State.REGISTERED, State.REVOKED} and voucher.used_on is None:
        voucher.used_on = today  # a voucher that was revoked counts as used
    if before is State.ISSUED:
        await nudging.drop(session, voucher_reminders.keys(voucher))
    voucher.certificate = certificate or voucher.certificate
    voucher.state = to
    number = 1 + (await session.scalar(select(func.max(VoucherEvent.number)).where(vouchers.events_of(voucher))) or 0)
    session.add(
        VoucherEvent(voucher_id=voucher.id, number=number, before=before, after=to, at=now, actor=actor, reason=reason)
    )
    await session.flush()


async def expire_due(session: AsyncSession, now: datetime, actor: str, person: Person | None = None) -> list[Voucher]:
    """Let the unused vouchers whose last day is over expire, of one person or of everybody."""
    due = select(Voucher).where(Voucher.state.in_(UNUSED), Voucher.expires_on < now.astimezone(CHINA).date())
    if person is not None:
        due = due.where(Voucher.person_id == person.id)
    expired = list(await session.scalars(due.order_by(Voucher.id).with_for_update()))
    for voucher in expired:
        await move(session, voucher, State.EXPIRED, actor, now)
    return expired


async def _hold_to_limits(session: AsyncSession, person: Person, grant: Grant, today: date) -> None:
    if like := await vouchers.open_like(session, person, grant.occupation, grant.level):
        raise Refused(f"这个工种您手里已经有一张券了：{like.number}，有效到{day(like.expires_on)}，用完再领。")
    if grant.most_a_year is None:
        return
    used = await vouchers.used_in(session, person, today.year)
    waiting = len(await vouchers.in_states(session, person, UNUSED))
    if used + waiting >= grant.most_a_year:
        held = f"，手里还有{waiting}张没用的券" if waiting else ""
        raise Refused(f"今年已用培训{used}次{held}，一年最多{grant.most_a_year}次，现在不能再领。")


async def _new_number(session: AsyncSession, letters: str, year: int) -> str:
    while True:
        number = voucher_number.make(letters, year)
        if await session.scalar(select(Voucher.id).where(Voucher.number == number)) is None:
            return number
