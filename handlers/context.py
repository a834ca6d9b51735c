"""What a skill may know and use while it answers: the house, the worker, the talk, the day."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA, Settings
from handlers.choosing import Chooser
from handlers.clauses import Clauses
from handlers.message import Citation, Message, Outcome, Reply
from handlers.talk import Pending, Talk
from intents.understanding import Meaning, Understanding
from knowledge.shelf import Shelf
from records.database import Database
from records.followers import Follower
from records.people import Person


@dataclass(frozen=True)
class Knowing:
    """One edition of the knowledge, ready for questions."""

    shelf: Shelf  # what policies say
    understanding: Understanding  # what a worker means
    chooser: Chooser  # which topic a question is about
    clauses: Clauses  # what imported documents say, word for word


@dataclass
class House:
    """Everything that is wired together once and lives as long as the process; only the knowledge is ever renewed."""

    settings: Settings
    database: Database
    knowing: Knowing
    clock: Callable[[], datetime]  # now, with its zone
    edition: int = 0  # of the knowledge; 0 is what is shipped
    goes_on: Mapping[str, date] = field(default_factory=dict)  # documents past their period, and until when by decision

    @property
    def shelf(self) -> Shelf:
        """What policies say."""
        return self.knowing.shelf

    @property
    def understanding(self) -> Understanding:
        """What a worker means."""
        return self.knowing.understanding

    @property
    def chooser(self) -> Chooser:
        """Which topic a question is about."""
        return self.knowing.chooser

    @property
    def clauses(self) -> Clauses:
        """What imported documents say, word for word."""
        return self.knowing.clauses


@dataclass
class Context:
    """One message's surroundings; a skill gets the time and the records from here and nowhere else."""

    house: House
    session: AsyncSession
    now: datetime
    follower: Follower
    person: Person | None
    talk: Talk

    @classmethod
    def apart(cls, house: House, region: str) -> Context:
        """Surroundings of a question that is asked outside any talk and touches no records."""
        nobody = Follower(openid="", region=region, talk={})
        return cls(house, None, house.clock(), nobody, None, Talk(region=region))  # type: ignore[arg-type]

    @property
    def today(self) -> date:
        """The day in China."""
        return self.now.astimezone(CHINA).date()

    @property
    def region(self) -> str | None:
        """Whose rules apply: the place of this talk, else of the profile; None where nobody said."""
        return self.talk.region or self.follower.region or (self.person.region if self.person else None)

    def wait_for(self, skill: str, step: str, **data: object) -> None:
        """Put a question: the next message is first offered to this step of this skill."""
        self.talk.pending = Pending(skill, step, dict(data))


Handler = Callable[[Message, Meaning, Context], Awaitable[Reply]]
Resumer = Callable[[Message, Meaning, Context], Awaitable[Reply | None]]


@dataclass(frozen=True)
class Skill:
    """One thing the service can do: the intents that call it, and the steps that wait for an answer."""

    name: str
    intents: dict[str, Handler]
    steps: dict[str, Resumer] = field(default_factory=dict)


def done(text: str, intent: str) -> Reply:
    """Something happened."""
    return Reply(text, Outcome.DONE, intent)


def ask(text: str, intent: str) -> Reply:
    """Something is needed first."""
    return Reply(text, Outcome.ASK, intent)


def say(text: str, intent: str, *citations: Citation) -> Reply:
    """An answer."""
    return Reply(text, Outcome.ANSWER, intent, citations)


def refuse(text: str, intent: str) -> Reply:
    """It may not be."""
    return Reply(text, Outcome.REFUSED, intent)
