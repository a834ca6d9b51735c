"""Claims that a clerk makes for who has no class: what can be claimed, the draft, and its hand-in."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA
from handlers import claim_wish, procedure, programmes
from handlers.claim_wish import Wish
from handlers.context import House
from handlers.programmes import Programme
from knowledge.library import Policy
from knowledge.model import Payee, Scheme
from records import claim_desk, claim_drafts, claim_moves, claim_papers, extensions
from records.claim_desk import CLERKS
from records.claim_drafts import Application
from records.claim_papers import Account
from records.claims import Claim
from records.errors import Refused
from records.extensions import Extension
from records.staff import Staff

WITHOUT_CLASS = ("certificate", "person", "item")


def may_write(scheme: Scheme) -> bool:
    """Is it for a clerk to write? What a class is paid goes to its institution's pages, but not what a trainee is paid."""
    if scheme.claimed == "class":
        return scheme.payee == Payee.WORKER
    return scheme.claimed in WITHOUT_CLASS and scheme.payee != Payee.INSTITUTION


async def offered(session: AsyncSession, house: House, region: str, today: date) -> dict[Policy, list[Programme]]:
    """What can be claimed at a place without a class, by document in force."""
    found: dict[Policy, list[Programme]] = {}
    for each in programmes.of_place(house.shelf, region):
        if may_write(each.scheme):
            found.setdefault(each.policy, []).append(each)
    return {policy: listed for policy, listed in found.items() if await _is_in_force(session, policy, today)}


async def keep(
    session: AsyncSession, house: House, wish: Wish, account: Account, by: Staff, key: str, now: datetime
) -> Claim:
    """Make the draft; the same form sent twice is one claim. Refused while a line cannot be read."""
    if (there := await claim_moves.by_key(session, key)) is not None:
        return there
    told = await application(session, house, wish, account, by, now)
    return await claim_drafts.make(session, told, by.actor, key, now)


async def application(
    session: AsyncSession, house: House, wish: Wish, account: Account | None, by: Staff, now: datetime
) -> Application:
    """What a claim is made of as it was typed; Refused while a line cannot be read."""
    today, programme = now.astimezone(CHINA).date(), wish.programme
    if not wish.payee.strip():
        raise Refused("请填钱付给谁。")
    reckoned = await claim_wish.reckon(session, wish, by, now)
    if reckoned.problems or not reckoned.rows:
        raise Refused("有几行认不出来，改好或删掉再存。" if reckoned.problems else "请至少写一行。")
    extension = await _extension(session, programme.policy, today)
    pay = procedure.pay_months(house.shelf, programme.policy)
    return Application(
        region=by.region,
        policy_id=programme.policy.id,
        scheme_id=programme.scheme.id,
        payee=programme.scheme.payee,
        payee_name=reckoned.payee.name_masked if reckoned.payee else wish.payee.strip(),
        lines=[row.line for row in reckoned.rows],
        materials=programme.materials,
        extension_id=extension.id if extension else None,
        part=wish.part,
        person_id=reckoned.payee.id if reckoned.payee else None,
        account=claim_papers.kept(account) if account else "",
        facts=dict(wish.facts) | ({"basis": wish.basis} if wish.basis else {}),
        pay_months=pay.value if pay else None,
    )


async def is_ours(session: AsyncSession, claim: Claim) -> bool:
    """Did the office make it, and not an institution or the worker himself?"""
    if claim.institution_id is not None:
        return False
    return (await claim_moves.history(session, claim))[0].actor.startswith("staff:")


async def hand_in(session: AsyncSession, claim: Claim, by: Staff, where: str, version: int, now: datetime) -> None:
    """Submit the office's own draft; `where` says where the papers are that were not handed in as files."""
    await _hold_ours(session, claim, by)
    for paper in await claim_papers.of(session, claim):
        if where.strip() and not paper.is_there:
            await claim_papers.say_where(session, claim, paper.material.id, where, by.actor, now)
    if missing := await claim_papers.lacking(session, claim):
        raise Refused(f"还缺{'、'.join(missing[:3])}{'等' if len(missing) > 3 else ''}。写一句材料在哪里再提交。")
    await claim_desk.submit(session, claim, by, version, now)


async def withdraw(session: AsyncSession, claim: Claim, by: Staff, reason: str, version: int, now: datetime) -> None:
    """Take the office's own claim back."""
    await _hold_ours(session, claim, by)
    await claim_desk.withdraw(session, claim, by.actor, reason, version, now)


async def _hold_ours(session: AsyncSession, claim: Claim, by: Staff) -> None:
    if not by.holds(*CLERKS) or not await is_ours(session, claim):
        raise Refused("只有经办能提交或撤回，而且只能是本办自己写的申领。")


async def _is_in_force(session: AsyncSession, policy: Policy, today: date) -> bool:
    return policy.document.document.period.holds(today) or await _extension(session, policy, today) is not None


async def _extension(session: AsyncSession, policy: Policy, today: date) -> Extension | None:
    """The decision under which a document holds today, where it needs one."""
    if policy.document.document.period.holds(today):
        return None
    return await extensions.in_force(session, policy.id, today)
