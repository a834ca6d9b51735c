"""`skillpass policy`: what is on the shelf, one document looked through, and whether the files hold."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.policy_faq import import_faq
from bot.cli.policy_import import import_texts, official_in, officials_kept
from config.settings import CHINA
from knowledge import outline
from knowledge.check import check as problems_of
from knowledge.errors import PolicyError
from knowledge.library import POLICIES, Policy, read
from knowledge.model import Period
from knowledge.shelf import Shelf

app = typer.Typer(no_args_is_help=True)
app.command("import")(import_texts)
app.command("import-faq")(import_faq)


@app.command("list")
def list_all() -> None:
    """List the policy documents: id, place, number and title, period, and whether each holds today."""
    shelf, today = Shelf(), datetime.now(CHINA).date()
    for policy in sorted(shelf.policies, key=lambda each: each.region):
        document = policy.document.document
        is_current = shelf.is_current(policy, today)
        state = typer.style("执行中", fg="green") if is_current else typer.style("已过期", fg="yellow")
        typer.echo(f"{policy.id:<22}{_place(shelf, policy)}　{_cited(policy)}　{_period(document.period)}　{state}")


@app.command()
def show(id: Annotated[str, typer.Argument(metavar="ID", help="编号、文号或叫法，如 guxian-2024-15、15号文")]) -> None:
    """Show one document: what it pays, its sections, how many answers rest on it."""
    shelf = Shelf()
    policy = next((each for each in shelf.policies if id in _called(each)), None)
    if policy is None:
        known = "、".join(each.id for each in shelf.policies)
        typer.echo(f"没有叫“{id}”的文件。现有：{known}", err=True)
        raise typer.Exit(1)
    document = policy.document.document
    typer.secho(_cited(policy), bold=True)
    typer.echo(f"{document.issuer}　{document.issued}印发　{_place(shelf, policy)}")
    typer.echo(f"执行期{_period(document.period)}，核对到{policy.document.register_.good_until}")
    _show_schemes(policy)
    _show_sections(policy)
    held = policy.document
    typer.echo(f"\n答案{len(policy.answers)}条，数字{len(held.figures)}个，例子{len(held.examples)}个")


@app.command()
def check(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILE]...", help="要核对的文件；不写就核对全部")
    ] = None,
    text: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="官方原文（txt、docx、pdf），核对章节和数字；不写就用导入过的"),
    ] = None,
) -> None:
    """Check policy files: citations, names, examples, and their sections and figures against the official texts."""
    paths = files or sorted(POLICIES.glob("*.yaml"))
    if text is not None and len(paths) != 1:
        raise typer.BadParameter(f"--text 只配一个文件用，现在有{len(paths)}个", param_hint="--text")
    imported = {} if text else officials_kept()
    given = official_in(text) if text else None
    failed = 0
    for path in paths:
        official = given or imported.get(_name(path))
        problems = problems_of(path, official)
        failed += bool(problems)
        against = "" if official else "（没有导入原文，没核对章节和数字）"
        typer.echo(
            f"{path.name}：{f'有{len(problems)}个问题' if problems else '没有问题'}{against}", err=bool(problems)
        )
        for problem in problems:
            typer.echo(f"  {path}: {problem}", err=True)
    raise typer.Exit(1 if failed else 0)


def _name(path: Path) -> str:
    """How a policy file's document is cited; empty where the file cannot be read, which its check tells."""
    try:
        return read(path).name
    except (PolicyError, OSError, UnicodeDecodeError):
        return ""


def _show_schemes(policy: Policy) -> None:
    typer.secho("\n补什么", bold=True)
    for scheme in policy.document.schemes:
        typer.echo(f"{scheme.name}（{scheme.id}）　{'、'.join(scheme.at)}")
        typer.echo(f"    {outline.amount(scheme.amount, policy.figures)}；{scheme.payee_say}")


def _show_sections(policy: Policy) -> None:
    typer.secho("\n章节", bold=True)
    for section in policy.document.sections:
        typer.echo(f"{section.at}　{section.gist}")


def _called(policy: Policy) -> set[str]:
    """All that a document may be asked for by."""
    document = policy.document.document
    return {document.id, document.title, document.number or document.id, *document.names}


def _cited(policy: Policy) -> str:
    document = policy.document.document
    return "".join(filter(None, (document.number, f"《{document.title}》")))


def _place(shelf: Shelf, policy: Policy) -> str:
    return shelf.regions.name(policy.region)


def _period(period: Period) -> str:
    return f"{period.start}至{period.end or '另行通知'}"
