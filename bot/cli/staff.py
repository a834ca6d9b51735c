"""`skillpass staff`: accounts of the console."""

from __future__ import annotations

from typing import Annotated

import segno
import typer
from rich.console import Console
from rich.table import Table

from bot.cli.common import now, records, region_code, run
from bot.web import look
from config.settings import settings
from records import institutes, staff
from records.errors import Refused
from records.staff import ROLE_NAMES, Role

app = typer.Typer(no_args_is_help=True)
_BY = "command line"
Password = Annotated[
    str,
    typer.Option(prompt="新密码", hide_input=True, confirmation_prompt="再输一遍", envvar="SKILLPASS_STAFF_PASSWORD"),
]


@app.command()
def add(
    login: Annotated[str, typer.Argument(help="登录名")],
    name: Annotated[str, typer.Argument(help="姓名")],
    role: Annotated[list[Role], typer.Option(help="角色，可以写几个")],
    password: Password,
    region: Annotated[str, typer.Option(help="辖区，如 陵川县；不写就是本单位的")] = "",
    institution: Annotated[str, typer.Option(help="培训机构的名称；只给培训教师")] = "",
) -> None:
    """Open an account."""
    run(_add(login, name, set(role), password, region, institution))
    typer.echo(f"已开通：{name}（{login}），{'、'.join(ROLE_NAMES[each] for each in role)}")


async def _add(login: str, name: str, roles: set[Role], password: str, region: str, institution: str) -> None:
    code = region_code(region or settings().region)
    async with records() as database, database.unit() as session:
        school = (await institutes.named(session, institution)).id if institution else None
        await staff.add(session, name, login, password, roles, code, now(), _BY, school)


@app.command("list")
def list_() -> None:
    """Show every account."""
    accounts = run(_everyone())
    table = Table("登录名", "姓名", "角色", "辖区", "动态码", "状态")
    for each in accounts:
        code, state = "已开通" if each.totp_sealed else "", "在用" if each.active else "已停"
        table.add_row(each.login, each.name, look.roles(each.roles), each.region, code, state)
    if accounts:
        Console().print(table)
    else:
        typer.echo("还没有账号。开第一个：skillpass staff add LOGIN 姓名 --role admin")


async def _everyone() -> list[staff.Staff]:
    async with records() as database, database.unit() as session:
        return await staff.everyone(session)


@app.command()
def password(login: str, password: Password) -> None:
    """Set a new password; the account's open sessions end."""
    run(_set_password(login, password))
    typer.echo("密码已改，请用新密码重新登录。")


async def _set_password(login: str, new: str) -> None:
    async with records() as database, database.unit() as session:
        account = _known(await staff.by_login(session, login), login)
        await staff.set_password(session, account, new, now(), _BY)


@app.command()
def totp(login: str, off: Annotated[bool, typer.Option("--off", help="不再要动态码")] = False) -> None:
    """Ask for a one-time code at log-in from now on, or no more."""
    address = run(_set_totp(login, not off))
    if address is None:
        typer.echo("已关闭动态码。")
        return
    typer.echo(f"请用手机上的动态码软件扫码或录入，以后登录要填6位动态码：\n{address}")
    segno.make(address).terminal(compact=True)


async def _set_totp(login: str, on: bool) -> str | None:
    secret = staff.new_secret() if on else None
    async with records() as database, database.unit() as session:
        account = _known(await staff.by_login(session, login), login)
        await staff.set_totp(session, account, secret, now(), _BY)
    return staff.totp_address(account, secret) if secret else None


def _known(account: staff.Staff | None, login: str) -> staff.Staff:
    if account is None:
        raise Refused(f"没有“{login}”这个登录名，用 skillpass staff list 看有哪些。")
    return account
