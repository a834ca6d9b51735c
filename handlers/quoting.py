"""Quotes the clause of an official document that speaks of what is asked, and says that it is a quotation."""

from __future__ import annotations

import re
from datetime import date, timedelta

from handlers import wording
from handlers.clauses import Found
from handlers.context import Context
from handlers.message import Citation, Outcome, Reply
from handlers.reading import Question
from intents.retrieve import pairs
from intents.told import sought, tells
from knowledge.library import Policy
from knowledge.listed import EVERYWHERE
from knowledge.passages import Passage
from knowledge.regions import chain

INTENT = "ask.quote"
# Score and cover that a clause must have; more of a document that has prepared answers, for then they did not fit.
_PLAIN, _PREPARED = (0.55, 0.08), (1.0, 0.2)
_NAMED = {"level", "certificate", "occupation"}  # a clause that speaks of another one is no answer
_SENTENCE = re.compile(r"[^。！？；;]*[。！？；;]?[”’」）)]*")
_DUTY = re.compile(r"[（(][^（()）]*(?:责任单位|牵头单位|按职责分工)[^（()）]*[）)]$")
# An excerpt begins with the first sentence that is about as near as the nearest, and ends with the last that is related.
_TO_THE_POINT, _BESIDE_THE_POINT = 0.6, 0.3
_OLD = timedelta(days=365)


def quote(asked: Question, context: Context, instead_of: Policy | None = None) -> Reply | None:
    """The clause that answers a question, word for word; None where no clause speaks of it clearly enough.

    `instead_of`: the document of an answer that is at hand; then only a document nearer to the place may be quoted.
    """
    levels = [*(chain(asked.region) if asked.region else ()), EVERYWHERE]
    if instead_of is not None and instead_of.region in levels:
        levels = levels[: levels.index(instead_of.region)]
    for found in context.house.clauses.find(asked.meaning, levels):
        policy = _prepared(found.passage, context)
        if _speaks(found, asked, context, _PREPARED if policy else _PLAIN):
            return _reply(found.passage, policy, asked, context)
    return None


def _speaks(found: Found, asked: Question, context: Context, least: tuple[float, float]) -> bool:
    """Is a clause near enough, does it name what is named, and is it of the kind that is asked for?"""
    if found.score < least[0] or found.cover < least[1]:
        return False
    said = context.house.understanding.as_written(f"{found.passage.under}，{found.passage.text}")
    named = ((slot, value) for slot in _NAMED for value in asked.slots.get(slot, ()))
    if not all(value in said.entities.get(slot, ()) or value.removesuffix("工") in said.text for slot, value in named):
        return False
    return tells(said.cleaned, sought(asked.text))


def _reply(passage: Passage, policy: Policy | None, asked: Question, context: Context) -> Reply:
    at = passage.at
    if policy and at not in {section.at for section in policy.document.sections}:
        at = passage.official.straight(at)
    cited = (Citation(passage.official.name, at),)
    goes_on = context.house.goes_on
    note = (
        wording.period_note([policy], context.today, goes_on)
        if policy
        else _age(passage.official.issued, context.today)
    )
    text = wording.lines("文件原文这样写（摘录）：", f"「{excerpt(passage.text, asked)}」", note, wording.basis(cited))
    return Reply(text, Outcome.ANSWER, INTENT, cited)


def excerpt(text: str, asked: Question) -> str:
    """The sentences of a clause from the first to the last that speak of what is asked."""
    sentences = [each for each in _SENTENCE.findall(_DUTY.sub("", text) or text) if each.strip()]
    said, wanted = pairs(asked.meaning.compared.plain), sought(asked.text)
    shared = [len(said & pairs(each)) * (2 if tells(each, wanted) else 1) for each in sentences]
    first = next(n for n, count in enumerate(shared) if count >= _TO_THE_POINT * max(shared))
    last = max(n for n, count in enumerate(shared) if count >= _BESIDE_THE_POINT * max(shared))
    return "".join(sentences[first : last + 1]).strip()


def _age(issued: date | None, today: date) -> str:
    """Of a text nobody has looked through we know only when it was issued."""
    if issued is None or today - issued < _OLD:
        return ""
    return f"文件是{issued.year}年{issued.month}月印发的，现在是否还执行，请问当地人社局或打12333。"


def _prepared(passage: Passage, context: Context) -> Policy | None:
    """The same document on the shelf, with its prepared answers."""
    return next((policy for policy in context.house.shelf.policies if policy.name == passage.official.name), None)
