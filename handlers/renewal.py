"""Takes up what the office added to its knowledge or corrected in it, without a restart, in every process."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from config.settings import CHINA
from handlers.context import House, Knowing
from handlers.house import knowing
from knowledge.corrections import Correction, corrected, named
from knowledge.library import load
from knowledge.lists import QuestionList, Row
from knowledge.official import Official
from knowledge.regions import chain
from knowledge.sections import Section
from knowledge.shelf import Shelf
from records import corrections, edition, extensions, lists, officials

EVERY = 2.0  # seconds between two looks


async def renew(house: House) -> bool:
    """Bring the house to the current edition of its knowledge; True where there was a newer one.

    The new edition is made ready beside the old one, which goes on answering until it is.
    """
    async with house.database.unit() as session:
        house.goes_on = await extensions.ends(session, house.clock().astimezone(CHINA).date())
        newest = await edition.current(session)
        if newest == house.edition:
            return False
        made = [as_known(each) for each in await corrections.in_force(session)]
        own = [QuestionList(title, tuple(map(as_row, rows))) for title, rows in await lists.current(session)]
        texts = [as_official(kept, sections) for kept, sections in await officials.current(session)]
    house.knowing = await asyncio.to_thread(lambda: _ready(Shelf(corrected(load(), made), own), texts, house))
    house.edition = newest
    return True


def _ready(shelf: Shelf, texts: Sequence[Official], house: House) -> Knowing:
    """The new edition, with the clauses that hold where the office is."""
    new = knowing(shelf, texts)
    new.clauses.prepare(chain(house.settings.region))
    return new


def as_known(kept: corrections.Correction) -> Correction:
    """A correction of the records as the knowledge takes it."""
    asked = tuple(kept.asked)
    return named(Correction(kept.id, kept.policy_id, kept.topic, asked, kept.say, kept.then, kept.at))


def as_official(kept: officials.OfficialText, sections: Sequence[officials.OfficialSection]) -> Official:
    """An imported document as the knowledge takes it."""
    parts = tuple(Section(each.at, each.heading, each.text, each.page) for each in sections)
    return Official(kept.title, kept.number, kept.issuer, kept.region, kept.issued, parts)


def as_row(kept: lists.ListRow) -> Row:
    """A row of an imported list as the knowledge takes it."""
    return Row(kept.id, kept.question, kept.answer, tuple(kept.wordings), kept.source, kept.region)
