"""The outcome of an interview about one scheme: the verdict, the sum, every condition with its mark, what is missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from handlers import wording
from handlers.interview import Interview, Judged
from handlers.message import Citation, Outcome, Reply
from knowledge.conditions import Check
from knowledge.facts import catalogue
from knowledge.figures import yuan
from knowledge.model import Daily, Monthly, Payee, Table
from knowledge.remedy import Remedy, remedy

_PER = {"person": "每人", "item": "每个", "place": "每个", "year": "每人每年"}


def money(judged: Judged) -> str:
    """The sum as far as it can be told: 1500元, 每天15元, 每人1000元; empty where the document or the worker did not say."""
    total, scheme, figures = judged.case.sum, judged.scheme, judged.policy.figures
    match scheme.amount:
        case Daily(cap=None) if total is None:
            return wording.daily_line(judged.policy, scheme)
        case Monthly(cap_months=str() as most) as monthly if total is None or total.low == 0:
            return f"每人每月{figures.shown(monthly.rate)}，最长{figures.shown(most)}"
        case Table() as table if total is None:
            return f"{min(_rows(judged, table)) // 100}—{yuan(max(_rows(judged, table)))}"
    if total is None:
        return ""
    alone = scheme.payee is not Payee.WORKER and total.heads == 1 and not total.working
    return f"{_PER[getattr(scheme.amount, 'per', 'person')] if alone else ''}{total.shown}"


def most(judged: Judged) -> int:
    """The most that it may come to, in fen; 0 where nobody can tell."""
    total = judged.case.sum
    if total is None:
        return max(_rows(judged, judged.scheme.amount)) if isinstance(judged.scheme.amount, Table) else 0
    return total.low if total.high is None else total.high


def _rows(judged: Judged, table: Table) -> list[int]:
    return [judged.policy.figures.fen(row) for row in table.rows.values()]


def opening(judged: Judged, interview: Interview) -> str:
    """有一笔“参保职工技能提升补贴”，中级工1500元。钱发给职工本人。"""
    amount = money(judged)
    by_level = getattr(judged.scheme.amount, "by", "") == "level" and judged.case.sum is not None
    named = str(interview.facts.get("level", "")) if by_level else ""
    return f"有一笔“{judged.scheme.name}”{'，' + named + amount if amount else ''}。{judged.scheme.payee_say}。"


def not_for_him(judged: Judged) -> Reply:
    """Money that is not paid to the one who asks, said at once."""
    cited = (Citation(judged.policy.name, judged.scheme.at[0]),)
    amount = money(judged)
    first = f"不直接发给您个人。{judged.scheme.name}{amount}，{judged.scheme.payee_say}。"
    text = wording.lines(first, "想知道您本人能领什么，回复“我能领什么”。", wording.basis(cited))
    return Reply(text, Outcome.ANSWER, "eligibility.verdict", cited)


def verdict(judged: Judged, interview: Interview, today: date, born: date | None = None) -> Reply:
    """How it stands with one scheme."""
    checks = [seen(check, interview) for check in judged.case.verdict.checks]
    failed = [check for check in checks if check.met is False]
    first = _no(judged, failed, today, born) if failed else _yes(judged) if judged.entitled else _open(judged)
    marks = "　".join(
        f"{check.mark} {check.say}" + (f"（{check.gap}）" if check.met is False and check.gap else "")
        for check in checks
    )
    cited = tuple(
        dict.fromkeys(Citation(judged.policy.name, at) for at in (*judged.scheme.at, *(c.at for c in checks)))
    )
    note = ended([judged], today)
    text = wording.lines(first, marks, _ways(judged, checks), _also(judged, checks), note, wording.basis(cited))
    return Reply(text, Outcome.ANSWER, "eligibility.verdict", cited)


def is_one_step(failed: list[Check], today: date) -> bool:
    """Does only one thing stand against it, that time or the worker can change?"""
    if len(failed) != 1:
        return False
    changes = failed[0].short or failed[0].renews or catalogue()[failed[0].fact].kind == "bool"
    return bool(changes) and not remedy(failed[0], today).never


def way(judged: Judged, check: Check, today: date, born: date | None = None) -> Remedy:
    """What would make a condition met while the document holds; of a mere range no number of months follows."""
    if check.need is not None and not check.gap:
        return Remedy(check.lack)
    return remedy(check, today, born).until(judged.until)


def ended(found: Iterable[Judged], today: date) -> str:
    """Says of each document that holds no more that it does not; one that goes on by a decision still does."""
    return wording.period_note((judged.policy for judged in found if judged.extended is None), today)


def seen(check: Check, interview: Interview) -> Check:
    """A condition without its gap, where the worker could only tell a range."""
    return replace(check, gap="") if check.fact in interview.vague else check


def _no(judged: Judged, failed: list[Check], today: date, born: date | None) -> str:
    if len(failed) > 1:
        ways = [f"{number} {wording.needs(check)}" for number, check in enumerate(failed, 1)]
        return f"现在还不能，差{len(failed)}条：{'；'.join(ways)}。"
    change = way(judged, failed[0], today, born)
    if not is_one_step(failed, today):
        return f"不能，{wording.needs(failed[0])}。{wording.stop(change.say)}"
    return f"现在还不能，还差一步：{wording.needs(failed[0])}。{wording.stop(change.say)}"


def _yes(judged: Judged) -> str:
    total, amount = judged.case.sum, money(judged)
    working = f"（{total.working}）" if total and total.working and amount == total.shown else ""
    note = wording.stop(total.note) if total and amount == total.shown else ""
    shown = f"{judged.scheme.name}{amount}" if amount else f"{judged.scheme.name}，数额文件没写"
    return f"够条件：{shown}{working}。{note}{wording.stop(judged.scheme.payee_say)}{wording.parts_line(judged.case)}"


def _open(judged: Judged) -> str:
    unknown = judged.case.verdict.open
    amount = money(judged)
    return f"还有{len(unknown)}条没确认，都满足就能领：{judged.scheme.name}{amount}。{wording.stop(judged.scheme.payee_say)}"


def _ways(judged: Judged, checks: list[Check]) -> str:
    """Of several things that are missing how to get the first two; of what is not known whom to ask."""
    failed = [check for check in checks if check.met is False]
    if judged.entitled is None:
        return "不清楚的，问当地人社局或打12333。"
    return (
        wording.stop("；".join(dict.fromkeys(check.lack for check in failed[:2] if check.lack)))
        if len(failed) > 1
        else ""
    )


def _also(judged: Judged, checks: list[Check]) -> str:
    """The limits that nothing was told about."""
    held = {check.say for check in checks}
    said = [judged.policy.figures.fill(limit.say) for limit in judged.scheme.limits]
    untold = [limit for limit in said if limit not in held]
    return f"另外：{'；'.join(untold)}。" if untold and judged.entitled is not False else ""
