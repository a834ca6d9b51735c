"""`skillpass load`: drives a running server as WeChat would, and prints what it bore as one JSON object."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from math import ceil
from typing import Annotated, Any

import typer
import uvloop

from bot.load import checkins, scenarios
from bot.load.driver import Driver, Tally
from bot.wechat.crypto import Crypto
from bot.wechat.errors import Misconfigured
from config.settings import Settings, settings
from records.classes import Factor
from records.database import Database
from records.vault import Vault

_MOST_A_SECOND = 4000  # check-ins that workers are made for
_IN_HALLS = 2000  # trainees who come within a minute
_TO_THE_LAST = 3600.0  # seconds: however slow the server is, everybody is sent
_NO_SECRET = "load needs no personal data"


class Scenario(StrEnum):
    """What is sent."""

    QUESTIONS = "questions"
    MIXED = "mixed"
    CHECKIN = "checkin"
    HALLS = "halls"
    REPEATS = "repeats"


_SHOTS = {
    Scenario.QUESTIONS: scenarios.questions,
    Scenario.MIXED: scenarios.mixed,
    Scenario.REPEATS: scenarios.repeats,
}


def load(
    url: Annotated[str, typer.Option(help="服务的地址")] = "http://127.0.0.1:8080/wechat",
    scenario: Annotated[Scenario, typer.Option(help="发什么")] = Scenario.QUESTIONS,
    seconds: Annotated[float, typer.Option(min=0.1, max=3600, help="发多久")] = 10.0,
    in_flight: Annotated[int, typer.Option(min=1, max=1024, help="同时在途的消息数")] = 64,
    rate: Annotated[float, typer.Option(min=0, help="每秒发多少条；0是有多快发多快")] = 0.0,
    baseline: Annotated[bool, typer.Option("--baseline", help="同时测一个什么都不做的回声服务，给出比值")] = False,
    token: Annotated[str, typer.Option(envvar="SKILLPASS_WECHAT_TOKEN")] = "",
    app_id: Annotated[str, typer.Option(envvar="SKILLPASS_WECHAT_APP_ID")] = "",
    aes_key: Annotated[str, typer.Option(envvar="SKILLPASS_WECHAT_AES_KEY")] = "",
) -> None:
    """Drive a server and print one JSON object.

    `checkin` and `halls` write their own workers into SKILLPASS_DATABASE_URL; `halls`, where 2,000 trainees a minute
    send code and place while others ask, needs the server's SKILLPASS_SECRET_KEY to know the codes.
    """
    try:
        crypto = Crypto(token, aes_key, app_id)
    except Misconfigured as error:
        raise typer.BadParameter(str(error)) from error
    if scenario is Scenario.HALLS:
        rate = rate or _IN_HALLS * 2.1 / 60
    measured = uvloop.run(_measure(Driver(url, crypto, in_flight, rate), scenario, seconds))
    if baseline:
        with _echo(token, app_id, aes_key) as echo_url:
            echoed = uvloop.run(_measure_echo(Driver(echo_url, crypto, in_flight, rate), scenario, seconds))
        ratio = round(measured["per_second"] / echoed["per_second"], 3) if echoed["per_second"] else None
        measured = {"skillpass": measured, "echo": echoed, "ratio": ratio}
    typer.echo(json.dumps(measured))


async def _measure(driver: Driver, scenario: Scenario, seconds: float) -> dict[str, Any]:
    if scenario in {Scenario.CHECKIN, Scenario.HALLS}:
        return await _measure_check_ins(driver, scenario, seconds, settings())
    return _report(scenario, await driver.run(_SHOTS[scenario](), seconds))


async def _measure_check_ins(driver: Driver, scenario: Scenario, seconds: float, chosen: Settings) -> dict[str, Any]:
    vault = Vault(chosen.secret_key.get_secret_value() or _NO_SECRET)
    database = Database(chosen.database_url, vault)
    try:
        if scenario is Scenario.HALLS:
            roll = await checkins.prepare(database, ceil(seconds * _IN_HALLS / 60), Factor.CODE, Factor.PLACE)
            tally = await driver.run(roll.halls(vault), _TO_THE_LAST, keeps_words=True)
        else:
            roll = await checkins.prepare(database, int(seconds * _MOST_A_SECOND) + 1, Factor.PLACE)
            tally = await driver.run(roll.places(), seconds, keeps_words=True)
        found = await checkins.stored(database, roll)
    finally:
        await database.close()
    told = checkins.told_done(tally.told)
    twice = sum(count > 1 for count in found.values())
    kept = {"checked_in": len(told), "stored": len(found), "lost": len(told - set(found)), "twice": twice}
    return _report(scenario, tally) | kept


async def _measure_echo(driver: Driver, scenario: Scenario, seconds: float) -> dict[str, Any]:
    """The same messages to the echo, except that it has no class to check in to."""
    shots = _SHOTS.get(scenario, scenarios.questions)
    return _report(scenario, await driver.run(shots(), seconds))


def _report(scenario: Scenario, tally: Tally) -> dict[str, Any]:
    return {
        "scenario": scenario.value,
        "seconds": round(tally.seconds, 3),
        "sent": tally.sent,
        "acknowledged": tally.acknowledged,
        "errors": tally.errors,
        "per_second": round(tally.per_second, 1),
        "p50_ms": round(tally.percentile(0.5), 2),
        "p99_ms": round(tally.percentile(0.99), 2),
    }


@contextmanager
def _echo(token: str, app_id: str, aes_key: str) -> Iterator[str]:
    """The echo in a process of its own, with the same keys."""
    if not aes_key:
        raise typer.BadParameter("回声服务只用安全模式，请给 --aes-key", param_hint="--baseline")
    keys = {"TOKEN": token, "APP_ID": app_id, "AES_KEY": aes_key}
    environment = os.environ | {f"SKILLPASS_WECHAT_{name}": value for name, value in keys.items()}
    port = _free_port()
    process = subprocess.Popen([sys.executable, "-m", "bot.cli.echo", str(port)], env=environment)
    try:
        asyncio.run(_listens(process, port))
        yield f"http://127.0.0.1:{port}/wechat"
    finally:
        process.terminate()
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def _listens(process: subprocess.Popen[bytes], port: int) -> None:
    """Wait until the echo answers at its port; an echo that ends instead is told."""
    while process.poll() is None:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return
    typer.echo(f"回声服务没有启动起来，退出码{process.returncode}", err=True)
    raise typer.Exit(1)
