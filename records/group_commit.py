"""Group commit: units that wait for the one writer at the same time become durable by one write to the disk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

_MOST = 16  # units in one transaction: the first is not told that it is done before the last is


@dataclass
class _Group:
    """One transaction and what it still owes to those who share it: that it is on the disk."""

    connection: AsyncConnection
    size: int = 0
    durable: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class GroupCommit:
    """The transaction that short units share: each runs alone and is undone alone, all are committed together."""

    def __init__(self, engine: AsyncEngine, writer: asyncio.Lock) -> None:
        self._engine = engine
        self._writer = writer  # held from the first unit of a group to its commit
        self._turn = asyncio.Lock()
        self._open: _Group | None = None
        self._ending: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def join(self) -> AsyncIterator[AsyncConnection]:
        """A connection inside the group's transaction, to be used under a savepoint; leaving it waits for the commit."""
        async with self._turn:
            group = self._open or await self._begin()
            yield group.connection
            group.size += 1
            if group.size == _MOST:
                await self._end(group)
        await asyncio.shield(group.durable)

    async def close(self) -> None:
        """Commit what is open."""
        await asyncio.gather(*self._ending)

    async def _begin(self) -> _Group:
        await self._writer.acquire()
        try:
            connection = await self._engine.connect()
            await connection.begin()
        except BaseException:
            self._writer.release()
            raise
        self._open = group = _Group(connection)
        # It stands in line behind those who wait already: they come along, whoever comes later takes the next one.
        task = asyncio.create_task(self._end_in_turn(group))
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)
        return group

    async def _end_in_turn(self, group: _Group) -> None:
        async with self._turn:
            if self._open is group:
                await self._end(group)

    async def _end(self, group: _Group) -> None:
        failure: BaseException | None = None
        try:
            await group.connection.commit()
        except BaseException as error:
            failure = error
        try:
            if failure is not None:
                await group.connection.invalidate()  # closed with its transaction still open, which undoes it
            await group.connection.close()
        finally:  # whatever becomes of the connection: nobody may wait for ever, for the writer or for the word
            self._open = None
            self._writer.release()
            if failure is None:
                group.durable.set_result(None)
            else:
                group.durable.set_exception(failure)
                group.durable.exception()  # looked at, also where every unit of the group was undone before
