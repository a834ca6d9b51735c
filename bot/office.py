"""The whole service of one process: WeChat's door, the staff's pages, and the work that goes on beside them."""

from __future__ import annotations

from collections.abc import AsyncIterator

from aiohttp import web

from bot.app import HOUSE, OUTBOUND, build
from bot.console import routes
from bot.gazette import routes as gazette
from bot.jobs import scheduler
from bot.my import routes as my
from bot.screen import routes as screen
from bot.teach import routes as teach
from bot.verify import routes as verify
from bot.wechat.outbound import Outbound
from handlers.context import House


def open_office(house: House, *, with_jobs: bool = True) -> web.Application:
    """The application over a house; of several processes one alone does the jobs.

    Raises Misconfigured if the WeChat account's settings cannot work.
    """
    outbound = Outbound(house)
    app = build(house, outbound)
    routes.setup(app, house, outbound)
    teach.setup(app, house, outbound)
    screen.setup(app, house, outbound)
    my.setup(app, house, outbound)
    verify.setup(app, house, outbound)
    gazette.setup(app, house, outbound)
    if with_jobs:
        app.cleanup_ctx.append(_jobs)
    return app


async def _jobs(app: web.Application) -> AsyncIterator[None]:
    await scheduler.start(app[HOUSE], app[OUTBOUND])
    yield
    await scheduler.stop()
