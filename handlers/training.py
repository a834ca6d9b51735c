"""Classes that a worker can join: which there are, near him, when; one in full; and those he has joined."""

from __future__ import annotations

import re
from dataclasses import replace

from handlers import class_list, class_words, enrolment, fees, wording
from handlers.class_list import Search
from handlers.context import Context, Skill, say
from handlers.context import ask as asks
from handlers.message import Kind, Message, Place, Reply
from intents.understanding import QUESTION, Meaning
from records import layouts, queues, seats
from records.class_states import ClassState
from records.classes import TrainingClass
from records.enrolments import Enrolment, Seating
from records.standing import standing
from records.vacancies import vacancies, vacancy

_SPOKEN = {Kind.TEXT, Kind.VOICE, Kind.CLICK}
_MORE = re.compile(
    r"^(?:那|都)?(?:还有|别的|其他|其它|更多|再看|下1页|下一页|后面|换1批|换一批)(?:别的|其他)?(?:有)?(?:哪些|什么)?(?:班|课|培训)?(?:吗|没有|没|呢)?$"
)
_JOIN = re.compile(r"^(?:我)?(?:要|想|就)?(?:报名?|排?候补|排队|参加|好|行|可以|要|中)(?:这个|这个班|吧|了|的)*$")
_BACK = re.compile(r"^(?:看)?(?:别的|其他|其它)(?:班)?$|^返回$|^不(?:要|报)(?:这个)?了?$")
_MOST_MINE = 4
_STATES = {
    ClassState.ENDED: "已结业",
    ClassState.HANDED_IN: "已结业",
    ClassState.CANCELLED: "取消了",
}


async def classes(message: Message, meaning: Meaning, context: Context) -> Reply:
    """“有什么培训”, “12月开的电工班”: the next classes of the place, of the occupation and days that were named."""
    search = Search.of(meaning, context)
    if search.region is None:
        context.wait_for("training", "place", joins=False, said=message.text)
        return asks("您是哪里的（哪个县、市）？说了我给您找那里的班。", "training.place")
    return await class_list.show(search, context)


async def near(message: Message, meaning: Meaning, context: Context) -> Reply:
    """“附近有什么班”: where he is comes first."""
    context.wait_for("training", "near", occupations=list(meaning.entities.get("occupation", ())))
    return asks("发个位置，我按远近给您排：点“＋”，选“位置”。\n不想发，直接说您在哪个县。", "training.near")


async def place_told(message: Message, meaning: Meaning, context: Context) -> Reply | None:
    """The place was asked for."""
    region = meaning.first("region")
    if region is None or context.talk.pending is None:
        return None
    data = context.talk.pending.data
    context.talk.region, context.talk.pending = region, None
    before = context.house.understanding.read(data["said"])
    return await class_list.show(Search.of(before, context, joins=data["joins"]), context)


async def location_told(message: Message, meaning: Meaning, context: Context) -> Reply | None:
    """His place on the map, or the name of his county in its stead."""
    assert context.talk.pending is not None
    occupations = context.talk.pending.data["occupations"]
    if message.place is not None:
        point = [message.place.latitude, message.place.longitude]
        return await class_list.show(Search(context.region, occupations, place=point), context)
    if region := meaning.first("region"):
        context.talk.region = region
        return await class_list.show(Search(region, occupations), context)
    return None


async def listed(message: Message, meaning: Meaning, context: Context) -> Reply | None:
    """What was said to a list: a number or a name, “还有吗”, another occupation, 报名."""
    search = class_list.listed(context)
    if message.kind is Kind.LOCATION and message.place is not None and search.place:
        return await class_list.show(Search(search.region, search.occupations, place=_point(message.place)), context)
    if message.kind not in _SPOKEN:
        return None
    if _MORE.match(meaning.cleaned):
        return await class_list.more(search, context)
    open_ = await vacancies(context.session, context.today)
    names = [(each.training_class.id, each.training_class.name) for each in open_]
    class_id = class_list.picked(search, message.text, names, context)
    if class_id is not None and meaning.intent in {QUESTION, "training.enrol", "training.classes"}:
        joins = search.joins or meaning.intent == "training.enrol"
        return await enrolment.begin(class_id, context) if joins else await _one(class_id, search, context)
    if meaning.intent == "training.enrol" and "occupation" not in meaning.entities:
        return await _which(search, context)
    if meaning.intent == QUESTION and (other := class_list.narrowed(search, meaning, context.today)):
        return await class_list.show(other, context)
    return None


async def one_told(message: Message, meaning: Meaning, context: Context) -> Reply | None:
    """The answer to one class in full: 报名, or another."""
    if message.kind not in _SPOKEN or context.talk.pending is None:
        return None
    data = context.talk.pending.data
    chosen = context.talk.number(message.text, 2)
    if chosen == 0 or _JOIN.match(meaning.cleaned):
        return await enrolment.begin(data["class_id"], context)
    if chosen == 1 or _BACK.match(meaning.cleaned):
        return await class_list.show(Search(**data["search"]), context)
    return None


async def mine(message: Message, meaning: Meaning, context: Context) -> Reply:
    """“我报的班”: where he has a seat or waits, and how far he has come."""
    if context.person is None:
        return say("您还没有实名，也就没有报班。想看有什么班，回复“有什么培训”。", "training.mine")
    found = await seats.of_person(context.session, context.person.id)
    if not found:
        return say("您还没有报班。想看有什么班，回复“有什么培训”。", "training.mine")
    lines = [await _mine(*row, context) for row in found[:_MOST_MINE]]
    return say(wording.lines(*lines, "不去了，回复“退出报名”；签到记录，回复“我签到几天了”。"), "training.mine")


async def _which(search: Search, context: Context) -> Reply:
    """“报名” under a list: the one that was shown, or which of them."""
    if len(search.classes) == 1:
        return await enrolment.begin(search.classes[0], context)
    return await class_list.more(replace(search, shown=search.start, joins=True), context)


async def _one(class_id: int, search: Search, context: Context) -> Reply:
    found = await vacancy(context.session, class_id)
    assert found is not None
    sittings = [each for each in await layouts.of_class(context.session, class_id) if each.cancelled_at is None]
    fee = await fees.told(context.session, context.house.shelf, found.training_class.region, context.today)
    context.wait_for("training", "one", class_id=class_id, search=class_list.again(search))
    said, cited = (f"学费：{fee[0]}", fee[1]) if fee else ("学费请打电话问清。", ())
    return class_words.detail(found, sittings, search.point, said, cited)


async def _mine(row: Enrolment, training_class: TrainingClass, context: Context) -> str:
    """焊工3班：12月1日开课，已报名，第5个。"""
    state, head = (
        ClassState(training_class.state),
        f"{training_class.name}：{class_words.day(training_class.starts)}开课",
    )
    if state in _STATES:
        return f"{head}，{_STATES[state]}。"
    number = await queues.number(context.session, row)
    if row.seating == Seating.WAITING:
        return f"{head}，候补第{number}位。"
    if state is not ClassState.APPROVED:
        return f"{head}，已报名，等人社局批准开班。"
    if training_class.starts > context.today:
        return f"{head}，已报名，您是第{number}个。{training_class.venue}，带身份证。"
    far = await standing(context.session, row, context.now, context.today)
    return f"{head}，上到第{far.day}天，一共{far.days}天，出勤{far.attended}/{far.held}。"


def _point(place: Place) -> list[float]:
    return [place.latitude, place.longitude]


SKILL = Skill(
    "training",
    {"training.classes": classes, "training.near": near, "training.mine": mine},
    {"place": place_told, "near": location_told, "listed": listed, "one": one_told},
)
