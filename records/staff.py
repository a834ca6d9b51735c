"""Staff accounts: who may sign in to the console, with which roles, for which region."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from functools import lru_cache

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import JSON, ForeignKey, String, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from records import audit
from records.audit import Event
from records.database import Base, Moment
from records.errors import Refused

SHORTEST_PASSWORD = 10
_STEP = 30  # seconds that a one-time code holds (RFC 6238)
_HASHER = PasswordHasher()


class Role(StrEnum):
    """What an account may do; an account holds any of them."""

    CLERK = "clerk"
    REVIEWER = "reviewer"
    APPROVER = "approver"
    PUBLISHER = "publisher"
    AUDITOR = "auditor"
    ADMIN = "admin"
    TRAINER = "trainer"


ROLE_NAMES = {
    Role.CLERK: "经办",
    Role.REVIEWER: "审核",
    Role.APPROVER: "批准",
    Role.PUBLISHER: "发布",
    Role.AUDITOR: "审计",
    Role.ADMIN: "管理员",
    Role.TRAINER: "培训教师",
}


class Staff(Base):
    """One member of staff; never deleted, since the audit log names it."""

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    login: Mapped[str] = mapped_column(String(40), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    totp_sealed: Mapped[str | None] = mapped_column(String(200))
    totp_used: Mapped[int] = mapped_column(default=0)  # time step of the last code taken: a code serves once
    roles: Mapped[list[str]] = mapped_column(JSON)
    region: Mapped[str] = mapped_column(String(6))  # GB/T 2260; the account acts for this place and below
    institution_id: Mapped[int | None] = mapped_column(ForeignKey("institutions.id"))  # whose trainer it is
    active: Mapped[bool] = mapped_column(default=True)
    epoch: Mapped[int] = mapped_column(default=1)  # raised to end every open session of the account
    created_at: Mapped[datetime] = mapped_column(Moment)

    @property
    def actor(self) -> str:
        """How the audit log names this account."""
        return f"staff:{self.id}"

    def holds(self, *roles: Role) -> bool:
        """Does the account hold one of these roles? An admin holds them all."""
        return bool({Role.ADMIN, *roles} & set(self.roles))


async def add(
    session: AsyncSession,
    name: str,
    login: str,
    password: str,
    roles: set[Role],
    region: str,
    now: datetime,
    by: str,
    institution_id: int | None = None,
) -> Staff:
    """Open an account; Refused when the login is taken, the password short or no role is given."""
    login = login.strip().lower()
    if not name.strip() or not login:
        raise Refused("姓名和登录名都要填。")
    _hold_roles(roles, institution_id)
    if await by_login(session, login):
        raise Refused(f"登录名“{login}”已有人用，请换一个。")
    secret = hashed(password)
    account = Staff(
        name=name.strip(),
        login=login,
        password_hash=secret,
        roles=sorted(roles),
        region=region,
        institution_id=institution_id,
        created_at=now,
    )
    session.add(account)
    await session.flush()
    thing = account.actor
    await audit.append(session, Event.STAFF_ACCOUNT_ADD, by, thing, now, login=login, roles=account.roles)
    return account


async def get(session: AsyncSession, staff_id: int) -> Staff | None:
    """The account with this key."""
    return await session.get(Staff, staff_id)


async def by_login(session: AsyncSession, login: str) -> Staff | None:
    """The account with this login name; case does not matter."""
    return (await session.scalars(select(Staff).where(Staff.login == login.strip().lower()))).one_or_none()


async def everyone(session: AsyncSession) -> list[Staff]:
    """Every account, closed ones too, in the order they were opened."""
    return list(await session.scalars(select(Staff).order_by(Staff.id)))


async def names(session: AsyncSession) -> dict[int, str]:
    """The name behind every account key."""
    return {account.id: account.name for account in await everyone(session)}


async def set_password(session: AsyncSession, account: Staff, password: str, now: datetime, by: str) -> None:
    """Change the password and end the account's open sessions."""
    account.password_hash = hashed(password)
    account.epoch += 1
    await audit.append(session, Event.STAFF_PASSWORD_SET, by, account.actor, now)


async def set_totp(session: AsyncSession, account: Staff, secret: str | None, now: datetime, by: str) -> None:
    """Ask for one-time codes of a secret from now on, or with None no more; the account's open sessions end."""
    account.totp_sealed = session.info["vault"].seal(secret) if secret else None
    account.totp_used = 0
    account.epoch += 1
    await audit.append(session, Event.STAFF_TOTP_SET, by, account.actor, now, on=secret is not None)


def new_secret() -> str:
    """A secret for one-time codes, in base32."""
    return pyotp.random_base32()


def totp_address(account: Staff, secret: str) -> str:
    """The otpauth address that a phone's code app scans."""
    return pyotp.TOTP(secret).provisioning_uri(name=account.login, issuer_name="技能通")


def is_code_of(secret: str, code: str, now: datetime) -> bool:
    """Does a code show that a phone holds this secret?"""
    return pyotp.TOTP(secret).verify(code.strip(), for_time=now, valid_window=1)


async def change(
    session: AsyncSession,
    account: Staff,
    name: str,
    roles: set[Role],
    region: str,
    institution_id: int | None,
    now: datetime,
    by: str,
) -> None:
    """Give an account other roles, another place or institution; Refused where nobody would be left to keep accounts."""
    if not name.strip():
        raise Refused("姓名要填。")
    _hold_roles(roles, institution_id)
    if Role.ADMIN not in roles:
        await _hold_another_admin(session, account)
    before = _rights(account)
    account.name, account.roles, account.region = name.strip(), sorted(roles), region
    account.institution_id = institution_id
    account.epoch += 1  # a page that is open must not act with the rights of before
    details = {"before": before, "after": _rights(account)}
    await audit.append(session, Event.STAFF_ACCOUNT_CHANGE, by, account.actor, now, **details)


async def close(session: AsyncSession, account: Staff, now: datetime, by: str) -> None:
    """Shut an account; its history stays. Refused for one's own and for the last that keeps accounts."""
    if by == account.actor:
        raise Refused("不能停用自己正在用的账号，请另一位管理员来停。")
    await _hold_another_admin(session, account)
    account.active = False
    account.epoch += 1
    await audit.append(session, Event.STAFF_ACCOUNT_CLOSE, by, account.actor, now)


async def reopen(session: AsyncSession, account: Staff, now: datetime, by: str) -> None:
    """Open an account again that was shut."""
    account.active = True
    await audit.append(session, Event.STAFF_ACCOUNT_REOPEN, by, account.actor, now)


def _hold_roles(roles: set[Role], institution_id: int | None) -> None:
    if not roles:
        raise Refused("至少要给一个角色。")
    if institution_id is not None and roles != {Role.TRAINER}:
        raise Refused("挂在培训机构的账号只能是“培训教师”，不能同时有单位里的角色。")


def _rights(account: Staff) -> dict[str, object]:
    return {"roles": account.roles, "region": account.region, "institution": account.institution_id}


async def _hold_another_admin(session: AsyncSession, account: Staff) -> None:
    """Two admins may shut each other out at once: the rows are held, so that the second sees what the first did."""
    if Role.ADMIN not in account.roles:
        return
    every = select(Staff).where(Staff.active).order_by(Staff.id)
    kept = await session.scalars(every.with_for_update().execution_options(populate_existing=True))
    if not any(Role.ADMIN in each.roles for each in kept.all() if each.id != account.id):
        raise Refused("这是最后一个管理员账号，不能停用或去掉管理员角色。请先让另一位做管理员。")


def hashed(password: str) -> str:
    """The argon2id hash of a password; Refused for one that is too short."""
    if len(password) < SHORTEST_PASSWORD:
        raise Refused(f"密码至少{SHORTEST_PASSWORD}位，您填了{len(password)}位。")
    return _HASHER.hash(password)


def is_password(account: Staff | None, password: str) -> bool:
    """Is this the password? As slow for an account that does not exist; run it in a thread."""
    try:
        _HASHER.verify(account.password_hash if account else _nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
    return account is not None and account.active


def take_code(session: AsyncSession, account: Staff, code: str, now: datetime) -> bool:
    """Accept a one-time code of this or a neighbouring half minute, each once; True where none is asked for."""
    if account.totp_sealed is None:
        return True
    totp = pyotp.TOTP(session.info["vault"].open(account.totp_sealed))
    step = int(now.timestamp()) // _STEP
    for candidate in (step - 1, step, step + 1):
        if candidate > account.totp_used and pyotp.utils.strings_equal(totp.generate_otp(candidate), code.strip()):
            account.totp_used = candidate
            return True
    return False


@lru_cache(maxsize=1)
def _nobody() -> str:
    """Checked when there is no such account, so that both cost the same time; made when first needed, as it is slow."""
    return _HASHER.hash("nobody")
