"""The database: one engine, one transaction a message, the same code on SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

from sqlalchemy import DateTime, MetaData, String, TypeDecorator, event, text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from records import near
from records.errors import RecordsUnavailable
from records.vault import Vault

_GONE = ("database is locked", "unable to open", "disk i/o", "connection", "closed", "terminat", "too many clients")


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
        self.engine = _engine(url)
        # SQLite has one writer. Waiting here, in order, costs less than waiting for its lock by polling.
        self._writer = asyncio.Lock()

    @asynccontextmanager
    async def unit(self) -> AsyncIterator[AsyncSession]:
        """One transaction: committed on leaving, undone on an error; RecordsUnavailable when the database is gone."""
        try:
            if self.embedded:
                async with self._writer, self._session() as session:
                    yield session
            else:
                async with self._session() as session:
                    yield session
        except (OperationalError, InterfaceError, DBAPIError, PoolTimeout, OSError) as error:
            if _is_gone(error):
                raise RecordsUnavailable(str(error)) from error
            raise

    @asynccontextmanager
    async def _session(self) -> AsyncIterator[AsyncSession]:
        async with AsyncSession(self.engine, expire_on_commit=False, info={"vault": self.vault}) as session:
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
        await self.engine.dispose()


def _engine(url: str) -> AsyncEngine:
    if not url.startswith("sqlite"):
        return create_async_engine(url, pool_size=16, max_overflow=16, pool_pre_ping=True)
    memory = ":memory:" in url
    options: dict[str, Any] = {"poolclass": _static_pool()} if memory else {}
    engine = create_async_engine(url, connect_args={"timeout": 5, "async_creator_fn": near.connect}, **options)

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # the driver's own BEGIN would come too late; see below
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Any) -> None:
        # Taking the write lock at once: a transaction that reads first and writes later can fail half-way.
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _static_pool() -> Any:
    from sqlalchemy.pool import StaticPool

    return StaticPool


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
