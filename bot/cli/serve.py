"""`skillpass serve`: the service for a real account, in one process or several."""

from __future__ import annotations

import asyncio
import errno
import multiprocessing
import signal
import socket
import sys
import time
from contextlib import closing
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Annotated, NoReturn

import typer
import uvloop
from aiohttp import web
from sqlalchemy import make_url

from bot import log, office
from bot.wechat.crypto import Crypto
from bot.wechat.errors import Misconfigured
from config.settings import Settings, settings
from handlers.house import open_house
from records import migrate
from records.errors import RecordsUnavailable
from records.vault import secret_beside

_GRACE = 8.0  # seconds that requests in hand may take when the service ends
_PAUSE = 1.0  # seconds before a dead process is replaced


def serve(
    host: Annotated[str, typer.Option(help="在哪个地址上听")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="在哪个端口上听")] = 8080,
    processes: Annotated[int, typer.Option(min=1, max=64, help="开几个进程（多于1个要用PostgreSQL）")] = 1,
) -> None:
    """Serve the WeChat account of the SKILLPASS_* settings: /wechat, /staff, /healthz, /readyz, /metrics."""
    chosen = settings()
    _refuse_what_cannot_work(chosen, processes)
    refuse_taken(host, port)
    try:
        asyncio.run(_bring_up_to_date(chosen))
    except RecordsUnavailable as error:
        _refuse(f"数据库连不上（{make_url(chosen.database_url).render_as_string()}）：{error}")
    if processes == 1:
        run(host, port)
    else:
        _Team(host, port, processes).run()


def run(host: str, port: int, *, among_others: bool = False, with_jobs: bool = True) -> None:
    """Serve in this process until a signal ends it; what is in hand is finished first."""
    log.configure()
    web.run_app(
        _opened(with_jobs),
        host=host,
        port=port,
        reuse_port=among_others,
        shutdown_timeout=_GRACE,
        access_log=None,
        print=None if among_others else _greet,
        loop=uvloop.new_event_loop(),
    )


async def _opened(with_jobs: bool) -> web.Application:
    return office.open_office(open_house(settings()), with_jobs=with_jobs)


def _greet(lines: str) -> None:
    typer.echo(f"{lines.splitlines()[0]}\n技能通已启动，按 Ctrl+C 结束。", err=True)


class _Team:
    """Several processes at one port, the kernel dealing out connections; one that dies is replaced."""

    def __init__(self, host: str, port: int, size: int) -> None:
        self._host = host
        self._port = port
        self._context = multiprocessing.get_context("spawn")
        self._members = [self._member(number) for number in range(size)]

    def run(self) -> None:
        """Watch over the processes until a signal comes."""
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        for member in self._members:
            member.start()
        typer.echo(f"技能通已启动，{len(self._members)}个进程，http://{self._host}:{self._port}", err=True)
        try:
            while True:
                wait([member.sentinel for member in self._members])
                time.sleep(_PAUSE)  # one that cannot start at all is not started as fast as it dies
                self._replace_the_dead()
        except KeyboardInterrupt:
            typer.echo("正在结束。", err=True)
        finally:
            self._end()

    def _member(self, number: int) -> SpawnProcess:
        options = {"among_others": True, "with_jobs": number == 0}
        return self._context.Process(target=run, args=(self._host, self._port), kwargs=options)

    def _replace_the_dead(self) -> None:
        for number, member in enumerate(self._members):
            if not member.is_alive():
                typer.echo(f"第{number + 1}个进程意外结束（{member.exitcode}），重新启动。", err=True)
                self._members[number] = self._member(number)
                self._members[number].start()

    def _end(self) -> None:
        for member in self._members:
            member.terminate()
        for member in self._members:
            member.join(_GRACE * 2)


def _refuse_what_cannot_work(chosen: Settings, processes: int) -> None:
    if not chosen.wechat_token.get_secret_value():
        _refuse(
            "没有设置公众号的令牌，不能启动。请把微信公众平台“服务器配置”里的Token填到环境变量 SKILLPASS_WECHAT_TOKEN。"
        )
    try:
        Crypto.of(chosen)
    except Misconfigured as error:
        _refuse(f"公众号设置不对：{error}")
    if processes > 1 and _is_embedded(chosen):
        _refuse("开多个进程要用PostgreSQL，请设置 SKILLPASS_DATABASE_URL=postgresql+asyncpg://…，或只开1个进程。")


def refuse_taken(host: str, port: int) -> None:
    """Several processes may share a port, so a stranger's would not show by itself."""
    with closing(socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                _refuse(f"端口{port}已被占用，请换一个，如 --port {port + 1}")
            _refuse(f"不能在{host}:{port}上听：{error.strerror}")


async def _bring_up_to_date(chosen: Settings) -> None:
    """The embedded database upgrades itself; another one is left to the office, which may have to plan it."""
    if not chosen.secret_key.get_secret_value():
        secret_beside(Path.cwd())  # made here, before several processes make one each
    if _is_embedded(chosen):
        await migrate.upgrade(chosen.database_url)
    elif await migrate.current(chosen.database_url) != migrate.latest():
        _refuse("数据库的表不是最新的，请先运行 skillpass db upgrade")


def _is_embedded(chosen: Settings) -> bool:
    return chosen.database_url.startswith("sqlite")


def _refuse(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(1)
