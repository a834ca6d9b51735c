"""Notices on the desk: the list, writing one, seeing whom it would reach, and one notice with all that was done."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.console import look
from bot.console.form import Form
from bot.web.desk import HOUSE, STAFF, go, key_of, show, text_of
from config.settings import CHINA
from handlers.context import House
from records import audience, audit, notices, recipients, staff
from records.audience import Choices
from records.drafts import LONGEST_BODY, LONGEST_TITLE
from records.errors import Refused
from records.notices import APPROVERS, STEERERS, WRITERS, Notice, State
from records.staff import Staff
from records.subscriptions import Topic


async def listed(request: web.Request) -> web.Response:
    """All notices of the account's region, newest first, each with how far it has come."""
    house, account = request.app[HOUSE], request[STAFF]
    async with house.database.unit() as session:
        found = await notices.listed(session, account)
        progress = await recipients.progress(session, *(notice.id for notice in found))
        names = await staff.names(session)
        classes = (await _choices(session, house, account)).classes
    rows = [(notice, progress[notice.id], _summary(house, notice, classes)) for notice in found]
    mine = [n for n in found if n.state == State.SUBMITTED and n.written_by != account.id]
    to_approve = mine if account.holds(*APPROVERS) else []
    may_write = account.holds(*WRITERS)
    return await show(request, "notices.html", rows=rows, names=names, to_approve=to_approve, may_write=may_write)


async def blank(request: web.Request) -> web.Response:
    """A form to write on."""
    return await _form_page(request, Form(region=request[STAFF].region, unplaced=True))


async def write(request: web.Request) -> web.Response:
    """Keep what was written, and submit it where that was asked; what is wrong comes back with the form."""
    sent = await request.post()
    house, account, form = request.app[HOUSE], request[STAFF], Form.read(sent)
    try:
        async with house.database.unit() as session:
            notice = await notices.write(session, form.draft(), account, form.key, house.clock())
            if text_of(sent, "then") == "submit":
                await notices.submit(session, notice, account, house.clock())
    except Refused as refusal:
        return await _form_page(request, form, problem=refusal.reason)
    await go(request, f"/staff/notices/{notice.id}", said=_kept(notice))


async def edit(request: web.Request) -> web.Response:
    """The form of a draft or a returned notice."""
    async with request.app[HOUSE].database.unit() as session:
        notice = await notices.get_for(session, key_of(request), request[STAFF])
    if not notice.can("提交"):
        raise Refused(f"这条通知{look.state(notice.state)}，不能再改。")
    return await _form_page(request, Form.of(notice), notice=notice)


async def revise(request: web.Request) -> web.Response:
    """Keep the changes to a notice, and submit it where that was asked."""
    sent = await request.post()
    house, account, form = request.app[HOUSE], request[STAFF], Form.read(sent)
    notice: Notice | None = None
    try:
        async with house.database.unit() as session:
            notice = await notices.get_for(session, key_of(request), account)
            await notices.revise(session, notice, form.draft(), account, house.clock())
            if text_of(sent, "then") == "submit":
                await notices.submit(session, notice, account, house.clock())
    except Refused as refusal:
        if notice is None:
            raise
        return await _form_page(request, form, notice=notice, problem=refusal.reason)
    await go(request, f"/staff/notices/{notice.id}", said=_kept(notice))


async def reach(request: web.Request) -> web.Response:
    """How many the form's audience would reach now, for the page to show while it is being chosen."""
    house, account, form = request.app[HOUSE], request[STAFF], Form.read(request.query)
    try:
        chosen, topic = form.audience(), form.named_topic()
    except Refused as refusal:
        return web.json_response({"problem": refusal.reason}, status=422)
    if not chosen.region.startswith(audience.place(account.region)):
        return web.json_response({"problem": "不在本辖区"}, status=422)
    async with house.database.unit() as session:
        found = await audience.reach(session, chosen, topic, house.clock(), house.settings)
    return web.json_response(asdict(found))


async def one(request: web.Request) -> web.Response:
    """One notice: as it will read, whom it reaches, how far it has come, and what may be done with it."""
    house, account = request.app[HOUSE], request[STAFF]
    async with house.database.unit() as session:
        notice = await notices.get_for(session, key_of(request), account)
        progress = (await recipients.progress(session, notice.id))[notice.id]
        found = await audience.reach(session, notice.audience, Topic(notice.topic), house.clock(), house.settings)
        obstacle = await recipients.obstacle(session, notice.id, house.clock())
        history = await audit.history(session, notice.thing)
        names = await staff.names(session)
        classes = (await _choices(session, house, account)).classes
    return await show(
        request,
        "notice.html",
        notice=notice,
        progress=progress,
        obstacle=obstacle,
        reach=found,
        history=history,
        names={f"staff:{number}": name for number, name in names.items()},
        summary=_summary(house, notice, classes),
        may=_may(notice, account),
        sends_templates=bool(house.settings.wechat_template),
    )


def _may(notice: Notice, account: Staff) -> dict[str, bool]:
    """What this account may do with the notice now."""
    writes, approves = account.holds(*WRITERS), account.holds(*APPROVERS)
    steers, own = account.holds(*STEERERS), notice.written_by == account.id
    return {
        "edit": writes and notice.can("提交"),
        "submit": writes and notice.can("提交"),
        "approve": approves and not own and notice.can("批准"),
        "wait": own and notice.can("批准"),
        "pause": steers and notice.can("暂停"),
        "resume": steers and notice.can("继续"),
        "cancel": (steers or own) and notice.can("取消"),
    }


async def _form_page(
    request: web.Request, form: Form, *, notice: Notice | None = None, problem: str = ""
) -> web.Response:
    house, account = request.app[HOUSE], request[STAFF]
    if not account.holds(*WRITERS):
        raise Refused("您的账号没有“写通知”的权限，请找管理员。")
    async with house.database.unit() as session:
        offered = await _choices(session, house, account)
    more: dict[str, Any] = {"problem": problem} if problem else {}
    return await show(
        request,
        "notice_form.html",
        status=422 if problem else 200,
        form=form,
        notice=notice,
        offered=offered,
        regions={code: house.shelf.regions.name(code) for code in offered.towns},
        topics=list(Topic),
        reach=None,
        sends_templates=bool(house.settings.wechat_template),
        longest={"title": LONGEST_TITLE, "body": LONGEST_BODY},
        **more,
    )


async def _choices(session: AsyncSession, house: House, account: Staff) -> Choices:
    return await audience.choices(session, account.region, house.clock().astimezone(CHINA).date())


def _summary(house: House, notice: Notice, classes: dict[int, str]) -> str:
    return look.audience(house.shelf.regions, notice.audience, classes)


def _kept(notice: Notice) -> str:
    return "已提交，等另一位同事批准。" if notice.state == State.SUBMITTED else "草稿已保存。"
