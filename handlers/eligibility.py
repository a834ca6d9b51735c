"""Finds out what a worker may get: one easy question at a time, and stops as soon as it is settled."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from handlers import ask, wording
from handlers import interview as talks
from handlers.context import Context, Skill, done
from handlers.context import ask as asks
from handlers.interview import UNSURE, Interview
from handlers.message import Choice, Citation, Message, Outcome, Reply
from handlers.reckoning import case
from intents.understanding import QUESTION, Meaning
from knowledge.conditions import Verdict
from knowledge.facts import catalogue
from knowledge.library import Policy
from knowledge.model import Payee, Scheme
from records import vouchers

_STOP = re.compile(r"^(?:算了|不问了|停|停止|退出|结束|不算了|不说了|取消)")
_MOST_FOR_ALL = 4
_NEAR = 8  # topics among which the scheme is sought
_MOST_FOR_ONE = 6


async def what(message: Message, meaning: Meaning, context: Context) -> Reply:
    """“我能领什么”: every scheme of the place that is paid to a worker or trains him free of charge."""
    return await _begin(meaning, context, _is_for_worker)


async def one(message: Message, meaning: Meaning, context: Context) -> Reply:
    """“我能领技能提升补贴吗”: the scheme that was named or last talked about, of those that are for a worker."""
    near = [found.topic for found in context.house.understanding.nearest(meaning, _NEAR)]
    families = [topic.partition(".")[0] for topic in (*near, context.talk.topic or "")]
    region = meaning.first("region") or context.region
    documents = context.house.shelf.documents(region)[:1] if region else context.house.shelf.policies
    mine = {scheme.id for policy in documents for scheme in policy.document.schemes if _is_for_worker(scheme)}
    family = next((family for family in families if family in mine), "")
    return await _begin(meaning, context, lambda scheme: scheme.id == family)


def _is_for_worker(scheme: Scheme) -> bool:
    """Is it paid to him, or does it train him free of charge?"""
    return scheme.payee is Payee.WORKER or scheme.voucher


async def _begin(meaning: Meaning, context: Context, wanted: Any) -> Reply:
    shelf = context.house.shelf
    region = meaning.first("region") or context.region
    if region is None:
        context.wait_for("eligibility", "place", said=meaning.said)
        return asks("各地标准不一样，您是哪里的（哪个县、市）？", "eligibility.place")
    context.talk.region = region
    nearest = next(iter(shelf.documents(region)), None)
    schemes = [(nearest.id, s.id) for s in nearest.schemes.values() if wanted(s)] if nearest else []
    if nearest is not None and not schemes:
        schemes = [(nearest.id, s.id) for s in nearest.schemes.values() if _is_for_worker(s)]
    if not schemes:
        text = f"{shelf.regions.name(region)}的文件里没有直接发给个人、或个人能报的项目。"
        return Reply(wording.lines(text, wording.PERSON), Outcome.UNKNOWN, "eligibility.none")
    interview = Interview(schemes, {**_said(meaning), **await _recorded(context)})
    return _go_on(interview, context)


async def place_told(message: Message, meaning: Meaning, context: Context) -> Reply | None:
    """The place was asked for."""
    if meaning.first("region") is None:
        return None
    assert context.talk.pending is not None
    said = context.talk.pending.data["said"]
    context.talk.region = meaning.first("region")
    context.talk.pending = None
    return await what(message, context.house.understanding.read(said), context)


async def fact_told(message: Message, meaning: Meaning, context: Context) -> Reply | None:
    """An answer to the question, a change of an earlier one, a question in between, or stop."""
    assert context.talk.pending is not None
    data = context.talk.pending.data
    interview = Interview.load(data["interview"])
    if _STOP.search(message.text.strip()):
        context.talk.pending = None
        return done("好，先不算了。想接着算，回复“我能领什么”。", "eligibility.stop")
    kind = catalogue()[interview.asked[-1]]
    changed = {name: value for name, value in _said(meaning).items() if name in interview.facts and name != kind.name}
    value = talks.told(kind, data["labels"], message.text, meaning)
    if value is None and not changed:
        return await _meanwhile(message, meaning, context, data)
    interview.facts.update(changed)
    if value == UNSURE:
        interview.unsure.append(kind.name)
    elif value is not None:
        interview.facts[kind.name] = value
    else:
        interview.asked.pop()
    return _go_on(interview, context)


async def _meanwhile(message: Message, meaning: Meaning, context: Context, data: dict[str, Any]) -> Reply | None:
    """A policy question in the middle of an interview is answered, and the interview's question put again."""
    if meaning.intent != QUESTION:
        return None
    kept = context.talk.pending
    context.talk.pending = None
    between = await ask.answer(message, meaning, context)
    context.talk.pending = kept
    if between.outcome is not Outcome.ANSWER:
        return asks(f"没看明白您的意思。\n{data['question']}\n回复数字就行，不想算了回复“算了”。", "eligibility.again")
    text = f"{between.text}\n——接着刚才的\n{data['question']}"
    return Reply(text, Outcome.ASK, "eligibility.again", between.citations)


def _go_on(interview: Interview, context: Context) -> Reply:
    """Ask the next fact, or say how it stands."""
    shelf = context.house.shelf
    single = len(interview.schemes) == 1
    kind = interview.next_fact(shelf, _MOST_FOR_ONE if single else _MOST_FOR_ALL)
    if kind is None:
        context.talk.pending = None
        judged = interview.judged(shelf)
        return _verdict(*judged[0], interview, context) if single else _all_verdicts(judged, interview, context)
    interview.asked.append(kind.name)
    question, labels = talks.question(kind, len(interview.asked), _groups(interview, context))
    context.wait_for("eligibility", "fact", interview=interview.keep(), labels=labels, question=question)
    opening = "问您几件事，答数字就行，不清楚的选“不清楚”。\n" if len(interview.asked) == 1 else ""
    choices = tuple(Choice(label, label) for label in labels)
    return Reply(opening + question, Outcome.ASK, "eligibility.fact", choices=choices)


def _verdict(policy: Policy, scheme: Scheme, verdict: Verdict, interview: Interview, context: Context) -> Reply:
    """The verdict on one scheme: the sum, each condition with its mark, what is missing."""
    worked = case(policy, scheme, interview.facts)
    amount = worked.sum.shown if worked.sum else ""
    if verdict.entitled is False:
        first = wording.obstacle_line(verdict.failed)
    elif verdict.entitled:
        first = f"够条件：{scheme.name}{amount}。{scheme.payee_say}。"
    else:
        first = f"还差确认{len(verdict.open)}条：都满足的话，{scheme.name}{amount}。"
    marks = "　".join(f"{check.mark} {check.say}" for check in verdict.checks)
    cited = tuple(dict.fromkeys(Citation(policy.name, at) for at in (*scheme.at, *(c.at for c in verdict.checks))))
    note = wording.period_note([policy], context.today)
    text = wording.lines(first, marks, _lacks(verdict), note, wording.basis(cited))
    return Reply(text, Outcome.ANSWER, "eligibility.verdict", cited)


def _all_verdicts(judged: Iterable[tuple[Policy, Scheme, Verdict]], interview: Interview, context: Context) -> Reply:
    """All schemes of the place for this worker, the surest first, with the one thing that would open each."""
    rows: dict[str, list[str]] = {"✓": [], "?": [], "✗": []}
    cited: list[Citation] = []
    policies: list[Policy] = []
    for policy, scheme, verdict in judged:
        worked = case(policy, scheme, interview.facts)
        amount = worked.sum.shown if worked.sum else ""
        mark = {True: "✓", False: "✗", None: "?"}[verdict.entitled]
        reason = {
            "✓": "",
            "?": f"（还要看：{verdict.open[0].say}）" if verdict.open else "",
            "✗": f"（{verdict.failed[0].say}{'，' + verdict.failed[0].gap if verdict.failed[0].gap else ''}）"
            if verdict.failed
            else "",
        }[mark]
        rows[mark].append(f"{mark} {scheme.name}{amount}{reason}")
        cited.append(Citation(policy.name, scheme.at[0]))
        policies.append(policy)
    listed = [*rows["✓"], *rows["?"], *rows["✗"]]
    first = (
        f"您现在能享受的有{len(rows['✓'])}项，还有{len(rows['?'])}项要看条件："
        if rows["✓"]
        else "按您说的，先看这几项："
    )
    note = wording.period_note(policies, context.today)
    text = wording.lines(first, *listed[:7], note, wording.basis(tuple(dict.fromkeys(cited))))
    return Reply(text, Outcome.ANSWER, "eligibility.all", tuple(dict.fromkeys(cited)))


def _lacks(verdict: Verdict) -> str:
    lacks = [check.lack for check in (*verdict.failed, *verdict.open) if check.lack]
    return lacks[0] if lacks else ""


def _groups(interview: Interview, context: Context) -> list[str]:
    """The groups that the schemes in question name, most named first."""
    names: dict[str, None] = {}
    for _, scheme, _ in interview.judged(context.house.shelf):
        for condition in scheme.conditions:
            if condition.fact == "group" and condition.one_of:
                names |= dict.fromkeys(condition.one_of)
    return list(names)[:9]


def _said(meaning: Meaning) -> dict[str, Any]:
    """What a text tells of the worker, as plain values."""
    facts: dict[str, Any] = {}
    for name, value in meaning.facts.items():
        facts[name] = value if isinstance(value, (bool, str)) else int(str(value).partition(".")[0])
    for slot in ("level", "certificate", "occupation"):
        if named := meaning.first(slot):
            facts[slot] = named
    if groups := meaning.entities.get("group"):
        facts["group"] = list(groups)
    return facts


async def _recorded(context: Context) -> dict[str, Any]:
    """What the records know of the worker."""
    return await vouchers.facts_of(context.session, context.person, context.today) if context.person else {}


SKILL = Skill(
    "eligibility", {"eligibility.what": what, "eligibility.one": one}, {"fact": fact_told, "place": place_told}
)
