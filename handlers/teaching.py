"""A trainer's class from the chat: today, begin, the code, who is missing, calling the roll, what waits, the end."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import timedelta

from handlers import calling, check_in, deciding, teaching_words, today
from handlers.context import Context, Skill, done, refuse, say
from handlers.context import ask as asks
from handlers.for_trainers import awaited, trained
from handlers.message import Message, Reply
from handlers.presence_words import hour
from intents.understanding import Meaning
from records import codes, rolls, timetable, trainer_chats
from records.classes import Factor
from records.errors import Refused
from records.sessions import PART_NAMES
from records.staff import Staff
from records.timetable import Sitting

_AHEAD = timedelta(days=30)
_CODE = re.compile(r"绑定老师\W*([0-9a-z]+)", re.IGNORECASE)


async def bind(message: Message, meaning: Meaning, context: Context) -> Reply:
    """“绑定老师 7K2M9QXA”: this WeChat is a trainer's from now on."""
    told = _CODE.search(unicodedata.normalize("NFKC", message.text))
    try:
        account = await trainer_chats.bind(context.session, context.follower, told[1] if told else "", context.now)
    except Refused as refusal:
        return refuse(refusal.reason, "teaching.bind")
    return done(
        f"绑好了，{account.name}。在这里可以说：今天的课、开始上课、签到码、谁没来、点名 姓名、待批、下课。",
        "teaching.bind",
    )


async def todays(message: Message, meaning: Meaning, context: Context, account: Staff) -> Reply:
    """“今天的课”: today's sessions and how they stand, else the next one."""
    found = await timetable.between(context.session, account, context.today, context.today)
    if not found:
        return say(f"今天没有课。{teaching_words.next_one(await _next(context, account))}", "teaching.today")
    counts = await rolls.counts(context.session, [sitting for _, sitting in found])
    lines = [teaching_words.line_of_the_day(each, counts[each[1].id], context.now) for each in found]
    return say("\n".join(lines), "teaching.today")


async def begin(message: Message, meaning: Meaning, context: Context, account: Staff) -> Reply:
    """“开始上课”: the session that is on, or about to be."""
    return await _begin(await _to_begin(context, account), context, account)


async def which_begins(message: Message, meaning: Meaning, context: Context, account: Staff) -> Reply | None:
    """Which of several sessions begins."""
    assert context.talk.pending is not None
    offered: Sequence[int] = context.talk.pending.data["sessions"]
    number = context.talk.number(message.text, len(offered))
    if number is None:
        return None
    chosen = [each for each in await _to_begin(context, account) if each[1].id == offered[number]]
    context.talk.pending = None
    return await _begin(chosen, context, account)


async def code(message: Message, meaning: Meaning, context: Context, account: Staff) -> Reply:
    """“签到码”: the six digits of now, and the projector's address."""
    found = await timetable.open_now(context.session, account, context.now, context.today)
    if not found:
        return say(f"现在没有能签到的课。{await _opens_next(context, account)}", "teaching.code")
    seconds = codes.STEP - int(context.now.timestamp()) % codes.STEP
    lines = [
        f"{teaching_words.named(each)}\n{teaching_words.code_now(context.house, each, _code(context, each), seconds)}"
        for each in found
    ]
    return say("\n".join(lines), "teaching.code")


async def missing(message: Message, meaning: Meaning, context: Context, account: Staff) -> Reply:
    """“谁没来”: counts, and the masked names of those who are missing."""
    found = await _latest(context, account)
    if not found:
        return say(f"还没有开始签到的课。{await _opens_next(context, account)}", "teaching.missing")
    lines = [teaching_words.who_is_missing(each, await rolls.of(context.session, each[1])) for each in found]
    return say("\n".join([*lines, "点名回复“点名 姓名”，迟到的在后面加“迟到”。"]), "teaching.missing")


async def over(message: Message, meaning: Meaning, context: Context, account: Staff) -> Reply:
    """“下课”: who came, who has not signed out, and what to do about the others."""
    found = await _latest(context, account)
    if not found:
        return say(f"今天还没有上过课。{await _opens_next(context, account)}", "teaching.over")
    lines = [teaching_words.summary(each, await rolls.of(context.session, each[1])) for each in found]
    return say("\n".join(lines), "teaching.over")


async def workers_day(message: Message, meaning: Meaning, context: Context) -> Reply:
    """“今天的课” from a worker: his own sessions of today."""
    if context.person is None:
        return await _start(message, meaning, context)
    mine = await today.of(context)
    if not mine.held:
        return await today.none_open(mine, context)
    lines = [
        f"{seat.training_class.name} {PART_NAMES[seat.session.part]} {hour(seat.session.starts_at)}–"
        f"{hour(seat.session.ends_at)}，{seat.training_class.venue}{'，已签到' if mine.signed_in(seat) else ''}"
        for seat in mine.held
    ]
    return say("\n".join(lines), "teaching.today")


async def _begin(found: Sequence[Sitting], context: Context, account: Staff) -> Reply:
    if not found:
        return say(f"现在没有要开始的课。{await _opens_next(context, account)}", "teaching.begin")
    if len(found) > 1:
        context.wait_for("teaching", "begin", sessions=[sitting.id for _, sitting in found])
        lines = [f"{number} {teaching_words.named(each)}" for number, each in enumerate(found, 1)]
        return asks("\n".join(["开始哪一节？回复数字。", *lines]), "teaching.begin")
    is_new = await timetable.begin(context.session, found[0], account, context.now)
    text = teaching_words.begun(context.house, found[0], _code(context, found[0]))
    return done(text if is_new else f"已经开始过了。{text}", "teaching.begin")


async def _to_begin(context: Context, account: Staff) -> list[Sitting]:
    """Those that are on or come within two hours."""
    found = await timetable.between(context.session, account, context.today, context.today)
    return [each for each in found if timetable.may_begin(each, context.now)]


async def _latest(context: Context, account: Staff) -> list[Sitting]:
    """Those that are open; where none is, the last of today that was."""
    found = await timetable.between(context.session, account, context.today, context.today)
    begun = [each for each in found if each[1].cancelled_at is None and each[1].opens_at <= context.now]
    return [each for each in begun if each[1].is_open(context.now)] or begun[-1:]


async def _next(context: Context, account: Staff) -> Sitting | None:
    """The next session that is not cancelled."""
    found = await timetable.between(context.session, account, context.today, context.today + _AHEAD)
    coming = (each for each in found if each[1].starts_at > context.now and each[1].cancelled_at is None)
    return next(coming, None)


async def _opens_next(context: Context, account: Staff) -> str:
    return teaching_words.next_one(await _next(context, account))


def _code(context: Context, found: Sitting) -> str:
    """The six digits of now, where the class asks for them."""
    training_class, sitting = found
    asked = Factor.CODE in training_class.needs
    return codes.code(context.house.database.vault, sitting, context.now) if asked else ""


_start = check_in.SKILL.intents["check_in.start"]

SKILL = Skill(
    "teaching",
    {
        "teaching.bind": bind,
        "teaching.today": trained(todays, workers_day),
        "teaching.begin": trained(begin, _start),
        "teaching.code": trained(code, _start),
        "teaching.missing": trained(missing),
        "teaching.call": trained(calling.call),
        "teaching.waiting": trained(deciding.waiting),
        "teaching.decide": trained(deciding.decide),
        "teaching.over": trained(over),
    },
    {"begin": awaited(which_begins), "call": awaited(calling.which), "decide": awaited(deciding.decided)},
)
