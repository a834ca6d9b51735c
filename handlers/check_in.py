"""Check-in by chat: 签到, six digits, a place, a scan, 签退, and how many days it has been."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from handlers import binding, today, wording
from handlers.context import Context, Skill, refuse, say
from handlers.context import ask as asks
from handlers.message import Kind, Message, Reply
from handlers.presence_words import hour, named, rate
from handlers.signing import Fact, at_one
from intents.understanding import Meaning
from records import excusing, scans, seats
from records.classes import Factor, TrainingClass
from records.enrolments import Seat, Seating
from records.errors import Refused
from records.marks import Side
from records.sessions import PART_NAMES, Session
from records.standing import standing as standing_of

_FIRST = "签到要先实名。"
_NUMERALS = str.maketrans("〇零一幺二三四五六七八九", "001123456789")
_TOKEN = re.compile(r"/my/in/([\w-]+)")
_CLASS = re.compile(r"\bclass[:-](\d{1,9})$")
_SAID = Fact(Factor.TEXT)


async def start(message: Message, meaning: Meaning, context: Context) -> Reply:
    """“签到”: enough by itself for some classes; for others it tells what is needed."""
    if context.person is None:
        return _bind(context)
    day = await today.of(context)
    return await at_one(day.to_sign_in(), _SAID, Side.IN, day, message, context)


async def sign_out(message: Message, meaning: Meaning, context: Context) -> Reply:
    """“签退”, where the class asks for it."""
    if context.person is None:
        return _bind(context)
    day = await today.of(context)
    if leaving := day.to_sign_out():
        return await at_one(leaving, _SAID, Side.OUT, day, message, context)
    begun = [seat for seat in day.held if seat.session.is_open_to_leave(context.now)]
    if asking := [seat for seat in begun if seat.training_class.sign_out]:
        return await at_one(asking[:1], _SAID, Side.OUT, day, message, context)
    if begun:
        return say(f"{begun[0].training_class.name}不用签退，签了到就行。", "check_in.out")
    return say("现在没有要签退的课。回复“我签到几天了”看记录。", "check_in.out")


async def fact_told(message: Message, meaning: Meaning, context: Context) -> Reply:
    """Six digits or a place, whether it was asked for or not."""
    if context.person is None:
        return _bind(context)
    if (fact := _fact(message, meaning)) is None:
        return asks("没收到位置，请点“＋”里的“位置”再发一次。", "check_in.place")
    day = await today.of(context)
    coming = day.to_sign_in()
    leaving = [seat for seat in day.to_sign_out() if day.is_ending(seat)]
    if leaving and all(seat in leaving for seat in coming):
        return await at_one(leaving, fact, Side.OUT, day, message, context)
    return await at_one(coming, fact, Side.IN, day, message, context)


async def fact_awaited(message: Message, meaning: Meaning, context: Context) -> Reply | None:
    """What was missing for a session that was spoken of; anything else is no answer."""
    assert context.talk.pending is not None
    data, fact = context.talk.pending.data, _fact(message, meaning)
    if fact is None:
        return None
    day, side = await today.of(context), Side(data["side"])
    meant = [seat for seat in day.seats if seat.session.id == data["session"] and _is_open(seat, side, context)]
    return await at_one(meant, fact, side, day, message, context) if meant else None


async def which_told(message: Message, meaning: Meaning, context: Context) -> Reply | None:
    """Which of several sessions was meant."""
    assert context.talk.pending is not None
    data = context.talk.pending.data
    offered = [seat for id in data["sessions"] if (seat := await _seat(id, context))]
    number = context.talk.number(message.text, len(offered))
    chosen = offered[number : number + 1] if number is not None else _named_in(message.text, offered)
    if len(chosen) != 1:
        return None
    return await at_one(chosen, _SAID, Side(data["side"]), await today.of(context), message, context)


async def scan(message: Message, meaning: Meaning, context: Context) -> Reply:
    """The QR code on the trainer's screen; the code of a class is as good as saying 签到."""
    if context.person is None:
        return _bind(context)
    if token := _TOKEN.search(message.key):
        return await _screen_scanned(token[1], message, context)
    if (scene := _CLASS.search(message.key)) is None:
        return await start(message, meaning, context)
    mine = [each for _, each in await seats.of_person(context.session, context.person.id) if each.id == int(scene[1])]
    if not mine:
        return await _not_his(int(scene[1]), context)
    day = await today.of(context)
    here = [seat for seat in day.to_sign_in() if seat.training_class.id == mine[0].id]
    return await at_one(here, _SAID, Side.IN, day, message, context)


async def days(message: Message, meaning: Meaning, context: Context) -> Reply:
    """“我签到几天了”: days and sessions of each class, and what is open today."""
    if context.person is None:
        return _bind(context)
    mine = await seats.of_person(context.session, context.person.id)
    lines = []
    for enrolment, training_class in [each for each in mine if each[0].seating == Seating.SEATED][:3]:
        standing = await standing_of(context.session, enrolment, context.now, context.today)
        counts = {"迟到": standing.late, "早退": standing.early, "补签": standing.made_up, "请假": standing.leave}
        counts |= {"没签退": standing.unsigned, "缺课": standing.absent}
        counted = "".join(f"，{name}{count}节" for name, count in counts.items() if count)
        first = f"{training_class.name}：第{standing.day}天，一共{standing.days}天，{rate(standing)}{counted}。"
        left = await excusing.left(context.session, enrolment) if standing.absent else 0
        lines.append(first + (f"来了没签上的，回复“补签”，还可补{left}次。" if left else ""))
    if not lines:
        return say("您还没有报班，没有签到记录。回复“有什么培训”看看班。", "check_in.days")
    day = await today.of(context)
    open_ = [seat for seat in day.to_sign_in() if not day.signed_in(seat)]
    lines += [f"{named(seat)}{hour(seat.session.starts_at)}上课，还没签到，回复“签到”。" for seat in open_]
    return say("\n".join(lines), "check_in.days")


async def bound(message: Message, meaning: Meaning, context: Context) -> Reply | None:
    """Name and number were asked for; once they are there, the check-in goes on."""
    reply = await binding.take(message, meaning, context)
    if reply is None or context.person is None:
        return reply
    then = await start(message, meaning, context)
    return replace(then, text=wording.lines(reply.text, then.text))


def _bind(context: Context) -> Reply:
    return binding.begin(context, _FIRST, "check_in", "bound")


async def _screen_scanned(token: str, message: Message, context: Context) -> Reply:
    try:
        scanned = scans.read(context.house.database.vault, token, context.now)
    except Refused as refused:
        return refuse(refused.reason, "check_in.scan")
    seat = await _seat(scanned.session_id, context)
    if seat is None:
        sitting = await context.session.get(Session, scanned.session_id)
        return await _not_his(sitting.class_id if sitting else 0, context)
    day = await today.of(context)
    side = Side.OUT if day.is_ending(seat) else Side.IN
    return await at_one([seat], Fact(Factor.QR, code=token), side, day, message, context)


def _named_in(text: str, offered: Sequence[Seat]) -> list[Seat]:
    names = [(seat.training_class.name, PART_NAMES[seat.session.part]) for seat in offered]
    same_class = len({name for name, _ in names}) == 1
    return [seat for seat, (name, part) in zip(offered, names, strict=True) if (part if same_class else name) in text]


def _fact(message: Message, meaning: Meaning) -> Fact | None:
    if message.kind is Kind.LOCATION:
        return Fact(Factor.PLACE, place=message.place) if message.place else None
    if meaning.intent != "check_in.code":
        return None
    digits = meaning.cleaned.translate(_NUMERALS)
    return Fact(Factor.CODE, code="".join(character for character in digits if character.isdigit()))


async def _seat(session_id: int, context: Context) -> Seat | None:
    assert context.person is not None
    return await seats.at(context.session, context.person.id, session_id)


def _is_open(seat: Seat, side: Side, context: Context) -> bool:
    sitting = seat.session
    return sitting.is_open(context.now) if side is Side.IN else sitting.is_open_to_leave(context.now)


async def _not_his(class_id: int, context: Context) -> Reply:
    training_class = await context.session.get(TrainingClass, class_id)
    if training_class is None:
        return refuse("没有找到这个班。请扫老师屏幕上现在的二维码，或直接回复“签到”。", "check_in.scan")
    text = f"您不在{training_class.name}的名单上，签不了这个班。名单有误请当面找老师；想报名回复“有什么培训”。"
    return refuse(text, "check_in.scan")


SKILL = Skill(
    "check_in",
    {
        "check_in.start": start,
        "check_in.code": fact_told,
        "check_in.place": fact_told,
        "check_in.scan": scan,
        "check_in.out": sign_out,
        "check_in.days": days,
    },
    {"fact": fact_awaited, "which": which_told, "bound": bound},
)
