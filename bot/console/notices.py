"""Notices on the desk: the list, writing one, seeing whom it would reach, and one notice with all that was done."""

from __future__ import annotations

from dataclasses import asdict

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.console import look
from bot.console.form import NoticeForm, form_of
from bot.web.deeds import Deed, deeds
from bot.web.desk import HOUSE, STAFF, go, key_of, show, text_of
from bot.web.forms import Filled, blank, read_form, read_query
from bot.web.guards import need
from config.settings import CHINA
from handlers.context import House
from records import audience, audit, notices, recipients, staff
from records.audience import Choices
from records.drafts import LONGEST_BODY, LONGEST_TITLE
from records.errors import Refused
from records.notices import APPROVERS, STEERERS, WRITERS, Notice, State
from records.staff import Staff
from records.subscriptions import Topic


def routes() -> list[web.RouteDef]:
    """The addresses of notices while they are written."""
    one = r"/notices/{id:\d{1,9}}"
    return [
        web.get("/notices", listed),
        web.get("/notices/new", start),
        web.post("/notices/new", write),
        web.get("/notices/reach", reach),
        web.get(one, one_page),
        web.get(f"{one}/edit", edit),
        web.post(f"{one}/edit", revise),
    ]


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


async def start(request: web.Request) -> web.Response:
    """A form to write on."""
    return await _form_page(request, blank(NoticeForm, region=request[STAFF].region, unplaced=True))


async def write(request: web.Request) -> web.Response:
    """Keep what was written, and submit it where that was asked; what is wrong comes back with the form."""
    house, account, filled = request.app[HOUSE], request[STAFF], await read_form(request, NoticeForm)
    if filled.told is None:
        return await _form_page(request, filled)
    try:
        async with house.database.unit() as session:
            notice = await notices.write(session, filled.told.draft(), account, filled.told.key, house.clock())
            await _submit_if_asked(request, session, notice)
    except Refused as refusal:
        return await _form_page(request, filled.refused(refusal))
    await go(request, f"/staff/notices/{notice.id}", said=_kept(notice))


async def edit(request: web.Request) -> web.Response:
    """The form of a draft or a returned notice."""
    async with request.app[HOUSE].database.unit() as session:
        notice = await notices.get_for(session, key_of(request), request[STAFF])
    if not notice.can("提交"):
        raise Refused(f"这条通知{look.state(notice.state)}，不能再改。")
    return await _form_page(request, form_of(notice), notice)


async def revise(request: web.Request) -> web.Response:
    """Keep the changes to a notice, and submit it where that was asked."""
    house, account, filled = request.app[HOUSE], request[STAFF], await read_form(request, NoticeForm)
    async with house.database.unit() as session:
        notice = await notices.get_for(session, key_of(request), account)
    if filled.told is None:
        return await _form_page(request, filled, notice)
    try:
        async with house.database.unit() as session:
            notice = await notices.get_for(session, key_of(request), account)
            await notices.revise(session, notice, filled.told.draft(), account, house.clock())
            await _submit_if_asked(request, session, notice)
    except Refused as refusal:
        return await _form_page(request, filled.refused(refusal), notice)
    await go(request, f"/staff/notices/{notice.id}", said=_kept(notice))


async def reach(request: web.Request) -> web.Response:
    """How many the form's audience would reach now, for the page to show while it is being chosen."""
    house, account, filled = request.app[HOUSE], request[STAFF], read_query(request, NoticeForm)
    if filled.told is None:
        return web.json_response({"problem": next(iter(filled.errors.values()))}, status=422)
    chosen = filled.told.audience()
    if not chosen.region.startswith(audience.place(account.region)):
        return web.json_response({"problem": "不在本辖区"}, status=422)
    async with house.database.unit() as session:
        found = await audience.reach(session, chosen, filled.told.topic, house.clock(), house.settings)
    return web.json_response(asdict(found))


async def one_page(request: web.Request) -> web.Response:
    """One notice: as it will read, whom it reaches, how far it has come, and what may be done with it."""
    house, account = request.app[HOUSE], request[STAFF]
    async with house.database.unit() as session:
        notice = await notices.get_for(session, key_of(request), account)
        progress = (await recipients.progress(session, notice.id))[notice.id]
        found = await audience.reach(session, notice.audience, Topic(notice.topic), house.clock(), house.settings)
        obstacle = await recipients.obstacle(session, notice.id, house.clock())
        trail = deeds(await audit.history(session, notice.thing), await staff.names(session), look.EVENTS)
        classes = (await _choices(session, house, account)).classes
    if notice.state == State.SENT and notice.ended_at:
        trail.append(Deed(notice.ended_at, "", "发完"))
    return await show(
        request,
        "notice.html",
        notice=notice,
        progress=progress,
        obstacle=obstacle,
        reach=found,
        trail=trail,
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


async def _form_page(request: web.Request, filled: Filled[NoticeForm], notice: Notice | None = None) -> web.Response:
    house, account = request.app[HOUSE], need(request, *WRITERS, to="写通知")
    async with house.database.unit() as session:
        offered = await _choices(session, house, account)
    regions = {code: house.shelf.regions.name(code) for code in offered.towns}
    towns = {regions[code]: {town: town for town in towns} for code, towns in offered.towns.items()}
    return await show(
        request,
        "notice_form.html",
        filled=filled,
        notice=notice,
        regions=regions,
        towns={"": "全部乡镇", **towns},
        groups={group: group for group in offered.groups},
        classes={"": "不限班级", **offered.classes},
        topics={topic.value: topic.value for topic in Topic},
        longest={"title": LONGEST_TITLE, "body": LONGEST_BODY},
        reach=None,
        sends_templates=bool(house.settings.wechat_template),
    )


async def _submit_if_asked(request: web.Request, session: AsyncSession, notice: Notice) -> None:
    if text_of(await request.post(), "then") == "submit":
        await notices.submit(session, notice, request[STAFF], request.app[HOUSE].clock())


async def _choices(session: AsyncSession, house: House, account: Staff) -> Choices:
    return await audience.choices(session, account.region, house.clock().astimezone(CHINA).date())


def _summary(house: House, notice: Notice, classes: dict[int, str]) -> str:
    return look.audience(house.shelf.regions, notice.audience, classes)


def _kept(notice: Notice) -> str:
    return "已提交，等另一位同事批准。" if notice.state == State.SUBMITTED else "草稿已保存。"
