"""A worker's vouchers on a page: number and QR code for the institution to scan, last day, and what happened to each."""

from __future__ import annotations

from dataclasses import dataclass

import segno
from aiohttp import web
from markupsafe import Markup

from bot.my.reader import me
from bot.web.desk import HOUSE, show
from records import vouchers
from records.voucher_states import OPEN, SHOWN, State
from records.vouchers import Voucher, VoucherEvent


@dataclass(frozen=True)
class Shown:
    """A voucher with its history and, while it is of use, its code."""

    voucher: Voucher
    history: list[VoucherEvent]

    @property
    def is_open(self) -> bool:
        """Is it on the way to a certificate?"""
        return self.voucher.state in OPEN

    @property
    def state(self) -> str:
        """可以使用"""
        return SHOWN[State(self.voucher.state)]

    @property
    def code(self) -> Markup:
        """The QR code of its number, as SVG."""
        return Markup(segno.make(self.voucher.number, error="m", micro=False).svg_inline(border=2, omitsize=True))


async def page(request: web.Request) -> web.Response:
    """All of a worker's vouchers, those in use first."""
    async with request.app[HOUSE].database.unit() as session:
        held = [Shown(each, await vouchers.history(session, each)) for each in await vouchers.of(session, me(request))]
    held.sort(key=lambda each: not each.is_open)
    return await show(request, "voucher.html", held=held, names=SHOWN)
