"""What is done with a written notice: submit, approve, return, pause, resume, cancel; and watching it go."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import NoReturn

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.jobs import scheduler
from bot.web.desk import HOUSE, STAFF, go, key_of, show, text_of
from records import notices, recipients
from records.errors import Refused
from records.notices import Notice
from records.staff import Staff

Act = Callable[[AsyncSession, Notice, Staff, datetime], Awaitable[None]]

# The verb in the address, what it does, and what the page says afterwards.
_ACTS: dict[str, tuple[Act, str]] = {
    "submit": (notices.submit, "已提交，等另一位同事批准。"),
    "approve": (notices.approve, "已批准，到时间就发。"),
    "pause": (notices.pause, "已暂停，手上这一批发完就停。"),
    "resume": (notices.resume, "接着发了。"),
    "cancel": (notices.cancel, "已取消，没发的不再发。"),
}


async def act(request: web.Request) -> web.Response:
    """Take one step with a notice."""
    does, said = _ACTS[request.match_info["verb"]]
    await _step(request, does, said)


async def send_back(request: web.Request) -> web.Response:
    """Return a notice to its writer with a remark."""
    remark = text_of(await request.post(), "remark")

    async def does(session: AsyncSession, notice: Notice, account: Staff, now: datetime) -> None:
        await notices.send_back(session, notice, account, remark, now)

    await _step(request, does, "已退回，写的人能看到您的意见。")


def routes() -> list[web.RouteDef]:
    """The addresses of a notice on its way."""
    one = r"/notices/{id:\d{1,9}}"
    return [
        web.get(f"{one}/progress", progress),
        web.post(f"{one}/return", send_back),
        web.post(one + r"/{verb:submit|approve|pause|resume|cancel}", act),
    ]


async def progress(request: web.Request) -> web.Response:
    """How far a notice has come, for the page that watches it; `state` in the address is what that page shows."""
    async with request.app[HOUSE].database.unit() as session:
        notice = await notices.get_for(session, key_of(request), request[STAFF])
        found = (await recipients.progress(session, notice.id))[notice.id]
        obstacle = await recipients.obstacle(session, notice.id, request.app[HOUSE].clock())
    changed = notice.state != request.query.get("state")
    return await show(
        request, "notice_progress.html", notice=notice, progress=found, obstacle=obstacle, changed=changed
    )


async def _step(request: web.Request, does: Act, said: str) -> NoReturn:
    house, page = request.app[HOUSE], f"/staff/notices/{key_of(request)}"
    try:
        async with house.database.unit() as session:
            notice = await notices.get_for(session, key_of(request), request[STAFF])
            await does(session, notice, request[STAFF], house.clock())
    except Refused as refusal:
        await go(request, page, problem=refusal.reason)
    scheduler.wake()
    await go(request, page, said=said)
