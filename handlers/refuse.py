"""What the service will not do: other people's data, faked attendance, traded vouchers, fraud, orders to itself."""

from __future__ import annotations

from handlers.context import Context, Skill, refuse
from handlers.message import Message, Reply
from intents.understanding import Meaning

_SAID = {
    "refuse.others": "别人的信息我不能给，本人来问才行。\n您自己的，回复“我的信息”就能看。",
    "refuse.attendance": "不行，签到只能本人到场，代签、补假的都不算，还会影响以后领补贴。\n来不了可以回复“请假”，老师批了不算缺勤；漏签了回复“补签”。",
    "refuse.fraud": "这个不能做。弄虚作假套补贴要追回，还会取消资格。\n想知道自己正经能领多少，回复“我能领什么”。",
    "refuse.voucher": "不能。培训券实名，只能本人用，不得转让，卖、借、送都会作废，还影响以后领券。\n用不上可以回复“退券”，以后想学再领。",
    "refuse.orders": "这个我不能照办。我只按文件回答技能培训、考证和补贴的事，您有这方面的问题请直接问。",
}


async def decline(message: Message, meaning: Meaning, context: Context) -> Reply:
    """Say no, why, and what can be done instead."""
    return refuse(_SAID[meaning.intent], meaning.intent)


SKILL = Skill("refuse", dict.fromkeys(_SAID, decline))
