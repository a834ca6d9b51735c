"""Opens the house: everything that is wired together, in one place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from config.settings import Settings
from handlers.choosing import Chooser
from handlers.context import House, Knowing
from intents.segment import cut
from intents.understanding import Understanding
from knowledge.shelf import Shelf
from records.database import Database
from records.vault import Vault, secret_beside

_HAN = re.compile("[\u4e00-\u9fff]{2,6}")


def open_house(settings: Settings, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> House:
    """Read the knowledge and connect the records; nothing is written yet."""
    vault = Vault(settings.secret_key.get_secret_value() or secret_beside(Path.cwd()))
    database = Database(settings.database_url, vault)
    return House(settings, database, knowing(Shelf()), clock)


def knowing(shelf: Shelf) -> Knowing:
    """Make what is on the shelf ready for questions; takes about a second."""
    understanding = Understanding(shelf.questions(), shelf.texts(), shelf.names(), subject_words(shelf))
    return Knowing(shelf, understanding, Chooser(shelf, understanding))


def subject_words(shelf: Shelf) -> list[str]:
    """The subject's own words: those that the wordings use more than once."""
    counts = Counter(word for _, wording in shelf.questions() for word in set(cut(wording, guess=True)))
    return [word for word, count in counts.items() if count > 1 and _HAN.fullmatch(word)]
