"""Not sure which of a few things was meant: their short answers side by side, or their titles to pick from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from handlers import wording
from handlers.choosing import Choice as Likely
from handlers.context import Context
from handlers.message import Choice, Outcome, Reply
from handlers.reading import Question
from handlers.selecting import select
from knowledge.shelf import Entry

_MOST = 3
_ROOM = 230  # characters for the short answers together


def answers(choices: Sequence[Likely], asked: Question, context: Context) -> Reply | None:
    """The short answers of the likeliest topics; None where fewer than two speak."""
    told: list[tuple[Entry, str]] = []
    room = _ROOM
    for entry in _speaking(choices, asked, context):
        say, _ = wording.said(entry)
        room -= len(say) + 10
        if room < 0 and len(told) >= 2:
            break
        told.append((entry, say))
    if len(told) < 2:
        return None
    options = tuple(_option(entry, context) for entry, _ in told)
    listed = [f"{n} {option.label}：{say}" for n, (option, (_, say)) in enumerate(zip(options, told, strict=True), 1)]
    entries = [entry for entry, _ in told]
    cited = wording.citations(entries)
    note = wording.period_note((entry.policy for entry in entries), context.today, context.house.goes_on)
    text = wording.lines("看您问的是哪一条：", *listed, "回复数字我细说。", note, wording.basis(cited))
    return Reply(text, Outcome.ANSWER, f"ask.{entries[0].answer.topic}", cited, options)


def titles(choices: Sequence[Likely], context: Context) -> Reply | None:
    """The titles of the likeliest topics to pick from; None where there are fewer than two."""
    offered = [likely for likely in choices if likely.topic not in context.house.shelf.manners][:_MOST]
    if len(offered) < 2:
        return None
    options = tuple(_option(next(iter(likely.entries or likely.elsewhere)), context) for likely in offered)
    numbered = "\n".join(f"{number} {option.label}" for number, option in enumerate(options, 1))
    text = f"您想问的是哪一个？\n{numbered}\n回复数字；都不是请换个说法，或回复“人工”。"
    return Reply(text, Outcome.ASK, "ask.offer", choices=options)


def _speaking(choices: Sequence[Likely], asked: Question, context: Context) -> Iterator[Entry]:
    """The answers of the likeliest topics that say something, each once."""
    seen: set[str] = set()
    for likely in choices[:_MOST]:
        entry = next(iter(select(likely, asked, context.house.shelf)), None)
        if entry is not None and entry.answer.known and entry.answer.say not in seen:
            seen.add(entry.answer.say)
            yield entry


def _option(entry: Entry, context: Context) -> Choice:
    title = context.house.shelf.topic(entry.answer.topic).title
    return Choice(title, next(iter(entry.answer.ask), title), entry.policy.name, entry.answer.at[0])
