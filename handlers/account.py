"""算一笔账: everything that somebody may get, best first, with the money added up and what excludes what."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from handlers import finding, wording
from handlers.asker import Asker
from handlers.interview import Interview, Judged
from handlers.message import Citation, Outcome, Reply
from knowledge.conditions import Check
from knowledge.figures import yuan
from knowledge.model import Payee
from knowledge.shelf import Shelf

SHORT = 5  # lines of schemes in a reply; more on request
_RANK = {True: 0, None: 1, False: 2}
_MARK = {True: "✓", None: "?", False: "✗"}


def account(found: Sequence[Judged], interview: Interview, shelf: Shelf, today: date, *, whole: bool = False) -> Reply:
    """All schemes for the one who asks: what is sure first, then what is open, then what is one step away."""
    ranked = _best_of_pairs(sorted(found, key=lambda judged: _rank(judged, today)))
    lessons = [j for j in ranked if j.entitled and interview.who == Asker.WORKER and j.scheme.payee is not Payee.WORKER]
    others = [j for j in ranked if j not in lessons]
    near = [j for j in others if _is_near(j, today)] or ([] if lessons else others)
    shown = others if whole else near[:SHORT]
    listed = [_line(judged, interview, today) for judged in shown if judged.entitled]
    listed += [_lessons(lessons)] if lessons else []
    listed += [_line(judged, interview, today) for judged in shown if not judged.entitled]
    hidden = [j for j in others if j not in shown]
    shown = [*shown, *lessons]
    far = all(judged.entitled is False for judged in hidden)
    more = f"还有{len(hidden)}项{'现在够不上，回复“全部”看为什么' if far else '，回复“全部”接着看'}。" if hidden else ""
    cited = tuple(dict.fromkeys(Citation(judged.policy.name, judged.scheme.at[0]) for judged in shown))
    note = finding.ended(shown, today)
    first = _first(ranked, interview)
    total = "" if interview.who != Asker.WORKER else _added_up(ranked, shelf)
    text = wording.lines(first, *listed, total, more, note, wording.basis(cited))
    return Reply(text, Outcome.ANSWER, "eligibility.all", cited)


def _rank(judged: Judged, today: date) -> tuple[bool, int, bool, int]:
    """What holds today, what is sure, what is paid to himself, what is most."""
    past = judged.until is not None and today > judged.until
    return past, _RANK[judged.entitled], judged.scheme.payee is not Payee.WORKER, -finding.most(judged)


def _is_near(judged: Judged, today: date) -> bool:
    """What is his, what a question would open, what one step would; a prize that nobody spoke of is none of these."""
    if judged.entitled is None:
        return all(check.fact != "award" for check in judged.case.verdict.open)
    return bool(judged.entitled) or finding.is_one_step(judged.case.verdict.failed, today)


def _best_of_pairs(ranked: Sequence[Judged]) -> list[Judged]:
    """Of two that exclude each other the one that is farther off is left out, unless both may be chosen."""
    kept: list[Judged] = []
    for judged in ranked:
        rivals = [other for other in kept if other.scheme.id in judged.scheme.either_or]
        if not rivals or (judged.entitled and all(rival.entitled for rival in rivals)):
            kept.append(judged)
    return kept


def _first(ranked: Sequence[Judged], interview: Interview) -> str:
    sure = [judged for judged in ranked if judged.entitled]
    still = sum(judged.entitled is None for judged in ranked)
    cash = sum(judged.scheme.payee is Payee.WORKER for judged in sure)
    told = [f"还要看条件的{still}项"] * bool(still)
    if interview.who != Asker.WORKER:
        told = [f"能申请的{len(sure)}项"] * bool(sure) + told
    elif sure:
        told = [f"发给您本人的{cash}笔"] * bool(cash) + [f"能上的培训{len(sure) - cash}项"] * (cash < len(sure)) + told
    return f"按您说的，{'、'.join(told)}：" if told else "按您说的，现在还没有够条件的，差在这里："


def _lessons(lessons: Sequence[Judged]) -> str:
    """Training apart from cash: what is paid for it goes to the institution."""
    free = "免费培训" if all(judged.scheme.voucher for judged in lessons) else "能上的培训"
    named = "；".join(f"{judged.scheme.name.removesuffix('补贴')}{finding.money(judged)}" for judged in lessons)
    return f"✓ {free}（补贴付给机构，不发现金给您）：{named}"


def _line(judged: Judged, interview: Interview, today: date) -> str:
    """✓ 参保职工技能提升补贴1500元"""
    checks = [check for check in judged.case.verdict.checks if check.met is False]
    amount = finding.money(judged) or "（数额文件没写）"
    reason = _reason(judged, [finding.seen(check, interview) for check in checks], today)
    return f"{_MARK[judged.entitled]} {judged.scheme.name}{amount}{reason}"


def _reason(judged: Judged, failed: list[Check], today: date) -> str:
    if len(failed) > 1:
        return f"：差{len(failed)}条，先要{failed[0].say}"
    if failed:
        change = finding.way(judged, failed[0], today)
        return f"：{change.say}" if change.then else f"：{wording.needs(failed[0])}"
    unknown = judged.case.verdict.open
    return f"（还要看：{unknown[0].say}）" if unknown else ""


def _added_up(ranked: Sequence[Judged], shelf: Shelf) -> str:
    """One total of the money that comes to himself; what excludes each other is not added."""
    sure = [j for j in ranked if j.entitled and j.scheme.payee is Payee.WORKER]
    apart = [j for j in sure if any(other.scheme.id in j.scheme.either_or for other in sure)]
    counted = [j for j in sure if j not in apart and j.case.sum and j.case.sum.low == j.case.sum.high]
    parts = [*counted, *_dearest(apart)]
    told = ""
    if parts:
        total = sum(j.case.sum.low for j in parts if j.case.sum)
        working = "＋".join(f"{j.scheme.name}{finding.money(j)}" for j in parts)
        told = f"算一笔账：到您手里一共{yuan(total)}（{working}）。"
    daily = [
        f"{j.scheme.name}{finding.money(j)}" for j in sure if j not in parts and j not in apart and finding.money(j)
    ]
    by_day = f"另有{'、'.join(daily)}，按实际天数算。" if daily else ""
    return told + by_day + _either_or(ranked, shelf)


def _dearest(apart: Sequence[Judged]) -> list[Judged]:
    with_sum = [j for j in apart if j.case.sum]
    return [max(with_sum, key=lambda j: j.case.sum.low if j.case.sum else 0)] if with_sum else []


def _either_or(ranked: Sequence[Judged], shelf: Shelf) -> str:
    """Which two may not be had together; each pair once."""
    names = {scheme.id: scheme.name for policy in shelf.policies for scheme in policy.document.schemes}
    here = {judged.scheme.id for judged in ranked}
    mine = [judged for judged in ranked if judged.entitled is not False]
    of_policy = {(judged.policy.id, id) for judged in ranked for id in judged.policy.schemes}
    pairs = {
        frozenset((judged.scheme.id, other)): f"“{judged.scheme.name}”和“{names[other]}”只能领一样。"
        for judged in mine
        for other in judged.scheme.either_or
        if other in here or (judged.policy.id, other) not in of_policy
    }
    return "".join(pairs.values())
