"""Deciding on leave and on missed check-ins."""

from __future__ import annotations

from typing import NoReturn

from aiohttp import web

from bot.web.desk import HOUSE, go, key_of, text_of
from bot.web.guards import need
from records import excusing
from records.errors import Refused
from records.excuses import WISH_NAMES, Excuse
from records.staff import Role


async def decide(request: web.Request) -> NoReturn:
    """Grant a wish or turn it down, and back to the page it was decided on."""
    account, house = need(request, Role.TRAINER), request.app[HOUSE]
    sent = await request.post()
    back = _ours(text_of(sent, "back"))
    try:
        async with house.database.unit() as session:
            excuse = await session.get(Excuse, key_of(request))
            if excuse is None:
                raise Refused("没有这条申请，请刷新看看。")
            if request.match_info["verb"] == "approve":
                await excusing.approve(session, excuse, account, house.clock())
            else:
                await excusing.refuse(session, excuse, account, text_of(sent, "reason"), house.clock())
    except Refused as refusal:
        await go(request, back, problem=refusal.reason)
    wish = WISH_NAMES[excuse.wish]
    is_granted = request.match_info["verb"] == "approve"
    await go(request, back, said=f"同意了{wish}，已记上考勤。" if is_granted else f"没同意{wish}，原因会告诉他。")


def _ours(back: str) -> str:
    """A page of the trainer's; nothing else, wherever the form came from."""
    return back if back.startswith("/teach/") and back.isprintable() and "\\" not in back else "/teach/"
