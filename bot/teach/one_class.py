"""What every page of one class needs: the class for this account, and its trainees by name."""

from __future__ import annotations

from collections.abc import Iterable

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.web.desk import HOUSE, key_of
from bot.web.guards import need
from records.classes import TrainingClass
from records.people import Person
from records.sessions import Session
from records.staff import Role
from records.trainers import class_for, session_for, teaches


async def class_of(request: web.Request, session: AsyncSession) -> TrainingClass:
    """The class whose number is in the address; Refused for who has nothing to do with it."""
    return await class_for(session, key_of(request), need(request, Role.TRAINER, to="管理班级"))


async def sitting_of(request: web.Request, session: AsyncSession) -> tuple[TrainingClass, Session]:
    """The session whose number is in the address, with its class."""
    return await session_for(session, key_of(request), need(request, Role.TRAINER, to="管理班级"))


def names(request: web.Request, training_class: TrainingClass, persons: Iterable[Person]) -> dict[int, str]:
    """Names by person: in full for the class's own trainer, who calls the roll by them; masked for everybody else."""
    vault = request.app[HOUSE].database.vault
    if not teaches(training_class, need(request, Role.TRAINER)):
        return {person.id: person.name_masked for person in persons}
    return {person.id: vault.open(person.name_sealed) for person in persons}
