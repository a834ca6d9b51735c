"""Failed log-ins: counted by account and by address, so that passwords cannot be tried out."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, String, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from records.database import Base, Moment
from records.errors import Refused

WINDOW = timedelta(minutes=15)
MOST_PER_ACCOUNT_AND_ADDRESS = 5
MOST_PER_ADDRESS = 100  # an office may sit behind one address
MOST_PER_ACCOUNT = 30  # higher than from one address, so that a stranger cannot lock somebody out at once


class FailedLogin(Base):
    """One failed attempt."""

    __tablename__ = "failed_logins"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(40), index=True)
    address: Mapped[str] = mapped_column(String(64), index=True)
    at: Mapped[datetime] = mapped_column(Moment, index=True)


async def attempt(session: AsyncSession, login: str, address: str, now: datetime) -> None:
    """Count an attempt as failed until it succeeds; Refused when too many failed within a quarter of an hour.

    Counting comes before the password is looked at, and the caller lets one attempt in at a time (Database.alone):
    otherwise those made at the same moment would all slip through.
    """
    mine, here = FailedLogin.login == _key(login), FailedLogin.address == address
    if (
        await _failed(session, now, mine, here) >= MOST_PER_ACCOUNT_AND_ADDRESS
        or await _failed(session, now, here) >= MOST_PER_ADDRESS
        or await _failed(session, now, mine) >= MOST_PER_ACCOUNT
    ):
        raise Refused("试的次数太多了，请15分钟后再登录。忘了密码请找管理员重设。")
    await session.execute(delete(FailedLogin).where(FailedLogin.at < now - WINDOW))
    session.add(FailedLogin(login=_key(login), address=address, at=now))


async def succeeded(session: AsyncSession, login: str, address: str) -> None:
    """Forget the failures of this account from this address."""
    await session.execute(delete(FailedLogin).where(FailedLogin.login == _key(login), FailedLogin.address == address))


def _key(login: str) -> str:
    return login.strip().lower()[:40]


async def _failed(session: AsyncSession, now: datetime, *which: ColumnElement[bool]) -> int:
    recent = select(func.count()).select_from(FailedLogin).where(FailedLogin.at > now - WINDOW, *which)
    return (await session.execute(recent)).scalar_one()
