"""请假 and 补签 by chat: for which session, for what reason, and off to the trainer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from handlers import binding, excuse_told, wording
from handlers.context import Context, Skill, done, refuse, say
from handlers.context import ask as asks
from handlers.message import Choice, Kind, Message, Outcome, Reply
from handlers.presence_words import hour
from intents.understanding import QUESTION, Meaning
from records import excusing, register, seats
from records.enrolments import Seat
from records.errors import Refused
from records.excuses import WISH_NAMES, Decision, Wish
from records.excusing import MAKE_UP_WITHIN
from records.marks import THERE, Side, Status
from records.sessions import PART_NAMES

_SPOKEN = {Kind.TEXT, Kind.VOICE, Kind.CLICK}
_WISHES = {"check_in.leave": Wish.LEAVE, "check_in.make_up": Wish.MAKE_UP}
_NOT_THEN = {Wish.LEAVE: "那时候没有您的课。", Wish.MAKE_UP: "那时候没有能补签的课。"}
_LONGEST_SESSION = timedelta(hours=12)
_MOST_SHOWN, _MOST_PLANNED = 5, 60


async def begin(message: Message, meaning: Meaning, context: Context) -> Reply:
    """“明天下午请假 孩子病了”, “补签”: as much of it in one message as the worker says."""
    wish = _WISHES[meaning.intent]
    if context.person is None:
        return binding.begin(context, f"{WISH_NAMES[wish]}要先实名。", "excuse", "bound", wish=wish, said=message.text)
    return await _begin(wish, message.text, context)


async def bound(message: Message, meaning: Meaning, context: Context) -> Reply | None:
    """Name and number were asked for; once they are there, the wish goes on."""
    assert context.talk.pending is not None
    kept = context.talk.pending.data
    reply = await binding.take(message, meaning, context)
    if reply is None or context.person is None:
        return reply
    then = await _begin(Wish(kept["wish"]), kept["said"], context)
    return replace(then, text=wording.lines(reply.text, then.text))


async def which_told(message: Message, meaning: Meaning, context: Context) -> Reply | None:
    """Which session was meant: its number, or a day."""
    assert context.talk.pending is not None
    data = context.talk.pending.data
    wish = Wish(data["wish"])
    if message.kind not in _SPOKEN:
        return None
    if reply := _stopped(wish, message, context):
        return reply
    shown = await _these(data["sessions"], context)
    number = context.talk.number(message.text, len(shown))
    if number is not None:
        return await _with_reason(wish, [shown[number]], data["reason"], context)
    told = excuse_told.sessions(await _possible(wish, context), wish, message.text, context.today)
    if told is None or (meaning.intent != QUESTION and meaning.intent not in _WISHES):
        return None
    return await _go_on(wish, told, excuse_told.reason(message.text) or data["reason"], context)


async def reason_told(message: Message, meaning: Meaning, context: Context) -> Reply | None:
    """The reason, in the worker's own words; a question in between is no reason."""
    assert context.talk.pending is not None
    data = context.talk.pending.data
    wish = Wish(data["wish"])
    if message.kind not in _SPOKEN:
        return None
    if reply := _stopped(wish, message, context):
        return reply
    reason = excuse_told.answer(message.text)
    if meaning.intent not in {QUESTION, *_WISHES} or not reason:
        return None
    return await _with_reason(wish, await _these(data["sessions"], context), reason, context)


async def _begin(wish: Wish, said: str, context: Context) -> Reply:
    """Find the sessions that are meant; ask where the message does not tell."""
    possible = await _possible(wish, context)
    if not possible:
        return say(await _nothing(wish, context), f"check_in.{wish}")
    told = excuse_told.sessions(possible, wish, said, context.today)
    return await _go_on(wish, told, excuse_told.reason(said), context)


async def _go_on(wish: Wish, told: list[Seat] | None, reason: str, context: Context) -> Reply:
    if told:
        return await _with_reason(wish, told, reason, context)
    possible = await _possible(wish, context)
    if told is None and len(possible) == 1:
        return await _with_reason(wish, possible, reason, context)
    lead = "" if told is None else _NOT_THEN[wish]
    return _which(wish, possible[:_MOST_SHOWN], reason, lead, context)


async def _possible(wish: Wish, context: Context) -> list[Seat]:
    """The sessions that may be asked for, the nearest first."""
    assert context.person is not None
    session, mine, now = context.session, context.person.id, context.now
    if wish is Wish.LEAVE:
        begun = await seats.after(session, mine, now - _LONGEST_SESSION, most=_MOST_PLANNED)
        found = [seat for seat in begun if seat.session.ends_at >= now]
    else:
        found = await seats.before(session, mine, now, now - MAKE_UP_WITHIN)
    enrolments = [seat.enrolment.id for seat in found]
    marks = await register.holding(session, *(seat.session.id for seat in found), of=enrolments)
    signed = {
        (sitting, mine) for (sitting, mine, side), mark in marks.items() if side is Side.IN and _is_there(mark.status)
    }
    return [seat for seat in found if (seat.session.id, seat.enrolment.id) not in signed]


def _is_there(status: Status) -> bool:
    return Status(status) in THERE


async def _these(ids: Sequence[int], context: Context) -> list[Seat]:
    assert context.person is not None
    found = [await seats.at(context.session, context.person.id, id) for id in ids]
    return [seat for seat in found if seat is not None]


async def _nothing(wish: Wish, context: Context) -> str:
    assert context.person is not None
    if not await seats.of_person(context.session, context.person.id):
        return f"您还没有报班，不用{WISH_NAMES[wish]}。回复“有什么培训”看看班。"
    if wish is Wish.LEAVE:
        return "后面没有您的课，不用请假。回复“我签到几天了”看记录。"
    return f"最近{MAKE_UP_WITHIN.days}天没有要补签的课：都签过了，或者已经过了{MAKE_UP_WITHIN.days}天。有出入请当面找老师。"


def _which(wish: Wish, shown: Sequence[Seat], reason: str, lead: str, context: Context) -> Reply:
    ids = [seat.session.id for seat in shown]
    context.wait_for("excuse", "which", wish=wish, sessions=ids, reason=reason)
    choices = tuple(Choice(_named(seat), _named(seat)) for seat in shown)
    listed = "\n".join(f"{number} {choice.label}" for number, choice in enumerate(choices, 1))
    hint = "请全天的话，直接说哪天，比如“明天”。" if wish is Wish.LEAVE else f"只能补最近{MAKE_UP_WITHIN.days}天的。"
    text = f"{lead}{WISH_NAMES[wish]}哪一节？回复数字：\n{listed}\n{hint}"
    return Reply(text, Outcome.ASK, f"check_in.{wish}", choices=choices)


async def _with_reason(wish: Wish, chosen: list[Seat], reason: str, context: Context) -> Reply:
    """Hand the wish to the trainer once there is a reason."""
    if not reason:
        ids = [seat.session.id for seat in chosen]
        context.wait_for("excuse", "reason", wish=wish, sessions=ids)
        return asks(f"{WISH_NAMES[wish]}：{_all(chosen)}。什么原因？说一句就行，老师好批。", f"check_in.{wish}")
    context.talk.pending = None
    asked, refused = [], ""
    for seat in sorted(chosen, key=lambda seat: seat.session.starts_at):
        try:
            asked.append((seat, await excusing.ask(context.session, seat, wish, reason, context.now)))
        except Refused as error:
            refused = error.reason
    if not asked:
        return refuse(refused, f"check_in.{wish}")
    granted = [seat for seat, excuse in asked if excuse.decision == Decision.APPROVED]
    if len(granted) == len(asked):
        return done(f"{_all(granted)}的{WISH_NAMES[wish]}老师已经批了，不用再说。", f"check_in.{wish}")
    sent = [seat for seat, excuse in asked if excuse.decision == Decision.ASKED]
    after = await _after(wish, sent[0], context)
    text = f"{WISH_NAMES[wish]}报给老师了：{_all(sent)}，原因：{asked[-1][1].reason}。{after}"
    return done(wording.lines(text, refused), f"check_in.{wish}")


async def _after(wish: Wish, seat: Seat, context: Context) -> str:
    if wish is Wish.LEAVE:
        return "批了马上告诉您，批了不算缺勤；没批要照常来上课。"
    left = await excusing.left(context.session, seat.enrolment)
    return f"老师批了就算出勤，批没批都会告诉您。这个班还可以补签{left}次。"


def _stopped(wish: Wish, message: Message, context: Context) -> Reply | None:
    if not excuse_told.stops(message.text):
        return None
    context.talk.pending = None
    return done(f"好，没有{WISH_NAMES[wish]}。", f"check_in.{wish}")


def _named(seat: Seat) -> str:
    """11月23日上午课8:30"""
    sitting = seat.session
    return f"{sitting.day.month}月{sitting.day.day}日{PART_NAMES[sitting.part]}{hour(sitting.starts_at)}"


def _all(chosen: Sequence[Seat]) -> str:
    """11月23日上午课、下午课"""
    told, day = [], None
    for seat in sorted(chosen, key=lambda seat: seat.session.starts_at):
        date = seat.session.day
        told.append(("" if date == day else f"{date.month}月{date.day}日") + PART_NAMES[seat.session.part])
        day = date
    return "、".join(told)


SKILL = Skill(
    "excuse",
    {"check_in.leave": begin, "check_in.make_up": begin},
    {"which": which_told, "reason": reason_told, "bound": bound},
)
