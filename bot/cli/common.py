"""What the staff's commands share: the records, who acts, and failures put in one sentence."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import typer
from sqlalchemy.exc import OperationalError, ProgrammingError

from bot.sign_in import sign_in
from config.settings import settings
from knowledge.regions import Regions
from records.database import Database
from records.errors import RecordsUnavailable, Refused
from records.staff import Staff
from records.vault import Vault, secret_beside

_Result = TypeVar("_Result")

By = Annotated[str, typer.Option("--by", help="经手人的登录名")]
Password = Annotated[
    str, typer.Option(prompt="密码", hide_input=True, envvar="SKILLPASS_STAFF_PASSWORD", help="经手人的密码")
]
Code = Annotated[str, typer.Option(help="动态码，开通了才填")]


def now() -> datetime:
    """This moment."""
    return datetime.now(UTC)


@asynccontextmanager
async def records() -> AsyncIterator[Database]:
    """The records of SKILLPASS_DATABASE_URL."""
    key = settings().secret_key.get_secret_value() or secret_beside(Path.cwd())
    database = Database(settings().database_url, Vault(key))
    try:
        yield database
    finally:
        await database.close()


def run(work: Coroutine[Any, Any, _Result]) -> _Result:
    """Do a command's work; what goes wrong is said in one sentence, with exit code 1."""
    try:
        return asyncio.run(work)
    except Refused as refusal:
        _say_and_leave(refusal.reason)
    except RecordsUnavailable as error:
        _say_and_leave(f"数据库连不上：{error}")
    except (OperationalError, ProgrammingError) as error:
        _say_and_leave(f"数据库的表不对，请先运行 skillpass db upgrade（{error.orig}）")


def _say_and_leave(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(1)


async def colleague(database: Database, login: str, password: str, code: str) -> Staff:
    """The account that acts; the two-person rule needs two people's passwords here as on the console."""
    return await sign_in(database, login, password, code, "command line", now())


def region_code(text: str) -> str:
    """The code of a place given by code or by name; Refused for one that is not known."""
    regions = Regions()
    code = text if text.isdecimal() and len(text) == 6 else regions.find(text)
    if code is None:
        raise Refused(f"不认识“{text}”这个地方，请写全名（如 陵川县）或6位代码。")
    return code
