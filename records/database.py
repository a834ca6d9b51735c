"""The database: one engine, one transaction a message, the same code on SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

from sqlalchemy import DateTime, MetaData, String, TypeDecorator, text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from records import engines
from records.errors import RecordsUnavailable
from records.group_commit import GroupCommit
from records.vault import Vault

_GONE = (
    "database is locked",
    "unable to open",
    "disk i/o",
    "is full",
    "connection",
    "closed",
    "terminat",
    "too many clients",
)


class Base(DeclarativeBase):
    """Base of every table; names of constraints are fixed so that migrations can find them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Moment(TypeDecorator[datetime]):
    """A moment in UTC; a time without a zone is refused on writing and given UTC on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError(f"expected a time with its zone, got {value!r}")
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


class Database:
    """The records of one office; every change happens inside a unit."""

    def __init__(self, url: str, vault: Vault) -> None:
        import_module("records.tables")  # whoever opens the records knows every table that one refers to
        self.url = url
        self.vault = vault
        self.embedded = url.startswith("sqlite")
        self.engine = engines.writing(url)
        self._readers = engines.reading(url, self.engine)
        # SQLite has one writer. Waiting here, in order, costs less than waiting for its lock by polling.
        self._writer = asyncio.Lock()
        self._group = GroupCommit(self.engine, self._writer)

    @asynccontextmanager
    async def unit(self, *, short: bool = False) -> AsyncIterator[AsyncSession]:
        """One transaction: committed on leaving, undone on an error; RecordsUnavailable when the database is gone.

        Short units, of one message each, that wait for SQLite's one writer at the same time share its commit.
        """
        with _told_when_gone():
            if not self.embedded:
                async with self._session(self.engine) as session:
                    yield session
            elif short:
                async with self._group.join() as connection, self._session(connection) as session:
                    yield session
            else:
                async with self._writer, self._session(self.engine) as session:
                    yield session

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """One snapshot to read from, for what takes long: units go on beside it, and a write through it is an error."""
        if self._readers is None:
            async with self.unit() as session:
                yield session
            return
        with _told_when_gone():
            async with self._session(self._readers) as session:
                yield session

    @asynccontextmanager
    async def _session(self, bind: AsyncEngine | AsyncConnection) -> AsyncIterator[AsyncSession]:
        options: dict[str, Any] = {"expire_on_commit": False, "info": {"vault": self.vault}}
        async with AsyncSession(bind, join_transaction_mode="create_savepoint", **options) as session:
            async with session.begin():
                yield session

    async def alone(self, session: AsyncSession, key: str) -> None:
        """Wait until no other unit, in any process, holds this key; held to the end of the unit."""
        if not self.embedded:  # a SQLite unit is alone anyway
            await session.execute(text("select pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": key})

    async def is_ready(self) -> bool:
        """Does the database answer?"""
        try:
            async with self.engine.connect() as connection:
                await connection.execute(text("select 1"))
        except (OperationalError, InterfaceError, DBAPIError, OSError):
            return False
        return True

    async def close(self) -> None:
        """Give back every connection."""
        await self._group.close()
        await self.engine.dispose()
        if self._readers is not None:
            await self._readers.dispose()


@contextmanager
def _told_when_gone() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError, DBAPIError, PoolTimeout, OSError) as error:
        if _is_gone(error):
            raise RecordsUnavailable(str(error)) from error
        raise


def _is_gone(error: Exception) -> bool:
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    words = str(error).lower()
    return isinstance(error, (OSError, PoolTimeout)) or any(word in words for word in _GONE)


class Setting(Base):
    """Something the office's processes share: an access token, a key, a switch."""

    __tablename__ = "settings"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[str] = mapped_column(String(2048))
    until: Mapped[datetime | None] = mapped_column(Moment)
