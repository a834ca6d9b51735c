"""Signing up for a class by chat, and leaving it again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from handlers import binding, class_list, class_words, entitlement, joining, screening, voucher, wording
from handlers.class_list import Search
from handlers.context import Context, Skill, done, refuse, say
from handlers.context import ask as asks
from handlers.message import Kind, Message, Reply
from intents.understanding import Meaning
from records import enrolling, queues, seats, ties, vouchers
from records.class_states import ClassState
from records.classes import TrainingClass
from records.enrolments import Enrolment, Seating
from records.errors import Refused
from records.vacancies import vacancies, vacancy

_SPOKEN = {Kind.TEXT, Kind.VOICE, Kind.CLICK}
_YES = frozenset({"确认退出", "确认", "确定", "退出", "退", "退吧", "是", "是的", "对", "嗯"})
_NO = frozenset({"不退了", "不退", "算了", "取消", "不", "不是", "我还去"})
_STOP = frozenset({"算了", "不报了", "取消", "先不报", "不报", "不领了"})
_WITH_VOUCHER = frozenset({"领券并报名", "领券", "领", "好", "行", "可以"})
_WITHOUT = frozenset({"先报名", "先报名，券以后再领", "以后再领"})
_OVER = frozenset({ClassState.ENDED, ClassState.HANDED_IN, ClassState.CANCELLED})

Mine = Sequence[tuple[Enrolment, TrainingClass]]


async def enrol(message: Message, meaning: Meaning, context: Context) -> Reply:
    """“报名”, “报焊工3班”: the class that was named; of several, which."""
    search = Search.of(meaning, context, joins=True)
    found = await vacancies(context.session, context.today)
    names = [(each.training_class.id, each.training_class.name) for each in found]
    if (class_id := class_list.named(meaning.cleaned, names) or await _held(search, context)) is not None:
        return await begin(class_id, context)
    if search.region is None:
        context.wait_for("training", "place", joins=True, said=message.text)
        return asks("您是哪里的（哪个县、市）？说了我给您找那里的班。", "training.place")
    return await class_list.show(search, context)


async def _held(search: Search, context: Context) -> int | None:
    """The class in which a seat is held for him, where he names nothing else."""
    held = await seats.held(context.session, context.person.id) if context.person else None
    fits = held is not None and held[0].is_kept(context.now) and search.occupations in ([], [held[1].occupation])
    return held[1].id if held is not None and fits else None


async def begin(class_id: int, context: Context) -> Reply:
    """Who is it, may he, has he a voucher: what is missing is asked, one thing at a time."""
    context.talk.pending = None
    if context.person is None:
        return binding.begin(context, "报名要实名。", "enrolment", "bound", class_id=class_id)
    found = await vacancy(context.session, class_id)
    assert found is not None
    training_class = found.training_class
    if why := await screening.obstacles(
        context.session, context.house.shelf, training_class, context.person, context.now
    ):
        return class_words.barred(training_class, why)
    if await ties.fitting(context.session, training_class, context.person, context.now) is not None:
        return await joining.join(class_id, context)
    return await _without_voucher(training_class, context)


async def bound(message: Message, meaning: Meaning, context: Context) -> Reply | None:
    """Name and number were asked for; once they are there, the enrolment goes on."""
    assert context.talk.pending is not None
    class_id = context.talk.pending.data["class_id"]
    reply = await binding.take(message, meaning, context)
    if reply is None or context.person is None:
        return reply
    then = await begin(class_id, context)
    return replace(then, text=wording.lines(reply.text, then.text))


async def voucher_told(message: Message, meaning: Meaning, context: Context) -> Reply | None:
    """First a voucher, or first the seat."""
    if message.kind not in _SPOKEN or context.talk.pending is None:
        return None
    class_id, said = context.talk.pending.data["class_id"], message.text.strip(" 。！!")
    number = context.talk.number(said, 2)
    if said in _STOP:
        context.talk.pending = None
        return done("好，先不报。想报的时候回复“报名”。", "training.stop")
    if number == 0 or said in _WITH_VOUCHER or meaning.intent == "voucher.apply":
        training_class = await context.session.get_one(TrainingClass, class_id)
        return await voucher.apply_for(training_class, context)
    if number == 1 or said in _WITHOUT:
        context.talk.pending = None
        return await joining.join(class_id, context)
    return None


async def leave(message: Message, meaning: Meaning, context: Context) -> Reply:
    """“退出报名”, “不去了”: which class, and whether really."""
    if context.person is None:
        return say("您还没有实名，也就没有报班，不用退。", "training.leave")
    all_ = await seats.of_person(context.session, context.person.id)
    mine = [row for row in all_ if row[1].state not in _OVER]
    if not mine:
        return say("您没有报班，不用退。想看有什么班，回复“有什么培训”。", "training.leave")
    class_id = class_list.named(meaning.cleaned, [(each.id, each.name) for _, each in mine])
    named = [row for row in mine if row[1].id == class_id or row[1].occupation == meaning.first("occupation")] or mine
    free = [row for row in named if row[1].starts > context.today or row[0].seating == Seating.WAITING]
    return _ask_leave(free, context) if free else await _leave(*named[0], context)


async def leave_told(message: Message, meaning: Meaning, context: Context) -> Reply | None:
    """The answer to “which one” or “really”."""
    if message.kind not in _SPOKEN or context.talk.pending is None or context.person is None:
        return None
    ids, said = context.talk.pending.data["classes"], message.text.strip(" 。！!")
    mine = [row for row in await seats.of_person(context.session, context.person.id) if row[1].id in ids]
    mine.sort(key=lambda row: ids.index(row[1].id))
    sure = len(ids) == 1
    chosen = context.talk.number(said, 2 if sure else len(mine))
    if said in _NO or (sure and chosen == 1):
        context.talk.pending = None
        return done("好，名额还给您留着。回复“我报的班”随时能看。", "training.kept")
    if not sure:
        named = class_list.named(said, [(each.id, each.name) for _, each in mine])
        picked = [mine[chosen]] if chosen is not None else [row for row in mine if row[1].id == named]
        return _ask_leave(picked, context) if picked else None
    if not mine or (chosen != 0 and said not in _YES and meaning.intent != "training.leave"):
        return None
    context.talk.pending = None
    return await _leave(*mine[0], context)


async def _leave(enrolment: Enrolment, training_class: TrainingClass, context: Context) -> Reply:
    waited = enrolment.seating == Seating.WAITING
    try:
        await enrolling.leave(context.session, enrolment, "本人退出", context.now, enrolling.WORKER)
    except Refused as refused:
        return refuse(refused.reason, "training.leave")
    freed = "候补退了" if waited else "退好了，名额让给后面的人了"
    return done(f"{freed}：{training_class.name}。想再报别的班，回复“有什么培训”。", "training.left")


def _ask_leave(rows: Mine, context: Context) -> Reply:
    context.wait_for("enrolment", "leave", classes=[each.id for _, each in rows])
    if len(rows) == 1:
        enrolment, training_class = rows[0]
        return class_words.really_leave(training_class, enrolment.seating == Seating.WAITING)
    lines = [f"{number} {each.name}（{class_words.day(each.starts)}开课）" for number, (_, each) in enumerate(rows, 1)]
    return asks(wording.lines("要退出哪个班？回复数字：", *lines), "training.leave")


async def _without_voucher(training_class: TrainingClass, context: Context) -> Reply:
    """Nothing in hand that serves: offer one where it can be had; say why where the one in hand does not serve."""
    person, session = context.person, context.session
    assert person is not None
    enrolment = await enrolling.of(session, training_class, person)
    if enrolment is not None and enrolment.is_in:
        return class_words.already(training_class, enrolment, await queues.number(session, enrolment))
    like = await vouchers.open_like(session, person, training_class.occupation, training_class.level or "")
    if like is not None:
        try:
            await ties.hold_fit(session, person.id, training_class, like, context.now)
        except Refused as refused:
            return class_words.barred(training_class, [refused.reason])
    if not await _can_have_one(training_class, context):
        return await joining.join(training_class.id, context)
    context.wait_for("enrolment", "voucher", class_id=training_class.id)
    return class_words.wants_voucher(training_class)


async def _can_have_one(training_class: TrainingClass, context: Context) -> bool:
    """Does a document in force issue vouchers for this occupation?"""
    assert context.person is not None
    held = await entitlement.grounds(context.session, context.house.shelf, training_class.region, context.today)
    found = await entitlement.options(
        context.session, held, context.person, context.today, training_class.occupation, {}
    )
    return bool(found)


SKILL = Skill(
    "enrolment",
    {"training.enrol": enrol, "training.leave": leave},
    {"bound": bound, "voucher": voucher_told, "leave": leave_told},
)
