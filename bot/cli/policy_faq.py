"""`skillpass policy import-faq`: brings an office's own questions and answers in, and shows what it did."""

from __future__ import annotations

import getpass
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.common import now, records, region_code, run
from knowledge import likeness
from knowledge.errors import ListError
from knowledge.likeness import Pair
from knowledge.lists import QuestionList, read_list
from knowledge.regions import Regions
from records import lists
from records.errors import Refused
from records.lists import Became

_SHOWN = 30  # lines of one kind
_BECAME = {
    Became.NEW: "已导入，几秒内生效",
    Became.REPLACED: "已换成新的一版，几秒内生效；旧的一版还留着，重新导入旧文件就能换回去",
    Became.RESTORED: "已换回以前导入过的这一版，几秒内生效",
    Became.UNCHANGED: "和现在用的一样，没有变化",
}


def import_faq(
    file: Annotated[Path, typer.Argument(help="问答表，CSV 或 XLSX：要有“问题”“答案”两列")],
    title: Annotated[str, typer.Option(help="名称，回答时写在“依据”里；不写就用文件名")] = "",
    region: Annotated[str, typer.Option(help="没写地区的行适用于哪里，如 陵川县；不写就是各地都适用")] = "",
    by: Annotated[str, typer.Option(help="经手人，记在审计里；不写就是这台机器的登录名")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看不存")] = False,
) -> None:
    """Import a question list: its rows are answered at once, with the list as their source."""
    run(_import(file, title, region, by, dry_run=dry_run))


async def _import(file: Path, title: str, region: str, by: str, *, dry_run: bool) -> None:
    try:
        questions = read_list(file, Regions(), title, region_code(region) if region else None)
    except ListError as error:
        raise Refused(str(error)) from error
    _report(questions)
    if not questions.rows:
        raise Refused("没有一行能用，没有导入。")
    if dry_run:
        typer.echo("试读，没有保存。")
        return
    rows = [asdict(row) for row in questions.rows]
    actor = f"command line:{by or getpass.getuser()}"[:80]
    async with records() as database, database.unit() as session:
        became = await lists.keep(session, questions.title, questions.checksum, rows, actor, now())
    typer.echo(f"“{questions.title}”{_BECAME[became]}。")


def _report(questions: QuestionList) -> None:
    read, bad = len(questions.rows), len(questions.problems)
    typer.echo(f"“{questions.title}”：读了{read + bad}行，收下{read}行" + (f"，{bad}行没收：" if bad else "。"))
    _list([f"{problem.where}：{problem.says}" for problem in questions.problems])
    near = likeness.pairs(questions.rows)
    told, doubles = [pair for pair in near if pair.is_told], [pair for pair in near if not pair.is_told]
    if told:
        typer.echo(f"相近而答案不同的问题{len(told)}对，问话里没有区别词时两个都摆出来让人选：")
        _list(
            [f"{_both(questions, pair)}　区别：{_or_none(pair.shown[0])}／{_or_none(pair.shown[1])}" for pair in told]
        )
    if doubles:
        typer.echo(f"分不开的问题{len(doubles)}对，问法一样、答案不同，请各加一个区别词；现在只能两个都摆出来让人选：")
        _list([_both(questions, pair) for pair in doubles])


def _both(questions: QuestionList, pair: Pair) -> str:
    one, other = questions.rows[pair.first], questions.rows[pair.second]
    return f"{one.id}“{one.question}”、{other.id}“{other.question}”"


def _or_none(words: str) -> str:
    return words or "（没有）"


def _list(lines: list[str]) -> None:
    for line in islice(lines, _SHOWN):
        typer.echo(f"  {line}")
    if len(lines) > _SHOWN:
        typer.echo(f"  ……还有{len(lines) - _SHOWN}条")
