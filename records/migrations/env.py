"""Alembic's surroundings: runs the revisions on the connection it is handed, or on the settings' own database."""

from __future__ import annotations

import asyncio
from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection

from config.settings import settings
from records import migrate
from records.database import Moment
from records.tables import METADATA


def render(kind: str, item: Any, _: Any) -> str | Literal[False]:
    """A revision must read the same in ten years, so it names SQLAlchemy's types and none of ours."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Moment) else False


def run(connection: Connection) -> None:
    """Run the revisions in the transaction that is open."""
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        render_item=render,
        render_as_batch=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


async def run_alone() -> None:
    """Run for the alembic command, which hands over no connection."""
    async with migrate.connected(settings().database_url) as connection:
        await connection.run_sync(run)


handed = context.config.attributes.get("connection")
if handed is not None:
    run(handed)
else:
    asyncio.run(run_alone())
