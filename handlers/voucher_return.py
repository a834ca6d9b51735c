"""Giving a voucher back that was not used: which one, and whether really."""

from __future__ import annotations

from handlers import voucher_words
from handlers.context import Context, done, refuse, say
from handlers.message import Kind, Message, Reply
from intents.understanding import Meaning
from records import voucher_desk, vouchers
from records.errors import Refused
from records.voucher_states import UNUSED, State

_SPOKEN = {Kind.TEXT, Kind.VOICE, Kind.CLICK}


async def withdraw(message: Message, meaning: Meaning, context: Context) -> Reply:
    """“不要这张券了”: which one, and whether really."""
    if context.person is None:
        return say("您还没有实名，名下没有券可退。", "voucher.withdraw")
    await voucher_desk.expire_due(context.session, context.now, "jobs", context.person)
    unused = await vouchers.in_states(context.session, context.person, UNUSED)
    named = [voucher for voucher in unused if voucher.occupation == meaning.first("occupation")] or unused
    if not named:
        others = await vouchers.open_of(context.session, context.person)
        text = "您的券已经在班上报到了，要退请先跟老师说退班。" if others else "您没有可以退的券。"
        return say(text, "voucher.withdraw")
    context.wait_for("voucher", "withdraw", numbers=[voucher.number for voucher in named])
    return voucher_words.really(named)


async def told(message: Message, meaning: Meaning, context: Context) -> Reply | None:
    """The answer to “which one” or “really”."""
    if message.kind not in _SPOKEN or context.talk.pending is None or context.person is None:
        return None
    numbers = context.talk.pending.data["numbers"]
    said = message.text.strip(" 。！!")
    sure = len(numbers) == 1
    chosen = context.talk.number(said, 2 if sure else len(numbers))
    if said in {"不退", "不退了", "算了", "取消", "不"} or (sure and chosen == 1):
        context.talk.pending = None
        return done("好，券还留着。回复“我的券”随时能看。", "voucher.kept")
    if not sure:
        if chosen is None:
            return None
        context.wait_for("voucher", "withdraw", numbers=[numbers[chosen]])
        found = await vouchers.by_number(context.session, numbers[chosen])
        return voucher_words.really([found] if found else [])
    if chosen != 0 and said not in {"确认", "确认退券", "确定", "退", "退吧", "是", "是的", "对"}:
        return None
    context.talk.pending = None
    return await _give_back(numbers[0], context)


async def _give_back(number: str, context: Context) -> Reply:
    voucher = await vouchers.by_number(context.session, number)
    assert voucher is not None
    try:
        await voucher_desk.move(context.session, voucher, State.WITHDRAWN, "worker", context.now, "本人退券")
    except Refused as refused:
        return refuse(refused.reason, "voucher.withdraw")
    return done(
        f"退好了：{number}（{voucher.occupation}）作废，不占今年的次数。\n以后想学，回复“领券”再领。",
        "voucher.withdrawn",
    )
