"""`skillpass notice`: what the console does with notices, from the command line."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import uuid4

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from bot.cli.common import By, Code, Password, colleague, now, records, region_code, run
from config.settings import CHINA, settings
from records import audience, notices, recipients
from records.audience import Audience, Reach
from records.drafts import Draft
from records.errors import Refused
from records.notices import STATE_NAMES, State
from records.subscriptions import Topic

app = typer.Typer(no_args_is_help=True)

Region = Annotated[str, typer.Option(help="地区，如 陵川县；不写就是本单位的")]
Town = Annotated[str, typer.Option(help="乡镇")]
Group = Annotated[list[str] | None, typer.Option(help="人群，可以写几个，发给其中任何一类")]
Class = Annotated[int | None, typer.Option("--class", help="培训班编号")]
Unplaced = Annotated[bool, typer.Option(help="也发给还不知道在哪个地区的关注者")]
About = Annotated[Topic, typer.Option(help="主题")]


@dataclass(frozen=True)
class Account:
    """Who acts, as he signs in."""

    login: str
    password: str
    code: str


@app.command()
def write(
    title: Annotated[str, typer.Option(help="标题，最多20字")],
    body: Annotated[str, typer.Option(help="正文，最多240字")],
    by: By,
    password: Password,
    topic: About = Topic.TRAINING,
    region: Region = "",
    town: Town = "",
    group: Group = None,
    class_: Class = None,
    unplaced: Unplaced = False,
    at: Annotated[str, typer.Option(help="发送时间（北京时间），如 2026-12-01 09:00；不写就是批准后马上发")] = "",
    code: Code = "",
) -> None:
    """Write a draft."""
    chosen = _audience(region, town, group, class_, unplaced)
    number = run(_write(title, body, topic, chosen, at, Account(by, password, code)))
    typer.echo(f"草稿已保存，编号 {number}。提交：skillpass notice submit {number} --by {by}")


async def _write(title: str, body: str, topic: Topic, chosen: Audience, at: str, account: Account) -> int:
    draft = Draft(title, body, topic, chosen, _moment(at))
    async with records() as database:
        author = await colleague(database, account.login, account.password, account.code)
        async with database.unit() as session:
            return (await notices.write(session, draft, author, str(uuid4()), now())).id


@app.command()
def reach(
    topic: About = Topic.TRAINING,
    region: Region = "",
    town: Town = "",
    group: Group = None,
    class_: Class = None,
    unplaced: Unplaced = False,
) -> None:
    """Count whom a notice would reach now, by the way it would take."""
    found = run(_reach(_audience(region, town, group, class_, unplaced), topic))
    typer.echo(f"一共发给 {found.total:,} 人")
    typer.echo(f"  48小时内说过话，走客服消息 {found.talking:,}")
    typer.echo(f"  同意过订阅，走订阅通知 {found.consented:,}")
    typer.echo(f"  走模板消息 {found.templated:,}")
    typer.echo(f"  暂时到不了，下次说话时补发 {found.later:,}")
    typer.echo(f"另有 {found.stopped:,} 人退订了这类通知，{found.strangers:,} 人在档案里但没关注公众号")


async def _reach(chosen: Audience, topic: Topic) -> Reach:
    async with records() as database, database.unit() as session:
        return await audience.reach(session, chosen, topic, now(), settings())


@app.command()
def submit(number: int, by: By, password: Password, code: Code = "") -> None:
    """Hand a draft to the approver."""
    run(_step(number, "submit", Account(by, password, code)))
    typer.echo(f"已提交，等另一位同事批准：skillpass notice approve {number} --by …")


@app.command()
def approve(number: int, by: By, password: Password, code: Code = "") -> None:
    """Let a notice go out; its writer cannot."""
    run(_step(number, "approve", Account(by, password, code)))
    typer.echo(f"已批准，到时间就发。看进度：skillpass notice watch {number}")


async def _step(number: int, verb: str, account: Account) -> None:
    does = {"submit": notices.submit, "approve": notices.approve}[verb]
    async with records() as database:
        by = await colleague(database, account.login, account.password, account.code)
        async with database.unit() as session:
            await does(session, await notices.get_for(session, number, by), by, now())


@app.command()
def watch(number: int) -> None:
    """Watch a notice go until it is done, paused or cancelled."""
    run(_watch(number))


async def _watch(number: int) -> None:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    async with records() as database:
        with Progress(*columns) as bar:
            task = bar.add_task("…")
            while True:
                async with database.unit() as session:
                    state = State((await notices.get(session, number)).state)
                    found = (await recipients.progress(session, number))[number]
                bar.update(task, description=STATE_NAMES[state], completed=found.done, total=found.total)
                if state not in {State.APPROVED, State.SENDING}:
                    break
                await asyncio.sleep(1)
    typer.echo(f"送出 {found.sent:,}，暂时到不了 {found.held:,}，已退订或取关 {found.gone:,}，没发成 {found.failed:,}")


def _audience(region: str, town: str, groups: list[str] | None, class_: int | None, unplaced: bool) -> Audience:
    try:
        return Audience(region_code(region or settings().region), town, tuple(groups or ()), class_, unplaced)
    except Refused as refusal:
        raise typer.BadParameter(refusal.reason) from refusal


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=CHINA) if text else None
    except ValueError as error:
        raise Refused(f"看不懂发送时间“{text}”，请写成 2026-12-01 09:00。") from error
