"""Engines: how SQLite and PostgreSQL are opened, for units that change something and for snapshots that only read."""

from __future__ import annotations

from typing import Any

from sqlalchemy import StaticPool, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from records import near


def writing(url: str) -> AsyncEngine:
    """The engine of every unit; on SQLite each begins by taking the write lock."""
    if not url.startswith("sqlite"):
        return create_async_engine(url, pool_size=16, max_overflow=16, pool_pre_ping=True)
    memory = ":memory:" in url
    options: dict[str, Any] = {"poolclass": StaticPool} if memory else {}
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


def reading(url: str, engine: AsyncEngine) -> AsyncEngine | None:
    """Connections that only read; None for records in memory, which have one connection for all."""
    if not url.startswith("sqlite"):
        return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    if ":memory:" in url:
        return None
    # Each statement on the connection's own thread: unlike the short ones of a unit, these would stop the loop.
    readers = create_async_engine(url, connect_args={"timeout": 5})

    @event.listens_for(readers.sync_engine, "connect")
    def prepare(connection: Any, record: Any) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA query_only=ON")

    @event.listens_for(readers.sync_engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN")

    return readers
