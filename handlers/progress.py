"""Where a worker's money stands: one sentence a claim — where it is, what comes next, when at the latest."""

from __future__ import annotations

from handlers import binding, claim_words, links
from handlers.context import Context, Skill, done, refuse, say
from handlers.message import Message, Reply
from intents.understanding import Meaning
from records import claim_moves, noticing, own_claims
from records.audience import place
from records.claim_papers import OPEN_TO_ADD
from records.errors import Refused

_PAGE = "/my/claims"
_NOTICES = "/notice"
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
    if any(own.is_mine and own.claim.state in OPEN_TO_ADD for own in found[:_SHOWN]):
        link = links.my(context.house, context.follower.openid, _PAGE, context.now)
        more.append(f"补材料把照片发到这里，也可以点这里补：{link}")
    return say("\n".join([*lines, *more]), "progress.mine")


async def object_to(message: Message, meaning: Meaning, context: Context) -> Reply:
    """“异议 SL-2026-000012 我没参加过”: kept with a receipt."""
    named = claim_words.number_in(message.text)
    claim = await claim_moves.by_number(context.session, named.number) if named else None
    if named is None or claim is None:
        return refuse(
            "没有查到这个申领编号，请照公示页上的编号再发一次，如“异议 SL-2026-000012 我没参加”。", "progress.object"
        )
    said = named.rest or "本人说没有参加"
    openid = context.follower.openid
    try:
        objection = await noticing.object_to(context.session, claim, said, context.now, openid=openid)
    except Refused as refusal:
        return refuse(refusal.reason, "progress.object")
    context.wait_for("photo", "expected", place=f"objection:{objection.id}")
    text = f"收到您的异议，回执号{objection.receipt}。核实前这笔钱不会付，结果会告诉您。有照片能说明的，接着发到这里。"
    return done(text, "progress.object")


async def objections(message: Message, meaning: Meaning, context: Context) -> Reply:
    """“我的异议”: each that was made in this chat, and what the office said to it."""
    made = await noticing.of_follower(context.session, context.follower.openid, _SHOWN)
    if not made:
        return say("您没有在这里提过异议。在公示页上提的，凭回执号在公示页查。", "progress.objections")
    lines = [f"{claim.number}（回执{each.receipt}）：{claim_words.answered(each)}" for each, claim in made]
    return say("\n".join(lines), "progress.objections")


async def how_to_object(message: Message, meaning: Meaning, context: Context) -> Reply:
    """“我有异议”: what is up now, where it can be read, and the words by which one objects."""
    here = place(context.region or context.house.settings.region)
    near = [claim for claim in await noticing.up_now(context.session, context.today) if claim.region.startswith(here)]
    if not near:
        return say("现在没有正在公示的补贴。公示过的有不对的，回复“人工”跟工作人员说。", "progress.how_to_object")
    lines = [f"{claim.number}　{claim.payee_name}" for claim in near[:_SHOWN]]
    told = f"正在公示的有{len(near)}笔，名单点这里看：{context.house.settings.public_url}{_NOTICES}"
    how = f"哪笔不对，照编号说一句就行，如“异议 {near[0].number} 我没参加这个班”。"
    return say("\n".join([told, *lines, how]), "progress.how_to_object")


SKILL = Skill(
    "progress",
    {
        "progress.mine": mine,
        "progress.object": object_to,
        "progress.objections": objections,
        "progress.how_to_object": how_to_object,
    },
)
