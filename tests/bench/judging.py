"""Is a reply right? It holds what it cannot lack, nothing that would be wrong, and did what was wanted."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

from tests.bench.questions import Row

_BLANKS = re.compile(r"[\s,，〔〕\[\]【】“”\"‘’《》「」]")
_FITS = {
    "answer": {"answer"},
    "ask": {"ask"},
    "done": {"done", "answer"},
    "unknown": {"unknown", "refused"},
    "refused": {"refused", "unknown"},
}
# To say that the document is silent is as good as not to know.
_SILENT = re.compile(r"(?:没有?|未|并未|不)(?:写|规定|明确|列|给出|提到|说|涉及)|查不到|不掌握|不清楚")


class Verdict(StrEnum):
    """How a reply is judged; wrong is the one to fear: it answered as if it knew."""

    RIGHT = "right"
    WRONG = "wrong"
    OTHER = "other"


def judge(row: Row, text: str, outcome: str) -> Verdict:
    """The verdict on the reply to the last turn of a row."""
    flat = _flat(text)
    holds = all(any(_has(form, flat) for form in forms) for forms in row.must)
    holds = holds and not any(_has(form, flat) for form in row.must_not)
    fits = any(outcome in _FITS[wanted] for wanted in row.outcome)
    fits = fits or ("unknown" in row.outcome and outcome == "answer" and bool(_SILENT.search(flat)))
    if holds and fits:
        return Verdict.RIGHT
    return Verdict.WRONG if outcome in {"answer", "done"} else Verdict.OTHER


def _has(form: str, flat: str) -> bool:
    """A number at the edge of a form must stand whole: 500 is not in 1500."""
    form = _flat(form)
    before = r"(?<![\d.])" if form[:1].isdigit() else ""
    after = r"(?!\.?\d)" if form[-1:].isdigit() else ""
    return re.search(before + re.escape(form) + after, flat) is not None


def _flat(text: str) -> str:
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text))
