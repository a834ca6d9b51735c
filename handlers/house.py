"""Opens the house: everything that is wired together, in one place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from config.settings import Settings
from handlers.choosing import Chooser
from handlers.clauses import Clauses
from handlers.context import House, Knowing
from intents.segment import cut
from intents.understanding import Understanding
from knowledge.lists import QuestionList
from knowledge.official import Official
from knowledge.shelf import Shelf
from records.database import Database
from records.vault import Vault, secret_beside

_HAN = re.compile("[\u4e00-\u9fff]{2,6}")


def open_house(
    settings: Settings,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    lists: Sequence[QuestionList] = (),
    officials: Sequence[Official] = (),
) -> House:
    """Read the knowledge, with question lists and documents that are given, and connect the records; nothing is written."""
    vault = Vault(settings.secret_key.get_secret_value() or secret_beside(Path.cwd()))
    database = Database(settings.database_url, vault)
    return House(settings, database, knowing(Shelf(lists=lists), officials), clock)


def knowing(shelf: Shelf, officials: Sequence[Official] = ()) -> Knowing:
    """Make what is on the shelf, and the texts of official documents, ready for questions; takes about a second."""
    places = shelf.regions.by_name
    understanding = Understanding(shelf.questions(), shelf.texts(), shelf.names(), subject_words(shelf), places)
    return Knowing(shelf, understanding, Chooser(shelf, understanding), Clauses(officials, understanding))


def subject_words(shelf: Shelf) -> list[str]:
    """The subject's own words: those that the wordings of the policies use more than once.

    Other subjects, and an office's own lists, lend none: what is misheard is taken for a word of this subject.
    """
    mine = {answer.topic for policy in shelf.policies for answer in policy.answers}
    asked = (wording for topic, wording in shelf.questions() if topic in mine)
    counts = Counter(word for wording in asked for word in set(cut(wording)))
    return [word for word, count in counts.items() if count > 1 and _HAN.fullmatch(word)]
