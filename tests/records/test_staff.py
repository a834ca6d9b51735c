"""Accounts: passwords, one-time codes, and attempts that are counted."""

from __future__ import annotations

import asyncio

import pyotp
import pytest

from records import audit, logins, staff
from records.database import Database
from records.errors import Refused
from records.staff import Role
from tests.conftest import Clock
from tests.office import LINGCHUAN, PASSWORD, an_account


async def test_a_password_is_kept_as_a_hash_and_known_again(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        account = await an_account(session, "Zhang", Role.CLERK, now=clock())
    assert PASSWORD not in account.password_hash
    assert account.login == "zhang"
    assert staff.is_password(account, PASSWORD)
    assert not staff.is_password(account, PASSWORD + " ")
    assert not staff.is_password(None, "nobody")


async def test_a_closed_account_has_no_password_that_fits(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        account = await an_account(session, "zhang", Role.CLERK, now=clock())
        await staff.close(session, account, clock(), "staff:9")
    assert not staff.is_password(account, PASSWORD)


@pytest.mark.parametrize(
    "name, login, password, roles, said",
    [
        ("王", "wang", "short", {Role.CLERK}, "密码至少10位，您填了5位"),
        ("张", "ZHANG ", PASSWORD, {Role.CLERK}, "“zhang”已有人用"),
        ("张", "li", PASSWORD, set(), "至少要给一个角色"),
        (" ", "li", PASSWORD, {Role.CLERK}, "姓名和登录名都要填"),
    ],
)
async def test_an_account_is_refused_with_a_sentence(
    either: Database, clock: Clock, name: str, login: str, password: str, roles: set[Role], said: str
) -> None:
    async with either.unit() as session:
        await an_account(session, "zhang", Role.CLERK, now=clock())
        with pytest.raises(Refused, match=said):
            await staff.add(session, name, login, password, roles, LINGCHUAN, clock(), by="test")


async def test_a_one_time_code_serves_once(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        account = await an_account(session, "zhang", Role.CLERK, now=clock())
        secret = staff.new_secret()
        await staff.set_totp(session, account, secret, clock(), "test")
        totp = pyotp.parse_uri(staff.totp_address(account, secret))
        assert isinstance(totp, pyotp.TOTP)
        code = totp.at(clock())
        assert totp.secret not in str(account.totp_sealed)
        assert not staff.take_code(session, account, "000000" if code != "000000" else "111111", clock())
        assert staff.take_code(session, account, code, clock())
        assert not staff.take_code(session, account, code, clock())
        clock.move(seconds=30)
        assert staff.take_code(session, account, totp.at(clock()), clock())


async def test_the_sixth_wrong_attempt_is_not_looked_at(either: Database, clock: Clock) -> None:
    async def attempt(login: str, address: str) -> bool:
        try:
            async with either.unit() as session:
                await logins.attempt(session, login, address, clock())
        except Refused:
            return False
        return True

    assert [await attempt("zhang", "10.0.0.1") for _ in range(6)] == [True] * 5 + [False]
    assert await attempt("zhang", "10.0.0.2")
    assert await attempt("li", "10.0.0.1")
    clock.move(minutes=16)
    assert await attempt("zhang", "10.0.0.1")


async def test_a_success_clears_the_count(either: Database, clock: Clock) -> None:
    for _ in range(8):
        async with either.unit() as session:
            await logins.attempt(session, "zhang", "10.0.0.1", clock())
            await logins.succeeded(session, "zhang", "10.0.0.1")


async def test_a_new_password_ends_sessions_and_is_audited(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        account = await an_account(session, "zhang", Role.CLERK, now=clock())
        epoch = account.epoch
        await staff.set_password(session, account, "another long password", clock(), "staff:7")
        assert account.epoch > epoch
        acts = [(entry.event, entry.actor) for entry in await audit.history(session, account.actor)]
    assert acts == [("staff:account:add", "test"), ("staff:password:set", "staff:7")]


async def test_many_attempts_at_once_cannot_all_slip_through(either: Database, clock: Clock) -> None:
    async def attempt() -> bool:
        try:
            async with either.unit() as session:
                await either.alone(session, "login")
                await logins.attempt(session, "zhang", "10.0.0.1", clock())
        except Refused:
            return False
        return True

    let_through = sum(await asyncio.gather(*(attempt() for _ in range(12))))
    assert let_through == 5
