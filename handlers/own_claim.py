"""A worker claims for himself in the chat: “申领补贴”, the answers to what is asked, and “撤回 SL-…”."""

from __future__ import annotations

import re
from typing import Any

from handlers import ask, bank_account, binding, claim_words, interview, own_claiming, telling
from handlers import own_claim_course as course
from handlers import own_claim_words as words
from handlers.context import Context, Skill, done, refuse, say
from handlers.context import ask as asks
from handlers.message import Kind, Message, Outcome, Reply
from handlers.own_claim_course import Wish
from intents.understanding import QUESTION, Meaning
from knowledge.facts import catalogue
from records import own_claims
from records.claim_states import ClaimState
from records.errors import Refused

_NONE_RETURNED = "您没有退回来要再交的申领。进度回复“我的补贴”。"
_SPOKEN = {Kind.TEXT, Kind.VOICE, Kind.CLICK}
_STOP = frozenset({"算了", "取消", "不申领了", "先不申领", "不领了", "不要了", "不办了", "先不交", "不交了", "不提交"})
_SURE = frozenset({"提交", "确认", "确认提交", "确定", "是", "是的", "对", "好", "好的", "交吧", "没错", "同意"})
_MAY_GO_BACK = frozenset({ClaimState.DRAFT, ClaimState.SUBMITTED, ClaimState.RETURNED})


async def apply(message: Message, meaning: Meaning, context: Context) -> Reply:
    """“申领补贴”."""
    told = {name: value for name, value in telling.said(meaning, context.region).items() if name in meaning.facts}
    wish = Wish(occupation=meaning.first("occupation") or "", level=meaning.first("level") or "", told=told)
    wish.is_living = "生活费" in message.text
    return await course.go_on(wish, context)


async def bound(message: Message, meaning: Meaning, context: Context) -> Reply | None:
    """Name and number were asked for; once they are there, the application goes on."""
    wish = _wish(context)
    reply = await binding.take(message, meaning, context)
    if reply is None or context.person is None:
        return reply
    return await course.go_on(wish, context, reply.text)


async def which_told(message: Message, meaning: Meaning, context: Context) -> Reply | None:
    """Which of several was meant."""
    wish, said = _wish(context), message.text.strip(" 。！!")
    if message.kind not in _SPOKEN or said in _STOP:
        return _stopped(message, context)
    keys = _kept(context)["keys"]
    number = context.talk.number(said, len(keys))
    wish.occupation, wish.level = meaning.first("occupation") or "", meaning.first("level") or ""
    if number is None and not (wish.occupation or wish.level):
        return await _aside(message, meaning, context)
    wish.chosen = keys[number] if number is not None else ""
    return await course.go_on(wish, context)


async def fact_told(message: Message, meaning: Meaning, context: Context) -> Reply | None:
    """The answer to the one thing that only the worker can tell."""
    wish, said = _wish(context), message.text.strip(" 。！!")
    if message.kind not in _SPOKEN or said in _STOP:
        return _stopped(message, context)
    kind, labels = catalogue()[wish.asked], _kept(context)["labels"]
    value = interview.told(kind, labels, message.text, meaning)
    if value is None:
        return await _aside(message, meaning, context)
    if value == interview.UNSURE:
        context.talk.pending = None
        return words.for_staff(f"“{kind.ask.rstrip('？')}”您不清楚，要工作人员帮您核对了才能申领。")
    wish.told[kind.name] = value
    if kind.vague and interview.chosen(labels, message.text) == kind.vague:
        wish.vague.append(kind.name)
    return await course.go_on(wish, context)


async def account_told(message: Message, meaning: Meaning, context: Context) -> Reply | None:
    """Where the money is to go: the bank and the number, in one message or two."""
    wish, said = _wish(context), message.text.strip(" 。！!")
    if message.kind not in _SPOKEN or said in _STOP:
        return _stopped(message, context)
    try:
        told = bank_account.read(message.text, context.today)
    except Refused as refused:
        return asks(refused.reason, "claim.account")
    if not told.bank and not told.number:
        return await _aside(message, meaning, context)
    wish.bank = told.bank or wish.bank
    wish.number = context.house.database.vault.seal(told.number) if told.number else wish.number
    return await course.go_on(wish, context)


async def confirmed(message: Message, meaning: Meaning, context: Context) -> Reply | None:
    """Yes: it is handed in. No: nothing is kept."""
    wish, said = _wish(context), message.text.strip(" 。！!")
    number = context.talk.number(said, len(words.CONFIRM))
    if message.kind not in _SPOKEN or said in _STOP or number == 1:
        return _stopped(message, context)
    if number != 0 and said not in _SURE:
        return await _aside(message, meaning, context)
    context.talk.pending = None
    return await course.hand_in(wish, message, context)


async def withdraw(message: Message, meaning: Meaning, context: Context) -> Reply:
    """“撤回 SL-2026-000012”; without a number, which one."""
    if context.person is None:
        return say("您还没有实名，名下没有申领。", "claim.withdraw")
    if named := claim_words.number_in(meaning.said):
        return await _take_back(named.number, context)
    mine = [own.claim for own in await own_claims.of(context.session, context.person) if own.is_mine]
    numbers = [claim.number for claim in mine if claim.state in _MAY_GO_BACK]
    if not numbers:
        return say("您没有能撤回的申领：没有提交过，或者已经初审了。进度回复“我的补贴”。", "claim.withdraw")
    return words.which_to_withdraw(numbers)


async def again(message: Message, meaning: Meaning, context: Context) -> Reply:
    """“再交 SL-2026-000012 合同补上了”: a claim that was returned is handed in once more."""
    if context.person is None:
        return say("您还没有实名，名下没有申领。", "claim.again")
    named = claim_words.number_in(message.text)
    mine = [own.claim for own in await own_claims.of(context.session, context.person) if own.is_mine]
    returned = [each for each in mine if each.state == ClaimState.RETURNED]
    claim = next((each for each in mine if named and each.number == named.number), None)
    if claim is None and named is None and len(returned) == 1:
        (claim,) = returned
    if claim is None:
        numbers = "、".join(each.number for each in returned)
        return say(f"要再交哪一笔？请带上编号，如“再交 {numbers}”。" if returned else _NONE_RETURNED, "claim.again")
    try:
        said = named.rest if named else ""
        await own_claiming.hand_in_again(context.session, context.person, claim, said, claim.version, context.now)
    except Refused as refused:
        return refuse(refused.reason, "claim.again")
    return done(f"又交上去了：{claim.number}，现在等初审。进度回复“我的补贴”。", "claim.submitted")


async def _take_back(number: str, context: Context) -> Reply:
    assert context.person is not None
    try:
        claim = await own_claiming.withdraw(context.session, context.person, number, context.now)
    except Refused as refused:
        return refuse(refused.reason, "claim.withdraw")
    return done(f"撤回了：{claim.number}。以后想领，回复“申领补贴”重新提交。", "claim.withdrawn")


async def _aside(message: Message, meaning: Meaning, context: Context) -> Reply | None:
    """A policy question in between is answered and ours put again, so that nothing told is lost; a command ends it."""
    pending, region = context.talk.pending, context.talk.region
    if pending is None or meaning.intent != QUESTION:
        return None
    context.talk.pending = None
    between = await ask.answer(message, meaning, context) if len(meaning.text) > 2 else None
    context.talk.pending, context.talk.region = pending, region
    question = pending.data["question"]
    if between is None or between.outcome is not Outcome.ANSWER:
        return asks(f"没看明白您的意思。\n{question}\n不申领了，回复“算了”。", "claim.again")
    told = re.sub(r"\n1 .*$", "", between.text)  # the steps of an answer are not this talk's choices
    return Reply(f"{told}\n——接着刚才的\n{question}", Outcome.ASK, "claim.again", between.citations)


def _kept(context: Context) -> dict[str, Any]:
    assert context.talk.pending is not None
    return context.talk.pending.data


def _wish(context: Context) -> Wish:
    return Wish(**_kept(context)["wish"])


def _stopped(message: Message, context: Context) -> Reply | None:
    """“算了”; what is no word at all belongs to another skill."""
    if message.kind not in _SPOKEN:
        return None
    context.talk.pending = None
    return done("好，先不申领，什么都没有提交。想领的时候回复“申领补贴”。", "claim.stop")


SKILL = Skill(
    "claim",
    {"claim.apply": apply, "claim.withdraw": withdraw, "claim.again": again},
    {"bound": bound, "which": which_told, "fact": fact_told, "account": account_told, "confirm": confirmed},
)
