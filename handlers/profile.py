"""The worker's own data: who he is, where he is, what we hold, and forgetting it again."""

from __future__ import annotations

import re

from handlers import ask, binding, links, wording
from handlers.context import Context, Skill, done, say
from handlers.context import ask as asks
from handlers.message import Choice, Kind, Message, Outcome, Reply
from handlers.talk import Talk
from intents.understanding import QUESTION, Meaning
from records import people, privacy, tickets, vouchers
from records.people import Source
from records.privacy import Left

_HELD = "/my/held"
_SPOKEN = {Kind.TEXT, Kind.VOICE, Kind.CLICK}
_A_PLACE = re.compile(r"^[^\d]{1,10}(?:省|市|县|区|州|盟|旗|镇|乡|村)?$")
_ABOUT = re.compile(r"^我?们?(?:家)?(?:是|在|住在?|家在|户口[是在]|老家[是在]?|来自|到|去)")
_TAIL = re.compile(r"(?:的?人|的|这边|这里|这儿|那边|户口|了|呢|啊)+$")
_WAYS = (Choice("领培训券", "我要领培训券"), Choice("我的信息", "我的信息"))


async def bind(message: Message, meaning: Meaning, context: Context) -> Reply:
    """“实名”, or a name and a number out of the blue."""
    if context.person is not None:
        text = f"您已经实名了：{context.person.shown}。\n不是您本人，回复“删除我的信息”再重新登记。"
        return say(text, "profile.bind")
    if binding.read(message.text).number:
        return await binding.offered(message, context)
    return binding.begin(context, "实名登记后能领券、签到、查自己的补贴。\n")


async def bind_told(message: Message, meaning: Meaning, context: Context) -> Reply | None:
    """Name or number at the waiting step; once tied, the ways on."""
    reply = await binding.take(message, meaning, context)
    return reply if reply is None or context.person is None else _with_ways(reply, _WAYS)


async def region(message: Message, meaning: Meaning, context: Context) -> Reply:
    """“我是陵川的”, “改地区”: whose documents hold for this worker from now on."""
    if place := meaning.first("region"):
        return await _settle(place, message, meaning, context)
    if _ABOUT.search(meaning.text):  # 我是残疾人, 我在打工: no place at all
        return await ask.answer(message, meaning, context)
    context.wait_for("profile", "region")
    return asks(f"您是哪里的？说县、市的名字就行，比如{_served(context)}。", "profile.region")


async def region_told(message: Message, meaning: Meaning, context: Context) -> Reply | None:
    """The place that was asked for; for one we do not know, those that we do."""
    if message.kind not in _SPOKEN:
        return None
    if place := meaning.first("region"):
        return await _settle(place, message, meaning, context)
    said = _TAIL.sub("", _ABOUT.sub("", meaning.text))
    if meaning.intent not in {QUESTION, "profile.region"} or len(said) > 8 or not _A_PLACE.match(said):
        return None
    text = f"没找到“{said}”这个地方。我这里有文件的是：{_served(context)}。\n再说一遍您在哪个县、市；不改了，接着问别的就行。"
    return asks(text, "profile.region")


async def show(message: Message, meaning: Meaning, context: Context) -> Reply:
    """“我的信息”: masked, never in full in a chat."""
    place = context.house.shelf.regions.name(context.region) if context.region else ""
    if context.person is None:
        text = f"您还没有实名，我只记着您的地区：{place}。" if place else "您还没有实名，我这里没有您的信息。"
        return _with_ways(say(text, "profile.show"), (Choice("实名", "实名"), Choice("改地区", "改地区")))
    session, person = context.session, context.person
    groups = "、".join(member.group for member in await people.groups_of(session, person, context.today))
    source = "县劳动力档案" if person.source == Source.REGISTRY else "自己登记，报到时核对"
    text = wording.lines(
        f"{person.shown}（{source}）",
        f"地区：{place}",
        f"群体：{groups}" if groups else "",
        f"今年已用培训{await vouchers.used_in(session, person, context.today.year)}次，"
        f"在用的培训券{len(await vouchers.open_of(session, person))}张。",
        f"全部的点这里看：{links.my(context.house, context.follower.openid, _HELD, context.now)}",
    )
    ways = (Choice("我的券", "我的券"), Choice("改地区", "改地区"), Choice("删除我的信息", "删除我的信息"))
    return _with_ways(say(text, "profile.show"), ways)


async def terms(message: Message, meaning: Meaning, context: Context) -> Reply:
    """“个人信息说明”: what is kept, what for, how long."""
    text = (
        "《个人信息说明》：我们收姓名、身份证号和您说的地区、群体，只用来核对培训和补贴资格；加密保存，聊天里只显示头尾。\n"
        "取消关注或回复“删除我的信息”就解绑、删除；用过券、上过班的记录按会计档案规定保存30年，县劳动力档案由人社局依法保管。\n"
        "回复“我的信息”随时能看。"
    )
    return say(text, "profile.terms")


async def erase(message: Message, meaning: Meaning, context: Context) -> Reply:
    """“删除我的信息”: asks once more, since it cannot be taken back."""
    context.wait_for("profile", "erase")
    unused = 0
    if context.person is not None:
        unused = len([v for v in await vouchers.open_of(context.session, context.person) if v.used_on is None])
    warning = f"没用的{unused}张券会退掉，" if unused else ""
    text = f"真的要删除吗？删了就解绑，{warning}聊过的话、地区和订阅都清掉，不能恢复。\n1 确认删除　2 不删了"
    return asks(text, "profile.erase")


async def erase_told(message: Message, meaning: Meaning, context: Context) -> Reply | None:
    """The answer to “really?”."""
    if message.kind not in _SPOKEN:
        return None
    number = context.talk.number(message.text, 2)
    said = message.text.strip(" 。！!")
    if number == 1 or said in {"不删", "不删了", "算了", "不", "取消", "不要", "不用了"}:
        context.talk.pending = None
        return done("好，没有删，都还在。", "profile.kept")
    if number != 0 and said not in {"确认", "确认删除", "确定", "确定删除", "删", "删除", "是", "是的", "对", "删吧"}:
        return None
    left = Left()
    if context.person is None:
        await privacy.forget(context.session, context.follower)
    else:
        left = await privacy.erase(context.session, context.follower, context.person, context.now)
    _part(context)
    return done(f"已经解绑、删除了。\n{_kept(left)}", "profile.erased")


async def leave(message: Message, meaning: Meaning, context: Context) -> Reply:
    """The account was unfollowed: nobody is there to answer, and what need not be kept goes."""
    if ticket := await tickets.current(context.session, context.follower.openid):
        await tickets.close(context.session, ticket, "worker", context.now)
    await privacy.leave(context.session, context.follower, context.person)
    context.follower.subscribed = False
    _part(context)
    return Reply("", Outcome.DONE, "profile.leave")


async def _settle(place: str, message: Message, meaning: Meaning, context: Context) -> Reply:
    """Remember the place; a question that was open is answered for it at once."""
    context.follower.region = context.talk.region = place
    if context.person is not None and context.person.source == Source.SELF:
        context.person.region = place
    context.talk.pending = None
    if context.talk.topic is not None and _ABOUT.search(meaning.text):
        return await ask.answer(message, meaning, context)
    if context.talk.topic is None and context.talk.question:
        return await ask.answer(message, context.house.understanding.read(context.talk.question), context)
    shelf, name = context.house.shelf, context.house.shelf.regions.name(place)
    if not (documents := shelf.documents(place)):
        text = f"记下了，您在{name}。不过{name}的文件我这里没有，有文件的是：{_served(context)}。"
        return done(text, "profile.region")
    ways = (Choice("我能领什么", "我能领什么"), Choice("看有没有班", "看有没有班"))
    by = shelf.regions.name(documents[0].region)
    whose = f"以后按{name}的文件答" if by == name else f"{name}自己的文件我这里没有，以后按{by}的文件答"
    return _with_ways(done(f"记下了，您在{name}，{whose}。", "profile.region"), ways)


def _part(context: Context) -> None:
    context.person, context.talk = None, Talk()


def _kept(left: Left) -> str:
    """What the law makes us keep, said plainly."""
    kept = []
    if left.accounts:
        kept.append("用过券、上过班的记录（会计档案要保存30年）")
    if left.registry:
        kept.append("县劳动力档案里的登记（人社局依法保管）")
    return f"依法还要留的：{'；'.join(kept)}。别的都没留。" if kept else "什么都没留。要再办事，回复“实名”。"


def _served(context: Context) -> str:
    regions = context.house.shelf.regions
    return "、".join(dict.fromkeys(regions.name(policy.region) for policy in context.house.shelf.policies))


def _with_ways(reply: Reply, ways: tuple[Choice, ...]) -> Reply:
    numbered = "　".join(f"{number} {way.label}" for number, way in enumerate(ways, 1))
    return Reply(f"{reply.text}\n{numbered}", reply.outcome, reply.intent, choices=ways)


SKILL = Skill(
    "profile",
    {
        "profile.bind": bind,
        "profile.region": region,
        "profile.show": show,
        "profile.terms": terms,
        "profile.erase": erase,
        "profile.leave": leave,
    },
    {"bind": bind_told, "region": region_told, "erase": erase_told},
)
