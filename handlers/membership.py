"""“残联在不在责任单位里”, “农村实用人才算不算”: whether what was asked after is among what the answer lists."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from handlers.reading import Question
from handlers.wording import said
from knowledge.shelf import Entry

# How membership is asked after, and the word that affirms it.
_ASKED = tuple(
    (re.compile(pattern), word)
    for pattern, word in (
        (r"包不包[括含]|含不含|[包括含]{2}.{0,14}(?:[吗不没]|对不对)$|是否包[括含]|[包括含]{2}.{0,10}在内", "包括"),
        (r"属不属于|属于.{0,14}[吗不没]$|是否属于", "属于"),
        (
            r"在不在|在.{0,8}(?:里|里面|里头|之内|范围)(?:面|头)?[吗不没]|是否在|担不担|掺和|参与不参与|有没有份|管不管",
            "在",
        ),
        (r"算不算|算.{0,12}[吗不没]$|是否算|算得上|能算", "算"),
        (r"有没有|(?:里|当中|单位)有.{0,14}[吗不没]?$|有.{0,12}[吗不没]$", "有"),
    )
)
_SETTLED = re.compile(r"^(?:可以|能|不|没|要|是|算|有|在|对|得|会|一样|都|行|属于|包括|归)")
_DENIED = re.compile(r"(?:不|没|无|除)[^，。；、]{0,5}$")
_NAMED = ("department", "group", "certificate", "occupation", "level")
_SHARED = 4  # characters that a question and a list must have in common to speak of the same thing
_LIST = re.compile(r"、")


def lead(entry: Entry, asked: Question) -> str:
    """“在，” where the answer lists what was asked after; “没有” for an office that a full list leaves out; else empty."""
    word = next((word for pattern, word in _ASKED if pattern.search(asked.meaning.clauses)), None)
    say, then = said(entry)
    if word is None or not entry.answer.known or settles(say):
        return ""
    told = f"{say}{then}"
    if _lists_named(asked, told) or _lists_words(asked, say):
        return f"{word}，"
    offices = asked.slots.get("department", ())
    if offices and entry.answer.topic.startswith("duty.") and len(_LIST.findall(told)) >= 2:
        return f"没有，这一条没列{offices[-1]}。"
    return ""


def settles(say: str) -> bool:
    """Does an answer begin with its verdict?"""
    return bool(_SETTLED.search(say))


def _lists_named(asked: Question, told: str) -> bool:
    """Is one of the things named in the answer, and not as left out?"""
    values = (value for slot in _NAMED for value in asked.slots.get(slot, ()))
    return any(_stands(value, told) for value in values)


def _lists_words(asked: Question, say: str) -> bool:
    """Does a list share a run of words with the question?"""
    if not _LIST.search(say):
        return False
    match = SequenceMatcher(None, asked.text, say, autojunk=False).find_longest_match()
    return match.size >= _SHARED and _stands(say[match.b : match.b + match.size], say)


def _stands(name: str, told: str) -> bool:
    place = told.find(name)
    return place >= 0 and not _DENIED.search(told[:place])
