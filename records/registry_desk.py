"""The desk of the registry's runs: a sheet is tried, taken in once, and taken up again where it stopped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from records import absences, audit, filing, registry
from records.audience import place
from records.audit import Event
from records.errors import Refused
from records.files import StoredFile
from records.registry_runs import RegistryRun, RunState
from records.staff import Role, Staff

IMPORTERS = (Role.CLERK, Role.ADMIN)
_GOING = (RunState.WAITING, RunState.RUNNING)


async def start(
    session: AsyncSession,
    name: str,
    content: bytes,
    region: str,
    account: Staff | None,
    now: datetime,
    *,
    is_trial: bool,
) -> RegistryRun:
    """A run over a sheet that was handed in; the same sheet twice is one run as long as that goes on."""
    kept = await filing.keep_sealed(session, name, content, _actor(account), now)
    return await _start(session, kept.id, region, account, now, is_trial=is_trial)


async def take_in(session: AsyncSession, trial: RegistryRun, account: Staff, now: datetime) -> RegistryRun:
    """The run that takes in what was tried; one a trial. Refused until the trial is done."""
    await session.refresh(trial, with_for_update=True)  # a double click waits here and then finds the first's run
    if not trial.is_trial or trial.state != RunState.DONE:
        raise Refused("先试读完，再导入。")
    if trial.added + trial.changed + trial.matched + trial.same == 0:
        raise Refused("这份表没有一行能导入，请照问题清单改好再传。")
    later = select(RegistryRun).where(
        RegistryRun.file_id == trial.file_id,
        RegistryRun.region == trial.region,
        RegistryRun.id > trial.id,
        RegistryRun.is_trial.is_(False),
        RegistryRun.state != RunState.FAILED,
    )
    there = (await session.scalars(later.order_by(RegistryRun.id).limit(1))).one_or_none()
    return there or await _start(session, trial.file_id, trial.region, account, now, is_trial=False)


async def next_run(session: AsyncSession, run_id: int | None = None) -> RegistryRun | None:
    """The oldest run that is not finished, or this one if it is not."""
    going = select(RegistryRun).where(RegistryRun.state.in_(_GOING))
    if run_id is not None:
        going = going.where(RegistryRun.id == run_id)
    return (await session.scalars(going.order_by(RegistryRun.id).limit(1))).one_or_none()


async def sheet_of(session: AsyncSession, run: RegistryRun) -> tuple[str, bytes]:
    """Name and content of a run's sheet."""
    kept = await session.get_one(StoredFile, run.file_id)
    return kept.name, await filing.unsealed(session, kept)


async def begin(session: AsyncSession, run: RegistryRun, total: int) -> None:
    """The rows are counted, the run begins."""
    await session.refresh(run, with_for_update=True)
    if run.state == RunState.WAITING:
        run.state, run.total = RunState.RUNNING, total


async def finish(session: AsyncSession, run: RegistryRun, now: datetime) -> None:
    """All rows are done; who stood on an earlier sheet and not on this one is written down for the office."""
    if not run.is_trial and run.state in _GOING:
        await absences.find(session, run)
    await _end(session, run, RunState.DONE, now)


async def fail(session: AsyncSession, run: RegistryRun, why: str, now: datetime) -> None:
    """The sheet cannot be read on; what was taken in stays."""
    run.why = why[:300]
    await _end(session, run, RunState.FAILED, now)


async def run_for(session: AsyncSession, run_id: int, account: Staff) -> RegistryRun:
    """The run with this key; Refused for one of another place."""
    mine = select(RegistryRun).where(RegistryRun.id == run_id, RegistryRun.region.startswith(place(account.region)))
    if (run := (await session.scalars(mine)).one_or_none()) is None:
        raise Refused("没有这次导入，或者它不是您这个地方的。")
    return run


async def recent(session: AsyncSession, account: Staff, most: int = 30) -> Sequence[tuple[RegistryRun, str]]:
    """The runs of an account's place with the names of their sheets, the latest first."""
    rows = await session.execute(
        select(RegistryRun, StoredFile.name)
        .join(StoredFile, StoredFile.id == RegistryRun.file_id)
        .where(RegistryRun.region.startswith(place(account.region)))
        .order_by(RegistryRun.id.desc())
        .limit(most)
    )
    return [(run, name) for run, name in rows]


async def _start(
    session: AsyncSession, file_id: int, region: str, account: Staff | None, now: datetime, *, is_trial: bool
) -> RegistryRun:
    same = (RegistryRun.file_id == file_id, RegistryRun.region == region, RegistryRun.is_trial.is_(is_trial))
    going = select(RegistryRun).where(*same, RegistryRun.state.in_(_GOING))
    if there := (await session.scalars(going.limit(1))).one_or_none():
        return there
    by = account.id if account else None
    run = RegistryRun(file_id=file_id, region=region, is_trial=is_trial, started_by=by, started_at=now)
    session.add(run)
    await session.flush()
    await session.refresh(run)  # with its defaults
    await audit.append(
        session, Event.REGISTRY_SHEET_START, _actor(account), thing(run), now, region=region, trial=is_trial
    )
    return run


async def _end(session: AsyncSession, run: RegistryRun, state: RunState, now: datetime) -> None:
    if run.state not in _GOING:
        return
    run.state, run.ended_at = state, now
    counts = {"added": run.added, "changed": run.changed, "matched": run.matched, "same": run.same, "rows": run.done}
    await audit.append(session, Event.REGISTRY_SHEET_END, registry.actor(run), thing(run), now, state=state, **counts)


def thing(run: RegistryRun) -> str:
    """How the audit log names a run."""
    return f"registry:{run.id}"


def _actor(account: Staff | None) -> str:
    return account.actor if account else "command line"
