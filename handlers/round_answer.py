"""The answer to a voucher round: “1” applies as anybody does, “2” declines, with the reason if he likes."""

from __future__ import annotations

from handlers import voucher
from handlers.context import Context, Skill, done, refuse
from handlers.context import ask as asks
from handlers.message import Kind, Message, Reply
from intents.understanding import QUESTION, Meaning
from records import round_answers
from records.errors import Refused
from records.rounds import RoundAnswer

_SPOKEN = {Kind.TEXT, Kind.VOICE, Kind.CLICK}
_YES = frozenset({"要", "想要", "我要", "愿意", "要券"})
_NO = frozenset({"不要", "不想要", "不愿意", "不需要"})
_REASONS = ("没时间", "离家远", "不想学这个", "已经会了")
_SPARED = frozenset({"不说", "没有", "没什么", "算了", "没原因", "不想说"})
_LONGEST = 40


async def number(message: Message, meaning: Meaning, context: Context) -> Reply | None:
    """“1” wants the voucher that was offered, “2” does not; who has answered to the end means something else."""
    assert context.talk.pending is not None and context.person is not None
    said = message.text.strip(" 。.！!") if message.kind in _SPOKEN else ""
    chosen = 0 if said in _YES else 1 if said in _NO else context.talk.number(said, 2)
    answer = await round_answers.of(context.session, context.talk.pending.data["round"], context.person)
    if chosen is None or answer is None or answer.state in (round_answers.SAID_YES[1:]):
        return None
    context.talk.pending = None
    if chosen == 1:
        await round_answers.decline(context.session, answer, context.now)
        context.wait_for("round_answer", "why", answer=answer.id)
        reasons = "　".join(f"{place} {reason}" for place, reason in enumerate(_REASONS, 1))
        return asks(f"好，记下了，这回不要。方便说说为什么吗？回复数字或直接说：\n{reasons}", "voucher.declined")
    try:
        round_ = await round_answers.want(context.session, answer, context.now)
    except Refused as refused:
        await round_answers.refuse(context.session, answer.id, refused.reason, context.now)
        return refuse(refused.reason, "voucher.apply")
    return await voucher.apply_in_round(round_, answer, context)


async def why_told(message: Message, meaning: Meaning, context: Context) -> Reply | None:
    """Why he wants none; a question or a wish goes its own way."""
    said = message.text.strip(" 。.！!") if message.kind in _SPOKEN else ""
    chosen = context.talk.number(said, len(_REASONS))
    is_reason = chosen is not None or said in {*_SPARED, *_REASONS} or _is_remark(said, meaning)
    if not is_reason or context.talk.pending is None:
        return None
    answer = await context.session.get_one(RoundAnswer, context.talk.pending.data["answer"])
    context.talk.pending = None
    reason = _REASONS[chosen] if chosen is not None else "" if said in _SPARED else said
    await round_answers.decline(context.session, answer, context.now, reason)
    return done("谢谢，记下了。以后想学，回复“领券”随时能领。", "voucher.declined")


def _is_remark(said: str, meaning: Meaning) -> bool:
    """没空，家里有老人: nothing we know how to do, and no question."""
    return 1 < len(said) <= _LONGEST and meaning.intent == QUESTION and said[-1] not in "吗?？呢么"


SKILL = Skill("round_answer", {}, {"why": why_told})
