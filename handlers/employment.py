"""Work after class, told in the chat: found, still looking or one's own; then where, since when, and which paper proves it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from handlers import ask as questions
from handlers import binding, photo_places, placement, wording
from handlers.context import Context, Skill, done, say
from handlers.context import ask as asks
from handlers.for_trainers import trained
from handlers.message import Kind, Message, Reply
from intents import when
from intents.understanding import QUESTION, Meaning
from records import class_search, employing
from records.class_search import Wanted
from records.classes import TrainingClass
from records.employing import Job
from records.employments import Work
from records.enrolments import Enrolment
from records.staff import Staff

Open = Sequence[tuple[Enrolment, TrainingClass]]

_OWN = "自己干"
_EMPLOYER = re.compile(r"(?:(?<!现)在|去了?|(?<!找)到)([^,]{2,30}?)(?:上班|干活|打工|工作|做工|干)?(?:了|呢)?$")
_SPARED = re.compile(r"^(?:不说|不想说|不知道|不记得|记不清|忘了|跳过|算了|没有)[了吧]?$")
_NO_CLASS = "您最近半年没有结业的班，不用报就业。想学新的，回复“有什么培训”。"
_FIRST = "要先实名，才知道您上的是哪个班。"
_MOST_CLASSES = 5
_SPOKEN = {Kind.TEXT, Kind.VOICE}


async def found(message: Message, meaning: Meaning, context: Context) -> Reply:
    """“我找到工作了，在鑫源厂”."""
    match = _EMPLOYER.search(_plain(message.text))
    return await _works(match[1] if match else "", context)


async def own(message: Message, meaning: Meaning, context: Context) -> Reply:
    """“自己干”: that is work, too."""
    return await _works(_OWN, context)


async def looking(message: Message, meaning: Meaning, context: Context) -> Reply:
    """“还在找”."""
    if context.person is None:
        return binding.begin(context, _FIRST)
    if not (open_ := await _open(context)):
        return say(_NO_CLASS, "employment.looking")
    await _tell(open_, Work.LOOKING, Job(), context)
    return done("记下了，还在找。找到了随时跟我说一声，如“我找到工作了，在鑫源厂”。", "employment.looking")


async def number(message: Message, meaning: Meaning, context: Context) -> Reply | None:
    """“1” to the question that was put after class; where we have not asked it means something else."""
    does = _NUMBERS.get(_plain(message.text)) if message.kind in _SPOKEN else None
    if does is None or context.person is None or not await _is_asked(context):
        return None
    return await does(message, meaning, context)


async def employer_told(message: Message, meaning: Meaning, context: Context) -> Reply | None:
    """Where he works."""
    if meaning.intent not in {QUESTION, "employment.found", "employment.own"} or context.person is None:
        return None
    text = _plain(message.text)
    if _SPARED.match(text):
        context.talk.pending = None
        return done("好，记下了您在干活。哪天方便再告诉我在哪里干。", "employment.found")
    if len(text) > 30 or text.endswith(("吗", "?", "呢", "么")):
        return None
    match = _EMPLOYER.search(text)
    return await _works(_OWN if meaning.intent == "employment.own" else match[1] if match else text, context)


async def since_told(message: Message, meaning: Meaning, context: Context) -> Reply | None:
    """Since when."""
    text = _plain(message.text)
    days = [day for day in when.days(text, context.today, ahead=False) if day <= context.today]
    if context.person is None or (not days and not _SPARED.match(text)):
        return None
    context.wait_for("photo", "expected", place=photo_places.WORK)
    since = days[0] if days else None
    await _tell(await _open(context), Work.WORKING, Job(since=since), context)
    papers, cited = placement.proofs(context.house.shelf, context.person.region)
    said = f"记下了{f'，从{since.month}月{since.day}日起' if since else ''}。"
    text = f"{said}\n还要一份证明才算就业：{papers}。拍张照片直接发到这里就行。"
    return done(wording.lines(text, wording.basis([cited])) if cited else text, "employment.found")


async def rate(message: Message, meaning: Meaning, context: Context, account: Staff) -> Reply:
    """“就业率”: a trainer's classes and what is missing."""
    classes, _ = await class_search.search(context.session, account, Wanted(), 0, 50)
    taught = [each.training_class for each in classes if each.training_class.state in employing.TAUGHT]
    if not taught:
        return say("还没有结业的班，结业以后才算就业率。", "employment.rate")
    lines = []
    for training_class in taught[:_MOST_CLASSES]:
        counted = await employing.count(context.session, training_class)
        stands = placement.placement(context.house.shelf, training_class, counted)
        lines.append(f"{training_class.name}：就业{counted.proven}/{counted.trained}人，{stands.said}")
    return say("\n".join(lines), "employment.rate")


async def _works(employer: str, context: Context) -> Reply:
    if context.person is None:
        return binding.begin(context, _FIRST)
    if not (open_ := await _open(context)):
        return say(_NO_CLASS, "employment.found")
    told = [await employing.of_one(context.session, enrolment) for enrolment, _ in open_]
    if all(each is not None and each.state == Work.PROVEN for each in told):
        return say("您的就业已经证实过了，不用再报。", "employment.found")
    await _tell(open_, Work.WORKING, Job(employer), context)
    if not employer:
        context.wait_for("employment", "employer")
        return asks("太好了！在哪里干？发单位名称就行，不想说回复“不说”。", "employment.found")
    context.wait_for("employment", "since")
    where = "自己干" if employer == _OWN else f"在{employer}"
    return asks(f"太好了，记下了{where}。从哪天开始的？如“11月20日”，记不清回复“忘了”。", "employment.found")


async def _open(context: Context) -> Open:
    assert context.person is not None
    months = context.house.settings.employment_months
    return await employing.open_of(context.session, context.person, months, context.now)


async def _is_asked(context: Context) -> bool:
    """Did we ask and not hear yet?"""
    known = [await employing.of_one(context.session, enrolment) for enrolment, _ in await _open(context)]
    return any(
        each is not None and each.asked_at is not None and (each.told_at is None or each.told_at < each.asked_at)
        for each in known
    )


async def _tell(open_: Open, state: Work, job: Job, context: Context) -> None:
    """The same work counts for each of his classes; they are held in the order of their keys."""
    for enrolment, _ in sorted(open_, key=lambda row: row[0].id):
        await employing.tell(context.session, enrolment, state, job, "worker", context.now)


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).strip("。.！!,")


_NUMBERS = {"1": found, "2": looking, "3": own}
SKILL = Skill(
    "employment",
    {
        "employment.found": found,
        "employment.own": own,
        "employment.looking": looking,
        "employment.rate": trained(rate, otherwise=questions.answer),
    },
    {"number": number, "employer": employer_told, "since": since_told},
)
