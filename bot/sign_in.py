"""Who is this member of staff? One way to find out, for the console and the command line."""

from __future__ import annotations

import asyncio
from datetime import datetime

from records import audit, logins, staff
from records.audit import Event
from records.database import Database
from records.errors import Refused
from records.staff import Staff

_WRONG = "登录名、密码或动态码不对，请再试一次。"


async def sign_in(database: Database, login: str, password: str, code: str, address: str, now: datetime) -> Staff:
    """The account that may come in; Refused with the same sentence whatever was wrong, and after too many attempts."""
    async with database.unit() as session:
        await database.alone(session, f"login {login.strip().lower()}")
        await logins.attempt(session, login, address, now)
        found = await staff.by_login(session, login)
    is_right = await asyncio.to_thread(staff.is_password, found, password)
    if found is None:
        raise Refused(_WRONG)
    async with database.unit() as session:
        account = await session.get_one(Staff, found.id, with_for_update=True)
        comes_in = is_right and account.active and staff.take_code(session, account, code, now)
        event = Event.STAFF_SESSION_OPEN if comes_in else Event.STAFF_SESSION_REFUSE
        await audit.append(session, event, account.actor, account.actor, now, address=address)
        if comes_in:
            await logins.succeeded(session, login, address)
    if not comes_in:
        raise Refused(_WRONG)
    return account
