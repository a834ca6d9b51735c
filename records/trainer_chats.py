"""A trainer's own WeChat: bound by a code from the trainer's page, so that classes can be run from the chat."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from records import audit
from records.audit import Event
from records.errors import Refused
from records.followers import Follower
from records.staff import Role, Staff
from records.vault import Vault

HOLDS = 10  # minutes that a code serves
_STEP = 60  # seconds
_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's: none that is taken for another
LENGTH = 8


async def code(session: AsyncSession, account: Staff, now: datetime) -> str:
    """The code that binds a WeChat to an account; it serves once, as what is bound is part of what it proves."""
    return _code(session.info["vault"], account, await bearer(session, account), _step(now))


async def bind(session: AsyncSession, follower: Follower, told: str, now: datetime) -> Staff:
    """Bind the WeChat that sent a code to the account that showed it; Refused for a code that does not hold."""
    rows = await session.execute(
        select(Staff, Follower)
        .outerjoin(Follower, Follower.staff_id == Staff.id)
        .where(Staff.active, Staff.institution_id.is_not(None))
        .order_by(Staff.id)
    )
    vault = session.info["vault"]
    shown = (row[0] for row in rows if row[0].holds(Role.TRAINER) and _holds(vault, row[0], row[1], told, now))
    account = next(shown, None)
    if account is None:
        raise _wrong()
    # The same code sent by two phones at once: the second waits here, and the code holds no more.
    await session.refresh(account, with_for_update=True)
    earlier = await bearer(session, account)
    if not _holds(vault, account, earlier, told, now):
        raise _wrong()
    if earlier is not None:
        earlier.staff_id = None
        await session.flush()
    follower.staff_id = account.id
    await session.flush()
    await audit.append(session, Event.STAFF_WECHAT_BIND, account.actor, account.actor, now)
    return account


async def unbind(session: AsyncSession, account: Staff, now: datetime) -> bool:
    """Take an account's WeChat off it; False where none was bound."""
    follower = await bearer(session, account)
    if follower is None:
        return False
    follower.staff_id = None
    await audit.append(session, Event.STAFF_WECHAT_UNBIND, account.actor, account.actor, now)
    return True


async def bearer(session: AsyncSession, account: Staff) -> Follower | None:
    """The WeChat that is bound to an account."""
    return (await session.scalars(select(Follower).where(Follower.staff_id == account.id))).one_or_none()


async def trainer(session: AsyncSession, follower: Follower) -> Staff | None:
    """The trainer whose WeChat this is; None for anybody else, and where the account was closed."""
    account = await session.get(Staff, follower.staff_id) if follower.staff_id else None
    return account if account and account.active and account.holds(Role.TRAINER) else None


def _holds(vault: Vault, account: Staff, bearer: Follower | None, told: str, now: datetime) -> bool:
    steps = range(_step(now) - HOLDS, _step(now) + 1)
    return any(
        hmac.compare_digest(_code(vault, account, bearer, step).encode(), told.lower().encode()) for step in steps
    )


def _code(vault: Vault, account: Staff, bearer: Follower | None, step: int) -> str:
    """HMAC-SHA256 of account, its epoch, its present WeChat and a minute, cut to 40 bits."""
    shows = f"{account.id}:{account.epoch}:{bearer.openid if bearer else ''}:{step}"
    digest = hmac.new(vault.key("trainer chats"), shows.encode(), hashlib.sha256).digest()
    number = int.from_bytes(digest[:5], "big")
    return "".join(_LETTERS[number >> 5 * place & 31] for place in reversed(range(LENGTH)))


def _wrong() -> Refused:
    return Refused("绑定码不对，或者过了10分钟。请看老师页面“微信”里现在的码，再发一次“绑定老师”加8位码。")


def _step(moment: datetime) -> int:
    return int(moment.timestamp()) // _STEP
