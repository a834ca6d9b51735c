"""Ties a WeChat account to a person (实名): name and ID number, in one message or step by step, after consent."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import timedelta

from handlers.context import Context, done, refuse
from handlers.context import ask as asks
from handlers.message import Kind, Message, Outcome, Reply
from intents.understanding import QUESTION, Meaning
from records import id_number, people, questions
from records.errors import Refused
from records.id_number import IdNumber
from records.people import Person, Source

WANTED = "请发：姓名＋身份证号（只用来核对资格，加密保存，随时可删；发来即表示同意《个人信息说明》）"
_TERMS = "只用来核对资格，加密保存，随时可删"
_SPOKEN = {Kind.TEXT, Kind.VOICE, Kind.CLICK}
_MOST_MISMATCHES = 5  # a day; more looks like guessing at somebody else's card

_WHOLE = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
_PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?![\dXx])")
_ANY = re.compile(r"\d[\dXx*\s-]{4,}[\dXx*]")
_LABELS = re.compile(
    r"(?:我的|本人)?(?:姓名|名字)(?:是|叫|为)?|我叫|我是|本人|我的|(?:居民)?(?:身份证|证件)(?:号码?)?(?:是|为)?|手机号?|电话|实名|绑定|登记"
)
_NAME = re.compile(r"[\u3400-\u9fff]{2,4}|[\u3400-\u9fff]{1,10}(?:·[\u3400-\u9fff]{1,10})+")
_NO_NAME = re.compile(r"[吗呢么吧啥谁怎哪我你他她它的了不没要请问]")
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许邓冯韩曹曾彭萧肖蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭"
    "廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严赖覃洪武莫孔汤向常温康施文牛樊葛邢安齐易乔伍"
    "庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁"
    "蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商"
    "刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚花权强帅"
)
_YES = re.compile(r"^(?:我?同意|好的?|可以|行|是的?|嗯+|中|1)[。！!吧啊]*$")
_NO = re.compile(r"^(?:我?不|算了|取消)|^2$")


@dataclass(frozen=True)
class Told:
    """What a message gives of a person; a number stands as it was typed."""

    name: str | None = None
    number: str | None = None


def begin(context: Context, lead: str, skill: str = "profile", step: str = "bind", **kept: object) -> Reply:
    """Ask for name and number; the answer comes to a step that calls `take`."""
    context.wait_for(skill, step, consented=True, **kept)
    return asks(f"{lead}{WANTED}", "profile.bind")


async def take(message: Message, meaning: Meaning, context: Context) -> Reply | None:
    """Take name or number told at a waiting step; None when the message is no answer.

    Once the account is tied `context.person` is set and nothing waits any more; until then the same step goes on.
    """
    if message.kind not in _SPOKEN or context.talk.pending is None:
        return None
    data = context.talk.pending.data
    held = _held(context)
    if not data["consented"]:
        return await _consent(message, held, context)
    told = read(message.text)
    if told.number is None and _NO.search(message.text.strip()):
        return _stop(context)
    if told.number is None and not _is_name(told.name, held, meaning):
        return None
    return await _with(Told(told.name or held.name, told.number or held.number), context)


async def offered(message: Message, context: Context) -> Reply:
    """Name and number came unasked: nothing is looked up before the sender knows what for, and agrees."""
    told = read(message.text)
    try:
        id_number.read(told.number or "", context.today)
    except ValueError as error:
        return begin(context, f"{error}\n")
    context.wait_for("profile", "bind", consented=False)
    _hold(told, context)
    text = f"收到。要用您的姓名和身份证号给这个微信实名（{_TERMS}），同意吗？\n1 同意　2 不同意"
    return Reply(text, Outcome.ASK, "profile.consent")


def read(text: str) -> Told:
    """Find a name and an ID number in a message; digits may be grouped, some may be missing."""
    text = unicodedata.normalize("NFKC", text).replace("•", "·").replace("・", "·")
    number = _number(text)
    rest = text.replace(number, " ") if number else text
    words = re.findall(r"[\u3400-\u9fff·]+", _LABELS.sub(" ", _PHONE.sub(" ", rest)))
    name = next((word for word in words if _NAME.fullmatch(word) and not _NO_NAME.search(word)), None)
    return Told(name, re.sub(r"[\s-]", "", number) if number else None)


def _number(text: str) -> str | None:
    if whole := _WHOLE.search(text):
        return whole[0]
    found = _ANY.search(_PHONE.sub(" ", text))
    return found[0].strip() if found else None


def _is_name(name: str | None, held: Told, meaning: Meaning) -> bool:
    """Is it an answer and not a question or command? Where only the name is missing, rare surnames count too."""
    if name is None or meaning.intent not in {QUESTION, "profile.bind"} or meaning.mentions:
        return False
    return held.number is not None or name[0] in _SURNAMES or "·" in name


async def _consent(message: Message, held: Told, context: Context) -> Reply | None:
    said = message.text.strip()
    if _NO.search(said):
        return _stop(context)
    if not _YES.search(said):
        return None
    _keep(context, consented=True)
    return await _with(held, context)


async def _with(told: Told, context: Context) -> Reply:
    """Go on with what is known by now: ask for the rest, or tie."""
    if told.number is None:
        _hold(told, context)
        return asks(f"{told.name}，您好。再发一下身份证号（18位），就能核对了。", "profile.bind")
    try:
        number = id_number.read(told.number, context.today)
    except ValueError as error:
        _hold(Told(told.name), context)
        return asks(str(error), "profile.bind")
    if told.name is None:
        _hold(told, context)
        return asks("身份证号收到了，再发一下姓名。", "profile.bind")
    return await _tie(told.name, number, context)


async def _tie(name: str, number: IdNumber, context: Context) -> Reply:
    session = context.session
    since = context.now - timedelta(days=1)
    if await questions.times(session, context.follower.openid, "profile.mismatch", since) >= _MOST_MISMATCHES:
        context.talk.pending = None
        return refuse("今天核对不上的次数太多了，请明天再试，或回复“人工”让工作人员帮您核对。", "profile.bind")
    # The same number sent from two phones at once opens one card.
    await context.house.database.alone(session, session.info["vault"].index(number.value))
    person = await people.by_id_number(session, number.value)
    if person is not None and not people.is_named(session, person, name):
        _hold(Told(), context)
        return refuse(
            "姓名和身份证号对不上登记的，没有绑定。请核对后再发；登记有误，回复“人工”或带身份证到窗口改。",
            "profile.mismatch",
        )
    context.talk.pending = None
    if person is None:
        place = context.follower.region or context.talk.region or context.house.settings.region
        person = await people.register(session, name, number, place, Source.SELF, context.now)
    try:
        await people.bind(session, context.follower, person, context.now)
    except Refused as refused:
        return refuse(f"{refused.reason}\n是您本人换了微信，回复“人工”，工作人员核对身份证后给您换。", "profile.bind")
    context.person = person
    return await _tied(person, context)


async def _tied(person: Person, context: Context) -> Reply:
    if person.source == Source.SELF:
        text = f"登记好了：{person.shown}。县劳动力档案里没有您，先按您自己登记的办，报到时带身份证核对。"
    else:
        groups = "、".join(member.group for member in await people.groups_of(context.session, person, context.today))
        text = f"核对上了：{person.shown}，县劳动力档案里" + (f"登记为“{groups}”。" if groups else "有您。")
    return done(text, "profile.bind")


def _hold(told: Told, context: Context) -> None:
    """Keep what was told until the rest comes, sealed: a talk is no place for an ID number."""
    seal = context.house.database.vault.seal
    _keep(
        context,
        name=seal(told.name) if told.name else None,
        number=seal(told.number) if told.number else None,
    )


def _keep(context: Context, **data: object) -> None:
    pending = context.talk.pending
    assert pending is not None
    context.wait_for(pending.skill, pending.step, **{**pending.data, **data})


def _held(context: Context) -> Told:
    assert context.talk.pending is not None
    data, unseal = context.talk.pending.data, context.house.database.vault.open
    return Told(*(unseal(data[part]) if data.get(part) else None for part in ("name", "number")))


def _stop(context: Context) -> Reply:
    context.talk.pending = None
    return done("好，没有登记，您刚才发的也没有留下。要办的时候回复“实名”。", "profile.bind")
