"""The steps that carry a claim on at the office, or back: one button each, and the same click twice is one step."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from bot.web.desk import HOUSE, go, key_of
from bot.web.forms import read_form
from bot.web.guards import need
from config.settings import CHINA
from handlers import other_claims, procedure, programmes
from handlers.context import House
from records import claim_desk, claim_moves, claim_search, noticing, paying
from records.claim_search import claim_for
from records.claim_states import ClaimState
from records.claims import Claim
from records.errors import Refused
from records.noticing import Posting
from records.staff import Staff
from records.trainers import OFFICE


class StepForm(BaseModel):
    """One step, of the claim as it was read."""

    version: int = Field(title="版本")
    reason: str = Field(title="原因", max_length=200, default="")


@dataclass(frozen=True)
class Click:
    """Who wants a claim to take a step, of what he read, and when."""

    session: AsyncSession
    house: House
    claim: Claim
    by: Staff
    told: StepForm
    now: datetime


@dataclass(frozen=True)
class Step:
    """One step: what does it, where it leads, and what is said of it."""

    does: Callable[[Click], Awaitable[None]]
    to: ClaimState
    said: str


def routes() -> list[web.RouteDef]:
    """The addresses of the steps."""
    return [web.post(r"/claims/{id:\d{1,9}}/{verb:" + "|".join(_STEPS) + "}", take)]


async def take(request: web.Request) -> web.Response:
    """Take a claim one step on, or back; the same click twice is one step."""
    house, account = request.app[HOUSE], need(request, *OFFICE, to="办补贴申领")
    filled, verb = await read_form(request, StepForm), request.match_info["verb"]
    here = f"/staff/claims/{key_of(request)}"
    if (told := filled.told) is None:
        await go(request, here, problem=next(iter(filled.errors.values()), filled.problem))
    step = _STEPS[verb]
    try:
        async with house.database.unit() as session:
            claim = await claim_for(session, key_of(request), account)
            await claim_moves.hold(session, claim)
            click = Click(session, house, claim, account, told, house.clock())
            if not await _was_done(click, step.to):
                await step.does(click)
    except Refused as refusal:
        await go(request, here, problem=refusal.reason)
    await go(request, here, said=step.said)


async def _was_done(click: Click, to: ClaimState) -> bool:
    """Is this the second click of what the same account has just done to the claim as it was read?"""
    if click.claim.state != to or click.claim.version != click.told.version + 1:
        return False
    return (await claim_search.last_move(click.session, click.claim)).actor == click.by.actor


async def _hand_in(it: Click) -> None:
    await other_claims.hand_in(it.session, it.claim, it.by, it.told.reason, it.told.version, it.now)


async def _withdraw(it: Click) -> None:
    await other_claims.withdraw(it.session, it.claim, it.by, it.told.reason, it.told.version, it.now)


async def _review(it: Click) -> None:
    await claim_desk.review(it.session, it.claim, it.by, it.told.version, it.now)


async def _approve(it: Click) -> None:
    await claim_desk.approve(it.session, it.claim, it.by, it.told.version, it.now)


async def _publish(it: Click) -> None:
    programme = programmes.find(it.house.shelf, it.claim.policy_id, it.claim.scheme_id)
    if programme is None:
        raise Refused("这笔申领的文件已经不在了，公示几天没法定，请先恢复文件。")
    today = it.now.astimezone(CHINA).date()
    term = procedure.notice(it.house.shelf, it.house.settings, programme.policy, today)
    posting = Posting(term.starts, term.term.until)
    await noticing.publish(it.session, it.claim, it.by, posting, it.told.version, it.now)


async def _send_back(it: Click) -> None:
    await claim_desk.send_back(it.session, it.claim, it.by, it.told.reason, it.told.version, it.now)


async def _reject(it: Click) -> None:
    await claim_desk.reject(it.session, it.claim, it.by, it.told.reason, it.told.version, it.now)


async def _write_off(it: Click) -> None:
    await paying.write_off(it.session, it.claim, it.by, it.now)


_STEPS: dict[str, Step] = {
    "submit": Step(_hand_in, ClaimState.SUBMITTED, "提交了，等另一个人初审。"),
    "withdraw": Step(_withdraw, ClaimState.WITHDRAWN, "撤回了，这笔不再办。"),
    "review": Step(_review, ClaimState.REVIEWED, "初审通过了，等另一个人复核。"),
    "approve": Step(_approve, ClaimState.APPROVED, "复核通过了，接着公示。"),
    "publish": Step(_publish, ClaimState.PUBLISHED, "公示了，人人都能看到。"),
    "return": Step(_send_back, ClaimState.RETURNED, "退回了，对方会看到原因。"),
    "reject": Step(_reject, ClaimState.REJECTED, "定为不予通过，占着的名额放开了。"),
    "write-off": Step(_write_off, ClaimState.WRITTEN_OFF, "核销了，这笔办完了。"),
}
