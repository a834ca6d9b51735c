"""Where a worker's money stands: one sentence a claim — where it is, what comes next, when at the latest."""

from __future__ import annotations

from handlers import binding, claim_words
from handlers.context import Context, Skill, done, refuse, say
from handlers.message import Message, Reply
from intents.understanding import Meaning
from records import claim_desk, noticing, own_claims

_FIRST = "查补贴要先实名。"
_SHOWN = 4  # claims in one reply


async def mine(message: Message, meaning: Meaning, context: Context) -> Reply:
    """“我的补贴到哪了”."""
    if context.person is None:
        return binding.begin(context, _FIRST)
    found = await own_claims.of(context.session, context.person)
    if not found:
        text = "您名下还没有申领记录。培训补贴一般由学校申领，您免费学；回复“我能领什么”看看有没有发给您本人的。"
        return say(text, "progress.mine")
    lines = [claim_words.stands(own, context.house, context.today) for own in found[:_SHOWN]]
    more = [f"还有{len(found) - _SHOWN}笔更早的。"] if len(found) > _SHOWN else []
    return say("\n".join([*lines, *more]), "progress.mine")


async def object_to(message: Message, meaning: Meaning, context: Context) -> Reply:
    """“异议 SL-2026-000012 我没参加过”: kept with a receipt."""
    named = claim_words.number_in(message.text)
    claim = await claim_desk.by_number(context.session, named.number) if named else None
    if named is None or claim is None:
        return refuse(
            "没有查到这个申领编号，请照公示页上的编号再发一次，如“异议 SL-2026-000012 我没参加”。", "progress.object"
        )
    said = named.rest or "本人说没有参加"
    objection = await noticing.object_to(context.session, claim, said, context.now, openid=context.follower.openid)
    return done(f"收到您的异议，回执号{objection.receipt}。核实前这笔钱不会付，结果会告诉您。", "progress.object")


SKILL = Skill("progress", {"progress.mine": mine, "progress.object": object_to})
