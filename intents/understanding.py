"""What a worker means: the text made plain, what it names and counts, which skill it calls, which topic is near."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import chain

from intents import entities, templates
from intents.entities import Gazetteer, Mention
from intents.normalise import Normaliser
from intents.quantities import Situation
from intents.retrieve import Index, Text
from intents.segment import cut
from intents.spelling import Speller

QUESTION = "ask"
_OWN_PLACE = re.compile(
    r"(?:[我俺咱]们?)?(?:家|老家)?(?:就?是|在|住在?|来自|户口在)?(?P<place>[^0-9a-zA-Z]{2,10}?)"
    r"(?:这边|这里|这儿|那边)?(?:户口|人)?的?[呢呀啊吧]?"
)


@dataclass(frozen=True)
class Meaning:
    """A message as it was understood."""

    said: str  # as it came
    cleaned: str  # one spelling: half-width, simplified, digits
    text: str  # what is compared: standard words, no fillers, misheard words put right
    intent: str = QUESTION  # the skill it calls
    mentions: tuple[Mention, ...] = ()
    facts: Mapping[str, object] = field(default_factory=dict)  # the situation it tells of
    clauses: str = ""

    @cached_property
    def entities(self) -> dict[str, tuple[str, ...]]:
        """Slot to the values named, in order."""
        return entities.by_slot(self.mentions)

    @cached_property
    def compared(self) -> Text:
        """The text as the index reads it."""
        return Text(entities.without_places(self.text, self.mentions), entities.mask(self.text, self.mentions))

    def first(self, slot: str) -> str | None:
        """The first value named for a slot."""
        return next(iter(self.entities.get(slot, ())), None)


class Understanding:
    """Built once from what the house knows: texts by topic, names by slot, words of the subject, commands."""

    def __init__(
        self,
        questions: Iterable[tuple[str, str]],
        said: Iterable[tuple[str, str]],
        names: Mapping[str, Mapping[str, str]],
        words: Iterable[str] = (),
        places: Mapping[str, str] | None = None,
        commands: Iterable[templates.Command] | None = None,
    ) -> None:
        self._normaliser = Normaliser()
        self._situation = Situation()
        plainly = {slot: {self._plain(s): v for s, v in surfaces.items()} for slot, surfaces in names.items()}
        self._gazetteer = Gazetteer(plainly)
        self._places = places or {}
        # Places are no spelling targets: too many of them sound like something else.
        subject = {surface for slot, surfaces in plainly.items() if slot != "region" for surface in surfaces}
        lexicon = subject | {self._plain(word) for word in words}
        questions = list(questions)
        self._speller = Speller(lexicon, standing_alone(self._plain(text) for _, text in questions))
        self._commands = templates.Commands(templates.load() if commands is None else commands)
        self.read = lru_cache(maxsize=1024)(self._read)
        self.questions = [(topic, self._meaning(text)) for topic, text in questions]
        self.said = [(topic, self._meaning(text)) for topic, text in said]
        asked, told = ([(topic, meaning.compared) for topic, meaning in texts] for texts in (self.questions, self.said))
        self.index = Index(asked, told)

    def _read(self, said: str) -> Meaning:
        """Understand one text; the same text is read once."""
        return self._meaning(said, correct=True)

    def as_written(self, text: str) -> Meaning:
        """Understand a text of a document: nothing in it is misspelt, and it calls no skill."""
        return self._meaning(text)

    def nearest(self, meaning: Meaning, most: int = 12) -> list[str]:
        """The topics nearest to a question, best first."""
        return self.index.nearest(meaning.compared, most)

    def _plain(self, text: str) -> str:
        return self._normaliser.plain(self._normaliser.clean(text))

    def _meaning(self, said: str, *, correct: bool = False) -> Meaning:
        cleaned = self._normaliser.clean(said)
        clauses = self._normaliser.clauses(cleaned)
        if correct:
            clauses = self._speller.correct(clauses)
        text = clauses.replace(",", "")
        return Meaning(
            said,
            cleaned,
            text,
            self._intent(cleaned, text) if correct else QUESTION,
            self._place_alone(text) or self._gazetteer.find(text),
            self._situation.facts(clauses) if correct else {},
            clauses,
        )

    def _place_alone(self, text: str) -> tuple[Mention, ...]:
        """A place far away by its short name, where the text says nothing else: within a sentence many are words."""
        match = _OWN_PLACE.fullmatch(text)
        code = self._places.get(match["place"]) if match else None
        return (Mention("region", code, *match.span("place")),) if match and code else ()

    def _after_place(self, cleaned: str) -> tuple[str, ...]:
        """“我是陵川县的，我想领培训券”: what is said after the place."""
        place, _, rest = self._normaliser.clauses(cleaned).rpartition(",")
        named = place and any(mention.slot == "region" for mention in self._gazetteer.find(place))
        return (rest,) if named and rest else ()

    def _intent(self, cleaned: str, text: str) -> str:
        """A command, as it was said or in standard words; everything else is a question."""
        bare = self._normaliser.bare(cleaned)
        # “你好” and “谢谢” are fillers before anything else, and a message when they stand alone.
        forms = {bare, text, *self._after_place(cleaned)} if bare else {self._normaliser.spoken(cleaned)}
        return self._commands.said(*forms) or QUESTION


def standing_alone(texts: Iterable[str]) -> set[str]:
    """The characters that are words by themselves in at least one of a thousand texts."""
    alone = [{word for word in cut(text) if len(word) == 1} for text in texts]
    counts = Counter(chain.from_iterable(alone))
    return {character for character, count in counts.items() if count * 1000 >= len(alone)}
