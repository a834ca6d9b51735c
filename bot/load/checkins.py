"""Check-ins under load: classes for the occasion, their trainees, and what the database holds of them after."""

from __future__ import annotations

import random
import re
import secrets
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.load.driver import Shot
from bot.load.scenarios import place, question, text
from config.settings import CHINA
from records import codes
from records.classes import Factor, TrainingClass
from records.database import Database
from records.enrolments import Enrolment
from records.followers import Follower
from records.institutions import Institution
from records.marks import Mark
from records.people import Person
from records.sessions import Part, Session
from records.vault import Vault

_LATITUDE, _LONGITUDE = 35.77521, 113.27906
_REGION = "140524"
_A_CLASS = 40  # trainees
_A_QUESTION = 10  # trainees to one who asks meanwhile
_BATCH = 2000  # rows a statement
_DONE = re.compile("签到成功|已签到|签过了")


@dataclass(frozen=True)
class Roll:
    """Those who are to check in."""

    run: str
    openids: Sequence[str]
    sittings: Sequence[Session]  # of each class, in the order of its trainees

    def places(self) -> Iterator[Shot]:
        """Everybody's one location message."""
        first = secrets.randbits(52) << 8
        for number, openid in enumerate(self.openids):
            yield place(openid, _LATITUDE, _LONGITUDE, first + number)

    def halls(self, vault: Vault) -> Iterator[Shot]:
        """Full halls at the same time: the code of the moment and the place from everybody, and questions in between.

        In whatever order: bad reception turns the two about as well.
        """
        dice, first = random.Random(), secrets.randbits(52) << 8
        turns = [*((number, kind) for number in range(len(self.openids)) for kind in ("code", "place"))]
        turns += [(number, "question") for number in range(0, len(self.openids), _A_QUESTION)]
        dice.shuffle(turns)
        for message, (number, kind) in enumerate(turns, first):
            openid, sitting = self.openids[number], self.sittings[number // _A_CLASS]
            match kind:
                case "code":
                    yield text(openid, codes.code(vault, sitting, datetime.now(UTC)), message)
                case "place":
                    yield place(openid, _LATITUDE, _LONGITUDE, message)
                case _:
                    yield text(f"oLoad{self.run}asks{number:05d}", question(dice), message)


async def prepare(database: Database, workers: int, *factors: Factor) -> Roll:
    """Put classes in session and their trainees into a database that is there to be measured."""
    run, now = secrets.token_hex(4), datetime.now(UTC)
    openids = [f"oLoad{run}{number:07d}" for number in range(workers)]
    async with database.unit() as session:
        people = await _add(session, Person, [_person(run, number, now) for number in range(workers)])
        follows = [
            {"openid": openid, "person_id": person, "region": _REGION, "talk": {}, "first_seen": now, "last_seen": now}
            for openid, person in zip(openids, people, strict=True)
        ]
        await _add(session, Follower, follows, key="openid")
        classes, sittings = await _in_session(session, run, -(-workers // _A_CLASS), now, factors)
        seats = [
            {"class_id": classes[number // _A_CLASS], "person_id": person, "enrolled_at": now}
            for number, person in enumerate(people)
        ]
        await _add(session, Enrolment, seats)
    return Roll(run, openids, sittings)


async def stored(database: Database, roll: Roll) -> Counter[str]:
    """How many check-ins the database holds of each openid."""
    found = (
        select(Follower.openid)
        .join(Enrolment, Enrolment.person_id == Follower.person_id)
        .join(Mark, Mark.enrolment_id == Enrolment.id)
        .where(Follower.openid.startswith(f"oLoad{roll.run}"))
    )
    async with database.unit() as session:
        return Counter(await session.scalars(found))


def told_done(told: Sequence[tuple[Shot, str]]) -> set[str]:
    """The openids that were told that they are checked in."""
    return {shot.openid for shot, said in told if _DONE.search(said)}


def _person(run: str, number: int, now: datetime) -> dict[str, Any]:
    return {
        "name_sealed": "",
        "name_masked": "压*",
        "id_sealed": "",
        "id_index": f"load-{run}-{number}",
        "id_masked": "",
        "region": _REGION,
        "town": "",
        "born": date(1990, 1, 1),
        "source": "registry",
        "created_at": now,
    }


async def _in_session(
    session: AsyncSession, run: str, count: int, now: datetime, factors: Sequence[Factor]
) -> tuple[Sequence[int], Sequence[Session]]:
    """Classes with a sitting that is open now and for hours to come."""
    institution = Institution(name=f"压力测试 {run}", region=_REGION, address="无", occupations=["焊工"])
    session.add(institution)
    await session.flush()
    told = {
        "institution_id": institution.id,
        "occupation": "焊工",
        "region": _REGION,
        "venue": "无",
        "latitude": _LATITUDE,
        "longitude": _LONGITUDE,
        "factors": list(factors),
        "starts": now.astimezone(CHINA).date(),
        "days": 1,
    }
    ids = await _add(session, TrainingClass, [told | {"name": f"压测{number}班"} for number in range(count)])
    sitting = {"day": told["starts"], "part": Part.MORNING, "starts_at": now, "ends_at": now + timedelta(hours=6)}
    sittings = [Session(class_id=id, **sitting) for id in ids]
    session.add_all(sittings)
    await session.flush()
    return ids, sittings


async def _add(session: AsyncSession, table: Any, rows: Sequence[dict[str, Any]], key: str = "id") -> Sequence[Any]:
    """Insert rows in batches; gives their keys in order."""
    keys: list[Any] = []
    returning = insert(table).returning(getattr(table, key), sort_by_parameter_order=True)
    for start in range(0, len(rows), _BATCH):
        keys += await session.scalars(returning, rows[start : start + _BATCH])
    return keys
