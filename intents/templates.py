"""Commands as data: sentence templates for the whole text, and patterns that are searched for anywhere in it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import yaml

from config.surnames import SURNAMES

SENTENCES = Path(__file__).parent / "sentences"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_RELATIONS = "邻居|隔壁|工友|同事|同学|亲戚|朋友|媳妇|老婆|老公|丈夫|对象|儿子|闺女|女儿|弟弟|哥哥|姐姐|妹妹|嫂子|姐夫|舅舅|叔叔|婶|爹|妈|爸|别人|他人|人家|某人|老乡"
_SOMEONE = f"(?:(?:我|俺)?(?:的)?(?:{_RELATIONS})(?:[{SURNAMES}][一-龥]{{1,2}})?|(?<![来领一1几两这那])[{SURNAMES}][一-龥]{{1,2}}(?=的|上个?月|今年|去年|这个?月|到底|培训|打卡|用|领|参加|有没|身份|补|考|,|$))"


@dataclass(frozen=True)
class Command:
    """One intent with its sentences, and the sentences that its own tests say are and are not it."""

    intent: str
    sentences: tuple[re.Pattern[str], ...]
    patterns: tuple[re.Pattern[str], ...]
    unless: re.Pattern[str]  # what makes it a question about the thing, not the thing itself
    tests: tuple[str, ...]
    counter: tuple[str, ...]

    def is_said(self, *texts: str) -> bool:
        """Is one of these forms of a text this command?"""
        return any(
            any(sentence.fullmatch(text) for sentence in self.sentences)
            or (any(pattern.search(text) for pattern in self.patterns) and not self.unless.search(text))
            for text in texts
        )


class Commands:
    """Commands in the order they are tried; one look at all of them together tells most texts to be none."""

    def __init__(self, commands: Iterable[Command]) -> None:
        self._commands = tuple(commands)
        self._sentence = _any_of(sentence for command in self._commands for sentence in command.sentences)
        self._pattern = _any_of(pattern for command in self._commands for pattern in command.patterns)

    def said(self, *texts: str) -> str | None:
        """The first command that one of these forms of a text is."""
        if not any(self._sentence.fullmatch(text) or self._pattern.search(text) for text in texts):
            return None
        return next((command.intent for command in self._commands if command.is_said(*texts)), None)


def load(folder: Path = SENTENCES) -> list[Command]:
    """Every command of every sentence file."""
    return [
        Command(
            intent,
            tuple(map(compiled, entry.get("sentences", ()))),
            tuple(re.compile(pattern.replace("{someone}", _SOMEONE)) for pattern in entry.get("patterns", ())),
            re.compile(entry.get("unless", "(?!)")),
            tuple(map(str, entry.get("tests", ()))),
            tuple(map(str, entry.get("not", ()))),
        )
        for path in sorted(folder.glob("*.yaml"))
        for intent, entry in (yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER) or {}).items()
    ]


def compiled(sentence: str) -> re.Pattern[str]:
    """A template as a pattern: 我想领[电子](培训券|券); `…` stands for up to twelve characters of anything."""
    pattern = re.escape(sentence).replace(r"\(", "(?:").replace(r"\)", ")").replace(r"\|", "|")
    pattern = pattern.replace(r"\[", "(?:").replace(r"\]", ")?").replace("…", ".{0,12}")
    return re.compile(pattern.replace(r"\ ", ""))


def _any_of(patterns: Iterable[re.Pattern[str]]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern.pattern})" for pattern in patterns) or "(?!)")
