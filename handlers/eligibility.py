"""Finds out what somebody may get: one easy question at a time, and stops as soon as it is settled."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from handlers import account, ask, asker, finding, pool, telling, wording
from handlers import interview as talks
from handlers.asker import Asker
from handlers.context import Context, Skill, done
from handlers.context import ask as asks
from handlers.interview import UNSURE, Interview
from handlers.message import Choice, Message, Outcome, Reply
from handlers.reckoning import counts_in
from intents.understanding import QUESTION, Meaning
from knowledge.facts import FactKind, catalogue
from knowledge.model import Scheme

_STOP = re.compile(r"^(?:算了|不问了|别问了|不答了|停|停止|退出|结束|不算了|不说了|取消|不想答)")
_ALL = re.compile(r"^(?:全部|看?其余|都?看看?其余的?|还有(?:啥|什么|哪些)|接着看|更多)[。!！]?$")
_ASKS = re.compile(r"[?？]|吗|么$|不$|没$|多少|几[天个年次]|什么|啥|怎么|咋|哪|能不能|可以不|行不")
_AGAIN = re.compile(
    r"^(?:上1?个|上一个|前面那?个|刚才那?个).{0,4}(?:选错|答错|错|不对|改|重)|^(?:选错|答错|说错|按错)了?$|^(?:返回|上一步)$"
)
_ANEW = re.compile(r"^(?:重来|重新来|重新算|从头来?|再算1?遍|重算)[。!！吧]?$")
_PUZZLED = re.compile(r"^(?:这是)?(?:啥|什么|甚)意思|没(?:听|看)(?:懂|明白)|^(?:啥|什么)是这个")
_MOST_FOR_ALL = 4
_MOST_FOR_ONE = 6


async def what(message: Message, meaning: Meaning, context: Context) -> Reply:
    """“我能领什么”: every scheme of the place's documents that is paid to the one who asks or trains him free of charge."""
    who = asker.asker(meaning)
    return await _begin(message, meaning, context, lambda scheme: asker.concerns(scheme, who))


async def one(message: Message, meaning: Meaning, context: Context) -> Reply:
    """“我能领技能提升补贴吗”: the scheme that was named or last talked about, whoever it is paid to."""
    region = meaning.first("region") or context.region
    named = pool.named(meaning, context, region) if region else ""
    if region and not named:
        return await ask.answer(message, meaning, context)
    return await _begin(message, meaning, context, lambda scheme: scheme.id == named, single=True)


async def _begin(
    message: Message, meaning: Meaning, context: Context, wanted: Callable[[Scheme], bool], *, single: bool = False
) -> Reply:
    region = meaning.first("region") or context.region
    if region is None:
        context.wait_for("eligibility", "place", said=meaning.said, single=single)
        return asks("各地标准不一样，您是哪里的（哪个县、市）？", "eligibility.place")
    context.talk.region = region
    goes_on = await pool.extended(context, region)
    held = context.house.shelf.documents(region) if single else pool.in_force(context, region, goes_on)
    schemes = [[policy.id, scheme.id] for policy, scheme in pool.nearest(held) if wanted(scheme)]
    if not schemes:
        text = f"{context.house.shelf.regions.name(region)}的文件里没有直接发给您、或您能免费上的项目。"
        return Reply(wording.lines(text, wording.PERSON), Outcome.UNKNOWN, "eligibility.none")
    willing = {"willing": True} if asker.asker(meaning) is Asker.WORKER else {}  # who asks is willing
    facts = {**willing, **telling.said(meaning, region), **await telling.recorded(context)}
    interview = Interview(schemes, facts, who=asker.asker(meaning), region=region, single=single, goes_on=goes_on)
    if single and (reply := _other_payee(interview, context)):
        return reply
    return _go_on(interview, context)


def _other_payee(interview: Interview, context: Context) -> Reply | None:
    """Money that is paid to somebody else is said to be so at once to a worker; others are asked on the payee's behalf."""
    judged = interview.judged(context.house.shelf)[0]
    who = Asker(interview.who)
    return finding.not_for_him(judged) if who is Asker.WORKER and not asker.concerns(judged.scheme, who) else None


async def place_told(message: Message, meaning: Meaning, context: Context) -> Reply | None:
    """The place was asked for."""
    if meaning.first("region") is None or context.talk.pending is None:
        return None
    data = context.talk.pending.data
    context.talk.region, context.talk.pending = meaning.first("region"), None
    before = context.house.understanding.read(data["said"])
    return await (one if data["single"] else what)(message, before, context)


async def fact_told(message: Message, meaning: Meaning, context: Context) -> Reply | None:
    """An answer to the question, a change of an earlier one, a question in between, or stop."""
    assert context.talk.pending is not None
    data = context.talk.pending.data
    interview = Interview.load(data["interview"])
    if _STOP.search(message.text.strip()):
        context.talk.pending = None
        return done("好，先不算了。想接着算，回复“我能领什么”。", "eligibility.stop")
    if _ANEW.search(meaning.cleaned):
        return _anew(interview, context)
    if _PUZZLED.search(meaning.cleaned):
        return asks(f"就照您的实际情况选，拿不准就选“{UNSURE}”，不耽误。\n{data['question']}", "eligibility.again")
    if _AGAIN.search(meaning.cleaned) and len(interview.asked) > 1:
        return _step_back(interview, context)
    kind = catalogue()[interview.asked[-1]]
    others = telling.as_asked(telling.said(meaning, interview.region), interview)
    mine = others.pop(kind.name, None)
    value = talks.told(kind, data["labels"], message.text, meaning)
    if value is None and kind.name == "work_place":
        value = mine  # a city that is named tells it: 去昆山
    if value is None and (not others or _ASKS.search(meaning.cleaned) or meaning.intent != QUESTION):
        return await _meanwhile(message, meaning, context, data)
    interview.learn(others)
    if value is None:
        interview.asked.pop()
    else:
        _take(interview, kind, value, talks.chosen(data["labels"], message.text))
    return _go_on(interview, context, "好，记下了。\n" if value is None else "")


def _take(interview: Interview, kind: FactKind, value: Any, label: str) -> None:
    if value == UNSURE:
        interview.unsure.append(kind.name)
        return
    interview.learn({kind.name: value})
    if kind.vague and label == kind.vague:
        interview.vague.append(kind.name)


def _anew(interview: Interview, context: Context) -> Reply:
    """“重来”: the same schemes, nothing known but what the worker was asked for from the start."""
    kept = {name: value for name, value in interview.facts.items() if name == "willing"}
    fresh = replace(interview, facts=kept, unsure=[], asked=[], vague=[])
    return _go_on(fresh, context)


def _step_back(interview: Interview, context: Context) -> Reply:
    """“上一个选错了”: the question before the last is put again."""
    for fact in (interview.asked.pop(), interview.asked.pop()):
        interview.facts.pop(fact, None)
        interview.unsure = [unsure for unsure in interview.unsure if unsure != fact]
    return _go_on(interview, context, "好，重新来。\n")


async def _meanwhile(message: Message, meaning: Meaning, context: Context, data: dict[str, Any]) -> Reply | None:
    """A policy question in the middle of an interview is answered, and the interview's question put again."""
    if meaning.intent != QUESTION:
        return None
    kept, region = context.talk.pending, context.talk.region
    context.talk.pending = None
    between = await ask.answer(message, meaning, context) if len(meaning.text) > 2 else None
    context.talk.pending, context.talk.region = kept, region
    if between is None or between.outcome is not Outcome.ANSWER or not _ASKS.search(meaning.cleaned):
        return asks(f"没看明白您的意思。\n{data['question']}\n回复数字就行，不想算了回复“算了”。", "eligibility.again")
    told = re.sub(r"\n1 .*$", "", between.text)  # the steps of an answer are not this talk's choices
    return Reply(f"{told}\n——接着刚才的\n{data['question']}", Outcome.ASK, "eligibility.again", between.citations)


async def settled(message: Message, meaning: Meaning, context: Context) -> Reply | None:
    """After the verdict: “全部” shows the rest, a fact told otherwise gives a new verdict; all else is a new message."""
    assert context.talk.pending is not None
    interview = Interview.load(context.talk.pending.data["interview"])
    if _ANEW.search(meaning.cleaned):
        return _anew(interview, context)
    if _ALL.search(meaning.cleaned) and not interview.single:
        return account.account(
            interview.judged(context.house.shelf), interview, context.house.shelf, context.today, whole=True
        )
    said = telling.as_asked(telling.said(meaning, interview.region), interview)
    counted = [judged.scheme for judged in interview.judged(context.house.shelf) if interview.single]
    changed = {
        name: value
        for name, value in said.items()
        if name in interview.facts or any(counts_in(scheme, {name: value}) for scheme in counted)
    }
    if meaning.intent != QUESTION or not changed or len(meaning.text) > 16 or meaning.first("region"):
        return None
    interview.learn(changed)
    return _go_on(interview, context)


def _go_on(interview: Interview, context: Context, lead: str = "") -> Reply:
    """Ask the next fact, or say how it stands."""
    shelf = context.house.shelf
    kind = interview.next_fact(shelf, _MOST_FOR_ONE if interview.single else _MOST_FOR_ALL)
    if kind is None:
        return _settle(interview, context)
    interview.asked.append(kind.name)
    question, labels = talks.question(kind, len(interview.asked), _groups(interview, context), interview.who)
    context.wait_for("eligibility", "fact", interview=interview.keep(), labels=labels, question=question)
    if len(interview.asked) == 1 and not lead:
        lead = "问您几件事，答数字就行，不清楚的选“不清楚”。\n"
        if interview.single:
            lead = f"{finding.opening(interview.judged(shelf)[0], interview)}\n{lead}"
    choices = tuple(Choice(label, label) for label in labels)
    return Reply(lead + question, Outcome.ASK, "eligibility.fact", choices=choices)


def _settle(interview: Interview, context: Context) -> Reply:
    """The verdict; what was told is kept for a while, so that it may be put right."""
    shelf = context.house.shelf
    judged = interview.judged(shelf)
    context.wait_for("eligibility", "settled", interview=interview.keep())
    if not interview.single:
        return account.account(judged, interview, shelf, context.today)
    born = context.person.born if context.person else None
    return finding.verdict(judged[0], interview, context.today, born)


def _groups(interview: Interview, context: Context) -> list[str]:
    """The groups that the schemes in question name, most named first."""
    named: dict[str, int] = {}
    for judged in interview.judged(context.house.shelf):
        for condition in judged.scheme.conditions:
            for group in condition.one_of or () if condition.fact == "group" else ():
                named[group] = named.get(group, 0) + 1
    return sorted(named, key=lambda group: -named[group])[:10]


SKILL = Skill(
    "eligibility",
    {"eligibility.what": what, "eligibility.one": one},
    {"fact": fact_told, "place": place_told, "settled": settled},
)
