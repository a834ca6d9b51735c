"""`skillpass demo`: the phones, the staff's pages, the teacher's screen and the bot on one local port, with made-up data."""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
import string
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
import uvloop
from aiohttp import web
from rich.console import Console
from rich.table import Table

from bot import county, log, office, seed, seed_claims, seed_classes
from bot.cli.serve import refuse_taken
from bot.my import door
from bot.screen import demo as screen
from bot.simulator import app as simulator
from bot.simulator.account import Account, Person, Place
from bot.simulator.world import World
from bot.wechat.gateway import PATH
from config.settings import Settings
from handlers.context import House
from handlers.house import open_house
from records import migrate
from records.database import Database
from records.staff import ROLE_NAMES, Role
from records.vault import Vault

FOLDER = Path("demo")
_HOST = "127.0.0.1"
_TEMPLATES = {"demo-subscribe-template": "培训通知", "demo-service-template": "服务进度提醒"}
_LETTERS = string.ascii_letters + string.digits


@dataclass(frozen=True)
class Keys:
    """The secrets of one demo folder."""

    token: str
    app_id: str
    app_secret: str
    aes_key: str
    secret_key: str
    password: str  # of every demo account

    @classmethod
    def made(cls) -> Keys:
        """New ones."""
        password = f"demo-{secrets.token_hex(4)}"
        aes_key = "".join(secrets.choice(_LETTERS) for _ in range(43))
        return cls(secrets.token_hex(12), f"wx{secrets.token_hex(8)}", secrets.token_hex(16), aes_key, _key(), password)


def demo(
    port: Annotated[int, typer.Option(help="在本机哪个端口上听")] = 8080,
    fresh: Annotated[bool, typer.Option("--fresh", help="丢掉以前的演示数据，重新开始")] = False,
) -> None:
    """Serve everything on one local port with seeded data; what happens is kept in ./demo."""
    refuse_taken(_HOST, port)
    keys = _keys(FOLDER, fresh)
    log.configure(logging.ERROR)
    web.run_app(
        _opened(keys, port),
        host=_HOST,
        port=port,
        shutdown_timeout=2.0,
        access_log=None,
        print=lambda _: _greet(port, keys),
        loop=uvloop.new_event_loop(),
    )


async def _opened(keys: Keys, port: int) -> web.Application:
    settings = settings_of(keys, FOLDER, port)
    await migrate.upgrade(settings.database_url)
    # Side by side, since one reads and reckons while the other waits for the disk and for password hashes.
    house, is_new = await asyncio.gather(asyncio.to_thread(open_house, settings), _fill(settings, keys))
    if is_new:
        await seed_claims.make(house, datetime.now(UTC))
    app = office.open_office(house)
    simulator.install(app, _world(house))
    screen.setup(app)
    return app


async def _fill(settings: Settings, keys: Keys) -> bool:
    """Put the made-up county into the database, with a class in session now; False where it was there already."""
    database, now = Database(settings.database_url, Vault(keys.secret_key)), datetime.now(UTC)
    is_new = await seed.fill(database, keys.password, now)
    async with database.unit() as session:
        await seed_classes.in_session(session, now)
    await database.close()
    return is_new


def settings_of(keys: Keys, folder: Path, port: int) -> Settings:
    """The settings of the demo: its bot calls, and is called, at its own port."""
    address = f"http://{_HOST}:{port}"
    subscribe, service = _TEMPLATES
    return Settings.model_validate(
        {
            "database_url": f"sqlite+aiosqlite:///{folder}/skillpass.db",
            "spool": folder / "spool.jsonl",
            "secret_key": keys.secret_key,
            "region": next(iter(county.plan()["places"])),
            "public_url": address,
            "wechat_token": keys.token,
            "wechat_app_id": keys.app_id,
            "wechat_app_secret": keys.app_secret,
            "wechat_aes_key": keys.aes_key,
            "wechat_api_url": address,
            "wechat_open_url": address,
            "wechat_subscribe_template": subscribe,
            "wechat_template": service,
        }
    )


def _world(house: House) -> World:
    """WeChat's side of the demo; it speaks to the bot through the port, encrypted, as the real one does."""
    told = house.settings
    account = Account(
        f"{told.public_url}{PATH}",
        told.wechat_token.get_secret_value(),
        told.wechat_app_id,
        told.wechat_app_secret.get_secret_value(),
        told.wechat_aes_key.get_secret_value(),
    )
    people = [Person(phone.openid, phone.worker.name, phone.note) for phone in county.phones()]
    cookies = dict.fromkeys((door.COOKIE, door.PHONE_COOKIE), door.PREFIX)
    return World(account, house.clock, places=_places(), people=people, templates=_TEMPLATES, page_cookies=cookies)


def _places() -> list[Place]:
    first, home = county.plan()["classes"][0], county.plan()["home"]
    classroom = Place(f"教室里（{first['name']}）", first["latitude"], first["longitude"], first["venue"])
    return [classroom, Place(home["name"], home["latitude"], home["longitude"], "家")]


def _keys(folder: Path, fresh: bool) -> Keys:
    """The folder's secrets, made on first use."""
    folder.mkdir(exist_ok=True)
    if fresh:
        for path in folder.glob("*"):
            if path.name.startswith(("skillpass", "spool", "keys.json")):
                path.unlink()
    path = folder / "keys.json"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(json.dumps(asdict(Keys.made()), indent=1), encoding="ascii")
    return Keys(**json.loads(path.read_text(encoding="ascii")))


def _key() -> str:
    return secrets.token_urlsafe(32)


def _greet(port: int, keys: Keys) -> None:
    console, address = Console(highlight=False), f"http://{_HOST}:{port}"
    console.print("\n[bold]技能通演示[/bold]　按 Ctrl+C 结束，数据留在 ./demo\n")
    for name, path in (("手机", "/phone"), ("工作台", "/staff"), ("老师", "/teach"), ("老师屏幕", screen.PATH)):
        console.print(f"  {name:　<4}　{address}{path}")
    accounts = Table("登录名", "密码", "姓名", "角色")
    for each in county.plan()["staff"]:
        roles = "、".join(ROLE_NAMES[Role(role)] for role in each["roles"])
        accounts.add_row(each["login"], keys.password, each["name"], roles)
    console.print("\n工作台账号", accounts, sep="\n")
    people = Table("姓名", "身份证号（虚构）", "情况")
    for phone, told in zip(county.phones(), county.plan()["phones"], strict=False):
        people.add_row(phone.worker.name, phone.worker.id_number, told["note"])
    console.print("手机上可以扮演的人（实名时发“姓名 身份证号”）", people, sep="\n")
