"""Check-in of a training session: the code on the teacher's screen, the place, or both; twice is once."""

from __future__ import annotations

from datetime import datetime, timedelta

from config.settings import CHINA
from handlers import binding, geofence
from handlers.context import Context, Skill, done, refuse, say
from handlers.context import ask as asks
from handlers.message import Kind, Message, Place, Reply
from intents.understanding import Meaning
from records import codes, register, seats, tickets
from records.classes import Factor
from records.enrolments import Seat
from records.marks import Mark, Side, Status
from records.register import Entry
from records.sessions import LATE_AFTER, Part
from records.standing import standing as standing_of

_PARTS = {Part.MORNING: "上午课", Part.AFTERNOON: "下午课", Part.EVENING: "晚课"}
_HOLDS = timedelta(minutes=2)  # how long a right code waits for the place, and the other way round
_FIRST = "签到要先实名。"


async def start(message: Message, meaning: Meaning, context: Context) -> Reply:
    """“签到”: which session is it, and what is needed."""
    seat, reply = await _seat(context)
    if seat is None:
        return reply
    return await _next_step(seat, message, context, code=None, place=None)


async def code_told(message: Message, meaning: Meaning, context: Context) -> Reply:
    """Six digits on their own: the code from the screen."""
    seat, reply = await _seat(context)
    if seat is None:
        return reply
    told = "".join(character for character in meaning.cleaned if character.isdigit())
    vault = context.house.database.vault
    if not codes.is_right(vault, seat.session.id, told, context.now):
        return asks("码不对或已经过期，请看老师屏幕上现在的6位码再发一次。", "check_in.code")
    return await _next_step(seat, message, context, code=context.now, place=None)


async def place_told(message: Message, meaning: Meaning, context: Context) -> Reply:
    """A location: proves presence where the class asks for the place."""
    if message.place is None:
        return asks("没收到位置，请点“＋”里的“位置”再发一次。", "check_in.place")
    seat, reply = await _seat(context)
    if seat is None:
        return reply
    training_class = seat.training_class
    if Factor.PLACE not in training_class.needs:
        return asks("这个班签到不用位置，发老师屏幕上的6位码就行。", "check_in.place")
    if not geofence.is_inside(message.place, training_class.latitude, training_class.longitude, training_class.radius):
        away = geofence.metres(message.place, training_class.latitude, training_class.longitude)
        text = f"您离教室{geofence.told(away)}，没签上。到了再发一次位置；有特殊情况回复“补签”请老师确认。"
        return refuse(text, "check_in.place")
    return await _next_step(seat, message, context, code=None, place=message.place)


async def scan(message: Message, meaning: Meaning, context: Context) -> Reply:
    """A scanned QR of a class: as good as saying 签到."""
    return await start(message, meaning, context)


async def days(message: Message, meaning: Meaning, context: Context) -> Reply:
    """“我签到几天了”: days, sessions attended and late."""
    if context.person is None:
        return binding.begin(context, _FIRST)
    enrolments = await seats.of_person(context.session, context.person.id)
    if not enrolments:
        return say("您还没有报班，没有签到记录。回复“有什么培训”看看班。", "check_in.days")
    lines = []
    for enrolment, training_class in enrolments[:3]:
        standing = await standing_of(context.session, enrolment, context.now, context.today)
        late = f"，迟到{standing.late}次" if standing.late else ""
        lines.append(
            f"{training_class.name}：第{standing.day}天，一共{standing.days}天，签到{standing.attended}/{standing.held}节{late}。"
        )
    return say("\n".join(lines), "check_in.days")


async def to_teacher(message: Message, meaning: Meaning, context: Context) -> Reply:
    """Leave or a missed check-in: handed to the teacher, who decides."""
    if context.person is None:
        return binding.begin(context, _FIRST)
    ticket, _ = await tickets.open_for(context.session, message.openid, context.now)
    await tickets.worker_says(context.session, ticket, message.id, message.text, context.now)
    wanted = "请假" if meaning.intent == "check_in.leave" else "补签"
    return done(
        f"{wanted}已转给老师确认，批了会告诉您。\n请再发一句是哪天哪节课、什么原因，老师能看到。", meaning.intent
    )


async def fact_told(message: Message, meaning: Meaning, context: Context) -> Reply | None:
    """The other half of a check-in that asks for code and place."""
    if message.kind is Kind.LOCATION:
        return await place_told(message, meaning, context)
    if meaning.intent == "check_in.code":
        return await code_told(message, meaning, context)
    return None


async def _seat(context: Context) -> tuple[Seat | None, Reply]:
    """The session that is open now for this worker; else the reply that says why there is none."""
    if context.person is None:
        return None, binding.begin(context, _FIRST)
    todays = await seats.on(context.session, context.person.id, context.today)
    for seat in todays:
        if seat.session.is_open(context.now):
            return seat, done("", "check_in.start")
    if coming := [seat for seat in todays if seat.session.opens_at > context.now]:
        first = coming[0]
        text = f"还没到签到时间。{_named(first)}{_clock(first.session.starts_at)}上课，{_clock(first.session.opens_at)}起可以签。"
        return None, say(text, "check_in.early")
    if todays:
        text = "今天的课都结束了，现在签不上。漏签了回复“补签”，请老师确认。"
        return None, refuse(text, "check_in.over")
    return None, say("您今天没有课。回复“我签到几天了”看记录，回复“有什么培训”看看班。", "check_in.none")


async def _next_step(
    seat: Seat, message: Message, context: Context, code: datetime | None, place: Place | None
) -> Reply:
    """Check in if all that the class asks for is there; otherwise ask for what is missing."""
    if earlier := await register.latest(context.session, seat.session, seat.enrolment, Side.IN):
        at = _clock(earlier.at)
        return done(f"{_named(seat)}已经签过了（{at}），不用再签。", "check_in.again")
    code, place = _with_earlier(seat, context, code, place)
    needs = seat.training_class.needs
    if Factor.CODE in needs and code is None:
        return _wait(
            seat,
            context,
            code,
            place,
            "发老师屏幕上的6位码" + ("，再点“＋”发位置" if place is None and Factor.PLACE in needs else ""),
        )
    if Factor.PLACE in needs and place is None:
        lead = "码对了，" if code else ""
        return _wait(seat, context, code, place, f"{lead}请点“＋”发位置（2分钟内有效）")
    status = Status.LATE if context.now > seat.session.starts_at + LATE_AFTER else Status.PRESENT
    ways = "+".join(seat.training_class.factors)
    entry = Entry(status, ways, context.now, context.house.clock(), "worker", message.id)
    mark, _ = await register.enter(context.session, seat.session, seat.enrolment, entry)
    context.talk.pending = None
    return await _success(seat, mark, context)


def _with_earlier(
    seat: Seat, context: Context, code: datetime | None, place: Place | None
) -> tuple[datetime | None, Place | None]:
    """What was proven a moment ago in the same session still counts."""
    pending = context.talk.pending
    if pending is None or pending.skill != "check_in" or pending.data["session"] != seat.session.id:
        return code, place
    if context.now - datetime.fromisoformat(pending.data["at"]) > _HOLDS:
        return code, place
    if code is None and pending.data["code"]:
        code = datetime.fromisoformat(pending.data["code"])
    if place is None and pending.data["place"]:
        place = Place(*pending.data["place"])
    return code, place


def _wait(seat: Seat, context: Context, code: datetime | None, place: Place | None, wanted: str) -> Reply:
    point = [place.latitude, place.longitude] if place else None
    context.wait_for(
        "check_in",
        "fact",
        session=seat.session.id,
        at=context.now.isoformat(),
        code=code.isoformat() if code else None,
        place=point,
    )
    return asks(f"{_named(seat)}：{wanted}。", "check_in.start")


async def _success(seat: Seat, attendance: Mark, context: Context) -> Reply:
    standing = await standing_of(context.session, seat.enrolment, context.now, context.today)
    at = _clock(attendance.at)
    first = f"签到成功，{at}。"
    if attendance.status == Status.LATE:
        first = f"已签到，{at}，记迟到（{_clock(seat.session.starts_at)}上课）。"
    text = (
        f"{first}{_named(seat)}，第{standing.day}天，一共{standing.days}天，出勤{standing.attended}/{standing.held}节。"
    )
    later = [
        other
        for other in await seats.on(context.session, seat.enrolment.person_id, context.today)
        if other.session.starts_at > seat.session.starts_at
    ]
    if later:
        text += f"{_PARTS[later[0].session.part]}{_clock(later[0].session.starts_at)}，记得再签。"
    return done(text, "check_in.done")


def _named(seat: Seat) -> str:
    return f"{seat.training_class.name} {_PARTS[seat.session.part]}"


def _clock(moment: datetime) -> str:
    return moment.astimezone(CHINA).strftime("%H:%M")


SKILL = Skill(
    "check_in",
    {
        "check_in.start": start,
        "check_in.code": code_told,
        "check_in.place": place_told,
        "check_in.scan": scan,
        "check_in.days": days,
        "check_in.leave": to_teacher,
        "check_in.make_up": to_teacher,
    },
    {"fact": fact_told},
)
