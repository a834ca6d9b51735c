"""`skillpass correct`: what staff say in place of a shipped answer: drafted, tried, approved by another, taken back."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from bot.cli.common import By, Code, Password, colleague, now, records, region_code, run
from config.settings import settings
from handlers.context import House
from handlers.house import knowing, open_house
from handlers.rehearsal import Change, changes, examples
from handlers.renewal import as_known, renew
from knowledge.corrections import corrected
from knowledge.library import Policy, load
from knowledge.shelf import Shelf
from records import corrections
from records.corrections import Correction, State
from records.errors import Refused

app = typer.Typer(no_args_is_help=True)
_STATES = {State.DRAFT: "草稿", State.LIVE: "生效", State.REVERTED: "已撤回"}
Number = Annotated[int, typer.Argument(help="更正的编号")]


@app.command()
def draft(
    asked: Annotated[list[str], typer.Option("--asked", help="工人怎么问的，可以写几种")],
    by: By,
    password: Password,
    say: Annotated[str, typer.Option(help="答案，先说结果；不写就只教它认这种问法")] = "",
    then: Annotated[str, typer.Option(help="接着说的条件、怎么办")] = "",
    at: Annotated[str, typer.Option(help="出自哪一节，如 三（一）2")] = "",
    topic: Annotated[str, typer.Option(help="归到哪个已有的话题；不写就是新话题")] = "",
    document: Annotated[str, typer.Option(help="哪份文件，如 guxian-2024-15；不写就是本地最近的一份")] = "",
    region: Annotated[str, typer.Option(help="地区；不写就是本单位的")] = "",
    code: Code = "",
) -> None:
    """Write a correction down; nothing changes yet."""
    number = run(_draft(asked, say, then, at, topic, document, region, (by, password, code)))
    typer.echo(f"更正已存，编号 {number}。先试：skillpass correct try {number}")


async def _draft(
    asked: list[str],
    say: str,
    then: str,
    at: str,
    topic: str,
    document: str,
    region: str,
    account: tuple[str, str, str],
) -> int:
    shelf = Shelf()
    policy = _policy(shelf, document, region_code(region or settings().region))
    _refuse_unknown(shelf, policy, topic, at if say else "")
    async with records() as database:
        author = await colleague(database, *account)
        async with database.unit() as session:
            made = await corrections.draft(
                session, policy_id=policy.id, topic=topic, asked=asked, say=say, then=then, at=at, by=author, now=now()
            )
            return made.id


def _policy(shelf: Shelf, document: str, region: str) -> Policy:
    held = shelf.documents(region)
    found = next((each for each in shelf.policies if each.id == document), None) if document else next(iter(held), None)
    if found is None:
        known = "、".join(policy.id for policy in shelf.policies)
        raise Refused(f"没有这份文件：{document or '本地没有文件'}。现有：{known}")
    return found


def _refuse_unknown(shelf: Shelf, policy: Policy, topic: str, at: str) -> None:
    if topic and topic not in shelf.by_topic:
        raise Refused(f"没有“{topic}”这个话题。skillpass ask 的 JSON 里 intent 后面就是话题名。")
    places = [section.at for section in policy.document.sections]
    if at and at not in places:
        raise Refused(f"{policy.name}里没有“{at}”这一节。有：{'、'.join(places)}")


@app.command("try")
def try_(number: Number) -> None:
    """Show which known questions would get another answer."""
    found = run(_try(number))
    table = Table("问法", "现在答", "改后答", show_lines=True)
    for change in found:
        table.add_row(change.asked, _brief(change.was), _brief(change.becomes))
    if found:
        Console().print(table)
    typer.echo(
        f"有{len(found)}个问法的答案会变。批准：skillpass correct approve {number} --by 另一个人"
        if found
        else "没有问法的答案会变。"
    )


async def _try(number: int) -> list[Change]:
    house = open_house(settings(), now)
    try:
        await renew(house)
        async with house.database.unit() as session:
            tried = await corrections.get(session, number)
            live = [as_known(each) for each in await corrections.in_force(session) if each.id != number]
    finally:
        await house.database.close()
    mine = as_known(tried)
    policies = load()
    region = next(policy.region for policy in policies if policy.id == mine.policy)
    before, after = (
        House(house.settings, house.database, knowing(Shelf(corrected(policies, made))), now)
        for made in (live, [*live, mine])
    )
    asked = [*mine.asked, *examples(before, region)]
    return list(changes(before, after, region, mine.topic, track(asked, description="逐句试", transient=True)))


@app.command()
def approve(number: Number, by: By, password: Password, code: Code = "") -> None:
    """Put a correction into force; another person than the one who drafted it."""
    run(_decide(number, (by, password, code), live=True))
    typer.echo("已生效，几秒内各处都按它答。撤回：skillpass correct revert")


@app.command()
def revert(number: Number, by: By, password: Password, code: Code = "") -> None:
    """Take a correction back; what was said before is said again."""
    run(_decide(number, (by, password, code), live=False))
    typer.echo("已撤回，几秒内各处恢复原来的答案。")


async def _decide(number: int, account: tuple[str, str, str], *, live: bool) -> None:
    async with records() as database:
        colleague_ = await colleague(database, *account)
        async with database.unit() as session:
            found = await corrections.get(session, number)
            await (corrections.approve if live else corrections.revert)(session, found, colleague_, now())


@app.command("list")
def list_() -> None:
    """Show every correction."""
    table = Table("编号", "文件", "话题", "问法", "答案", "状态")
    for each in run(_every()):
        state = _STATES[each.state]
        table.add_row(str(each.id), each.policy_id, each.topic or "新", " | ".join(each.asked), _brief(each.say), state)
    Console().print(table)


async def _every() -> list[Correction]:
    async with records() as database, database.unit() as session:
        return list(await corrections.every(session))


def _brief(text: str) -> str:
    line = text.partition("\n")[0]
    return line if len(line) <= 60 else line[:59] + "…"
