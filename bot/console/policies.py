"""The documents: which are in force, which go on by a decision, and the decision itself, written by one and approved by another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NoReturn

from aiohttp import web
from pydantic import BaseModel, Field

from bot.web.desk import HOUSE, go, key_of, show
from bot.web.forms import Filled, blank, read_form
from bot.web.guards import need
from config.settings import CHINA
from knowledge.library import Policy
from records import extensions, staff
from records.errors import Refused
from records.extensions import Extension
from records.staff import Role
from records.trainers import OFFICE

_POLICIES = "/staff/policies"
_WRITERS = (Role.CLERK, Role.PUBLISHER, Role.APPROVER)


class ExtensionForm(BaseModel):
    """A decision that a document goes on."""

    policy: str = Field(title="文件", max_length=64)
    until: date = Field(title="延续到哪天")
    basis: str = Field(title="依据", max_length=200)
    reason: str = Field(title="理由", max_length=500)


@dataclass(frozen=True)
class Standing:
    """A document and how it stands today."""

    policy: Policy
    until: date | None  # by decision
    is_current: bool

    @property
    def words(self) -> str:
        """在执行"""
        if self.is_current:
            return "在执行"
        return "延续执行" if self.until else "已过期"

    @property
    def tone(self) -> str:
        """Green while something may be issued under it."""
        return "good" if self.is_current else "info" if self.until else "warn"


def routes() -> list[web.RouteDef]:
    """The addresses of these pages."""
    return [
        web.get("/policies", page),
        web.post("/policies", record),
        web.post(r"/policies/extensions/{id:\d{1,9}}/approve", approve),
    ]


async def page(request: web.Request) -> web.Response:
    """Every document with its decisions."""
    return await _page(request, blank(ExtensionForm))


async def record(request: web.Request) -> web.Response:
    """Write a decision down; nothing follows from it until another has approved it."""
    house, account = request.app[HOUSE], need(request, *_WRITERS, to="录入延续执行")
    filled = await read_form(request, ExtensionForm)
    if (told := filled.told) is None:
        return await _page(request, filled)
    try:
        policy = next((each for each in house.shelf.policies if each.id == told.policy), None)
        if policy is None:
            raise Refused("请选一份文件。")
        end = policy.document.document.period.end
        if end is None or told.until <= end:
            raise Refused(
                f"{policy.name}本身执行到{end:%Y-%m-%d}，延续要更晚。"
                if end
                else f"{policy.name}没写到期日，不用延续。"
            )
        async with house.database.unit() as session:
            await extensions.record(session, policy.id, told.reason, told.basis, told.until, account, house.clock())
    except Refused as refusal:
        return await _page(request, filled.refused(refusal))
    await go(request, _POLICIES, said="录好了，等另一位有“批准”权限的同事批准。")


async def approve(request: web.Request) -> NoReturn:
    """Put a decision into force."""
    house, account = request.app[HOUSE], need(request, Role.APPROVER, to="批准延续执行")
    try:
        async with house.database.unit() as session:
            extension = await session.get(Extension, key_of(request))
            if extension is None:
                raise Refused("没有这条延续执行，请刷新看看。")
            await extensions.approve(session, extension, account, house.clock())
    except Refused as refusal:
        await go(request, _POLICIES, problem=refusal.reason)
    await go(request, _POLICIES, said="批准了，几秒后公众号就按延续执行来答、来发券。")


async def _page(request: web.Request, filled: Filled[ExtensionForm]) -> web.Response:
    house, account = request.app[HOUSE], need(request, *OFFICE, to="看文件")
    today = house.clock().astimezone(CHINA).date()
    async with house.database.unit() as session:
        decisions = await extensions.every(session)
        goes_on, names = await extensions.ends(session, today), await staff.names(session)
    return await show(
        request,
        "policies.html",
        filled=filled,
        standings=[
            Standing(each, goes_on.get(each.id), house.shelf.is_current(each, today)) for each in house.shelf.policies
        ],
        decisions=decisions,
        names=names,
        policy_names={each.id: each.name for each in house.shelf.policies},
        options={
            each.id: f"{each.name} {each.document.document.title}"
            for each in house.shelf.policies
            if each.document.document.period.end
        },
        may_write=account.holds(*_WRITERS),
        may_approve=account.holds(Role.APPROVER),
        mine=account.id,
    )
