"""How an answer is put: the figure first, then what matters, then where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from handlers.message import Citation
from handlers.reckoning import Case
from knowledge.conditions import Check
from knowledge.figures import plain, yuan
from knowledge.library import Policy
from knowledge.model import Daily, Scheme
from knowledge.remedy import remedy
from knowledge.shelf import Entry

PERSON = "回复“人工”转给工作人员，或打12333问。"


def said(entry: Entry) -> tuple[str, str]:
    """The two parts of an answer with its figures filled in."""
    fill = entry.policy.figures.fill
    return fill(entry.answer.say), fill(entry.answer.then)


def citations(entries: Iterable[Entry]) -> tuple[Citation, ...]:
    """Every place that an answer rests on, once."""
    found = [Citation(entry.policy.name, at) for entry in entries for at in entry.answer.at]
    return tuple(dict.fromkeys(found))


def basis(cited: Sequence[Citation]) -> str:
    """依据：古人社发〔2024〕15号 三（一）2、附件"""
    documents: dict[str, list[str]] = {}
    for citation in cited:
        is_row = citation.section.isdecimal()  # of a question list; a document's own headings are no bare numbers
        documents.setdefault(citation.document, []).append(f"第{citation.section}条" if is_row else citation.section)
    return "依据：" + "；".join(f"{name} {'、'.join(places[:3])}" for name, places in documents.items())


def period_note(policies: Iterable[Policy], today: date, goes_on: Mapping[str, date] | None = None) -> str:
    """Says of each document past its period that this has ended, or until when it goes on by a decision."""
    notes = []
    for policy in dict.fromkeys(policies):
        end, until = policy.document.document.period.end, (goes_on or {}).get(policy.id)
        if end and until and end < today <= until:
            notes.append(f"{policy.name}已延续执行到{chinese(until)}。")
        elif end and today > end:
            notes.append(f"{policy.name}执行期到{chinese(end)}，已过，现在的标准请问当地人社局。")
    return "".join(notes)


def chinese(day: date) -> str:
    """2027年12月31日"""
    return f"{day.year}年{day.month}月{day.day}日"


def lines(*parts: str) -> str:
    """Non-empty parts, each on its line."""
    return "\n".join(part for part in parts if part)


def sum_line(case: Case) -> str:
    """一共13500元（300元×45）。"""
    total = case.sum
    assert total is not None
    word = "一共" if total.heads > 1 else ""
    working = f"（{total.working}）" if total.working else ""
    each = f"每人{yuan(total.each)}，" if total.heads > 1 and total.each and not working else ""
    return f"{word}{total.shown}{working}。{each}{total.note + '。' if total.note else ''}"


def parts_line(case: Case) -> str:
    """先付60000元（2000元×30），再付…"""
    gates = "".join(
        f"{'达到了' if check.met else '没达到'}：{check.say}。" for check in case.gates if check.met is not None
    )
    told = "；".join(
        f"{part.name}{total.shown}" + (f"（{total.working or total.note}）" if total.working or total.note else "")
        for part, total in case.parts
    )
    return gates + (f"分次付：{told}。" if told else "")


def obstacle_line(checks: Sequence[Check], today: date, until: date | None) -> str:
    """还不够条件，还差一步：要失业保险交满12个月（现10个月，还差2个月）。再交2个月就够，2020年12月起可以申领。"""
    first = checks[0]
    way = remedy(first, today).until(until)
    if len(checks) == 1 and not way.never and ("还差" in first.gap or way.since):
        return f"还不够条件，还差一步：{needs(first)}。{stop(way.say)}"
    told = "；".join(map(needs, checks))
    return f"不能，条件不符合：{told}。{stop(way.say) if len(checks) == 1 else ''}"


def needs(check: Check) -> str:
    """要稳定干满1年（现11个月，还差1个月）"""
    must = "得" if check.say.startswith("是") else "要"
    return f"{must}{check.say}" + (f"（{check.gap}）" if check.gap else "")


def stop(text: str) -> str:
    """A sentence with its full stop; nothing where there is none."""
    return f"{text.rstrip('。')}。" if text else ""


def daily_line(policy: Policy, scheme: Scheme) -> str:
    """前10天每天150元，以后每天100元"""
    assert isinstance(scheme.amount, Daily)
    told: list[str] = []
    for step in scheme.amount.steps:
        rate = policy.figures.shown(step.rate)
        told.append(
            f"前{policy.figures.shown(step.days)}每天{rate}" if step.days else f"{'以后' if told else ''}每天{rate}"
        )
    return "，".join(told)


def days_of(policy: Policy, scheme: Scheme, kind: str) -> str:
    """45天"""
    assert isinstance(scheme.amount, Daily) and scheme.amount.cap_days
    return plain(policy.figures.value(scheme.amount.cap_days[kind])) + "天"
