"""A gateway in a process of its own, to be killed: one question there never gets its answer in time.

Run: python -m tests.bot.wechat.process FOLDER PORT API_URL; it prints a line when it listens.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import web

from bot.wechat.gateway import Gateway
from bot.wechat.outbound import Outbound
from records.vault import Vault
from tests.bot.wechat.stage import FreeOffice, Moody, house_over, settings_for
from tests.conftest import SECRET


async def serve(folder: Path, port: int, api_url: str) -> None:
    database = Moody(f"sqlite+aiosqlite:///{folder}/records.db", Vault(SECRET))
    settings = settings_for(folder, wechat_api_url=api_url, reply_seconds=0.05)
    house = house_over(settings, database, lambda: datetime.now(UTC))
    office = FreeOffice(database)
    office.slow["难题"] = asyncio.Event()
    app = web.Application()
    Gateway(house, Outbound(house), office).setup(app)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    print("listening", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))
