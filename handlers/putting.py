"""How an answer is put: what it means for the case that was told, then the answer, its document, its period."""

from __future__ import annotations

import re
from collections.abc import Sequence

from handlers import comparing, groups, membership, reading, shares, wording
from handlers.choosing import Choice as Likely
from handlers.context import Context
from handlers.message import Citation, Outcome, Reply
from handlers.reading import Question
from handlers.reckoning import Case, case, counts_in
from handlers.selecting import facts_of, scheme_behind
from knowledge.shelf import Entry

_MORE = re.compile("多补|多领|多给|多发|加倍|翻倍|翻番")  # a yes to the subsidy is no yes to more of it
_STATED = re.compile("只[说写列有]|写的是|写了|列了")  # silent on the point, but the document says something to it


def put(entries: Sequence[Entry], asked: Question, context: Context) -> Reply:
    """Put the answer of one document, or of several where the nearest is silent."""
    known = [entry for entry in entries if entry.answer.known]
    lead = _own_case(known[0], asked, context) if known else ""
    told = [wording.said(entry) for entry in entries]
    first = "".join(f"{say}" for say, _ in told)
    then = "".join(dict.fromkeys(then for _, then in told))
    if lead.startswith("不能") and first.startswith("可以"):  # what holds for others does not hold for this case
        first = ""
    cited = wording.citations(entries)
    note = wording.period_note((entry.policy for entry in entries), context.today, context.house.goes_on)
    if not _holds_there(entries[0], asked, context):
        place = context.house.shelf.regions.name(entries[0].policy.region)
        note = f"这是{place}的规定，别处请说地名。{note}"
    text = wording.lines(lead, first, then, note, wording.basis(cited))
    if not known:
        outcome = Outcome.ANSWER if _STATED.search(then) else Outcome.UNKNOWN
        silent = wording.lines(first, then, wording.PERSON, wording.basis(cited))
        return Reply(silent, outcome, _intent(entries), cited)
    return Reply(text, Outcome.ANSWER, _intent(entries), cited)


def _holds_there(entry: Entry, asked: Question, context: Context) -> bool:
    return asked.region is not None and context.house.shelf.holds(entry.policy, asked.region)


def _own_case(entry: Entry, asked: Question, context: Context) -> str:
    """What the answer means for the case that was told: an obstacle, a sum, a claimed figure put right."""
    if groups.topic(asked) == entry.answer.topic:
        return groups.verdict(entry, asked, context.house.shelf)
    scheme = scheme_behind(entry)
    if scheme is None:
        share = shares.worked(asked, wording.said(entry)[0]) if entry.answer.known else ""
        return share or reading.confirm(asked, wording.said(entry)) or membership.lead(entry, asked)
    worked: Case = case(entry.policy, scheme, facts_of(asked, scheme))
    if worked.obstacles and (asked.wants_yes_or_no or asked.facts):
        return wording.obstacle_line(worked.obstacles, context.today, entry.policy.document.document.period.end)
    counted = comparing.counted_lines(entry.policy, scheme, asked)
    if counted:
        return counted
    if worked.sum is not None and counts_in(scheme, asked.facts):
        return (
            reading.confirm(asked, (wording.sum_line(worked), ""))
            + wording.sum_line(worked)
            + wording.parts_line(worked)
        )
    settled = membership.settles(wording.said(entry)[0])
    if (
        asked.wants_yes_or_no
        and not settled
        and not _MORE.search(asked.text)
        and any(check.met for check in worked.verdict.checks)
    ):
        return "可以。" if worked.verdict.entitled is not None else "可以，条件要都满足："
    return reading.confirm(asked, wording.said(entry)) or membership.lead(entry, asked)


def below(likely: Likely, asked: Question, context: Context) -> list[Entry]:
    """What one document of a place within the province says, where the province itself is silent."""
    if asked.region is None or not asked.region.endswith("0000"):
        return []
    within = [e for e in likely.elsewhere if e.policy.region.startswith(asked.region[:2]) and e.answer.known]
    return within[:1] if len({entry.policy.id for entry in within}) == 1 else []


def silent(likely: Likely, asked: Question, context: Context) -> Reply:
    """The topic is known, but no document of this place speaks of it; another place's figure is not passed off."""
    shelf = context.house.shelf
    title = shelf.topic(likely.topic).title
    place = shelf.regions.name(asked.region) if asked.region else "您那里"
    held = shelf.documents(asked.region) if asked.region else []
    if held:
        text = f"{place}这边的文件没写“{title}”，别处的标准不能套用。"
        cited: tuple[Citation, ...] = ()
        return Reply(wording.lines(text, wording.PERSON), Outcome.UNKNOWN, f"ask.{likely.topic}", cited)
    return Reply(f"{place}的文件我这里没有，不敢乱说。\n{wording.PERSON}", Outcome.UNKNOWN, f"ask.{likely.topic}")


def _intent(entries: Sequence[Entry]) -> str:
    return f"ask.{entries[0].answer.topic}"
