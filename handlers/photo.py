"""A photo in the chat: kept at once, fetched in the background, and put where it belongs by the talk or by a number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from handlers import links, photo_places
from handlers.context import Context, Skill, done, refuse, say
from handlers.context import ask as asks
from handlers.message import Kind, Message, Reply
from handlers.photo_places import WORK, Place
from intents.understanding import QUESTION, Meaning
from records import photo_tray
from records.employing import PROOF_NAMES
from records.errors import Refused
from records.photos import Photo

_SPOKEN = {Kind.TEXT, Kind.VOICE, Kind.CLICK}
_PAGE = "/my/photos"
_MOST = 8  # places in one question
_NEITHER = "都不是，先放着"
_WORK_STEPS = {"employer", "since"}  # of the talk about work, in which a photo is its proof
_KEPT = f"没放好的存{photo_tray.KEPT_DAYS}天，回复“我的照片”能看、能删。"


async def image(message: Message, meaning: Meaning, context: Context) -> Reply:
    """A photo came; what it is follows from what was asked for just now, else from an answer by number."""
    pending = context.talk.pending
    expected = str(pending.data["place"]) if pending and pending.step == "expected" else ""
    context.talk.pending = None
    try:
        photo = await _received(message, context)
    except Refused as refusal:
        return refuse(refusal.reason, "photo.image")
    places = await _places(context)
    if place := next((each for each in places if each.key == expected), None):
        return await _aim(photo, place, context)
    if not places:
        text = f"收到照片，先给您存着。现在没有等着要的材料；要人看，回复“人工”。\n{_KEPT}"
        return say(text, "photo.image")
    return await _ask(places, context)


async def amid(message: Message, meaning: Meaning, context: Context) -> Reply | None:
    """A photo in the midst of another skill's question: it is kept, and the question stands."""
    pending = context.talk.pending
    assert pending is not None
    if pending.skill == "employment" and pending.step in _WORK_STEPS:
        context.wait_for("photo", "expected", place=WORK)
    if pending.skill == "photo" or context.talk.pending is not pending:
        return await image(message, meaning, context)
    try:
        await _received(message, context)
    except Refused as refusal:
        return refuse(refusal.reason, "photo.image")
    question = str(pending.data.get("question", "接着回答刚才的问题就行。"))
    told = "收到照片，先给您存着，这件事办完回复“我的照片”再说它是什么。"
    return asks(f"{told}\n{question}", "photo.amid")


async def expected(message: Message, meaning: Meaning, context: Context) -> Reply | None:
    """A photo was waited for and words came: they mean what they mean."""
    return None


async def which(message: Message, meaning: Meaning, context: Context) -> Reply | None:
    """What the photo is, by number."""
    photo, keys = await _asked_of(message, context), _data(context)["keys"]
    if photo is None:
        return None
    if (number := context.talk.number(message.text, len(keys) + 1)) is None:
        return _again(meaning, context)
    context.talk.pending = None
    if number == len(keys):
        photo.set_aside = True
        return await _next(f"好，先放着，工作人员也看得到。\n{_KEPT}", context)
    place = next((each for each in await _places(context) if each.key == keys[number]), None)
    if place is None:
        return refuse("这一项刚刚办完了，不用再放。照片先给您存着，回复“我的照片”看看。", "photo.which")
    return await _aim(photo, place, context)


async def proof(message: Message, meaning: Meaning, context: Context) -> Reply | None:
    """Which kind of proof of work it is, by number."""
    photo, kinds = await _asked_of(message, context), list(PROOF_NAMES)
    if photo is None:
        return None
    if (number := context.talk.number(message.text, len(kinds))) is None:
        return _again(meaning, context)
    context.talk.pending = None
    return await _put(photo, f"{WORK}:{kinds[number]}", context)


async def mine(message: Message, meaning: Meaning, context: Context) -> Reply:
    """“我的照片”: those that are not placed, and what is asked of the first."""
    waiting = await photo_tray.waiting(context.session, message.openid)
    if not waiting:
        return say("没有等着放的照片。要交材料，直接把照片发到这里。", "photo.mine")
    for each in waiting:
        each.set_aside = False
    link = links.my(context.house, message.openid, _PAGE, context.now)
    places = await _places(context)
    if not places or all(each.target for each in waiting):
        why = "现在没有等着要的材料" if not places else "正在取，取到就放好"
        return say(f"您有{len(waiting)}张照片存着，{why}。点这里看、删：{link}", "photo.mine")
    return await _ask(places, context, f"点这里看：{link}")


async def _received(message: Message, context: Context) -> Photo:
    return await photo_tray.receive(context.session, message.id, context.follower, message.media, context.now)


async def _places(context: Context) -> Sequence[Place]:
    months = context.house.settings.employment_months
    openid = context.follower.openid
    return await photo_places.open_to(context.session, context.person, openid, months, context.now)


async def _ask(places: Sequence[Place], context: Context, more: str = "") -> Reply:
    """What is the oldest photo of which nobody knows it?"""
    waiting = await photo_tray.waiting(context.session, context.follower.openid)
    unknown = [each for each in waiting if not each.target and not each.set_aside]
    shown = places[:_MOST]
    head = "收到照片。这是什么？" if len(unknown) == 1 else f"收到{len(unknown)}张照片，一张一张来。第1张是什么？"
    numbered = [f"{number} {name}" for number, name in enumerate([*(each.words for each in shown), _NEITHER], 1)]
    question = "\n".join([f"{head}回复数字：", *numbered, *([more] if more else [])])
    keys = [each.key for each in shown]
    context.wait_for("photo", "which", photo=unknown[0].id, keys=keys, question=question)
    return asks(question, "photo.which")


async def _aim(photo: Photo, place: Place, context: Context) -> Reply:
    if place.key != WORK:
        return await _put(photo, place.key, context)
    numbered = "\n".join(f"{number} {name}" for number, name in enumerate(PROOF_NAMES.values(), 1))
    question = f"收到照片。是哪种就业证明？回复数字：\n{numbered}"
    context.wait_for("photo", "proof", photo=photo.id, question=question)
    return asks(question, "photo.proof")


async def _put(photo: Photo, target: str, context: Context) -> Reply:
    """Aim it, and put it there if it is here already; else that is done as soon as it is fetched."""
    try:
        months = context.house.settings.employment_months
        await photo_places.send(context.session, photo, target, months, context.now)
    except Refused as refusal:
        photo.target = ""
        return refuse(f"{refusal.reason}照片先给您存着，回复“我的照片”看看。", "photo.put")
    return await _next(f"放好了：{photo_places.words(target)}。{_after(target)}", context)


async def _next(said: str, context: Context) -> Reply:
    """What was done, and the question for the next photo where there is one."""
    waiting = await photo_tray.waiting(context.session, context.follower.openid)
    places = await _places(context)
    if not places or not any(not each.target and not each.set_aside for each in waiting):
        return done(said, "photo.put")
    asked = await _ask(places, context)
    return asks(f"{said}\n{asked.text}", "photo.put")


def _after(target: str) -> str:
    if target.startswith(WORK):
        return "县人社局核对过就算就业，核对不上会告诉您。"
    return "工作人员看得到；还有照片就接着发。"


async def _asked_of(message: Message, context: Context) -> Photo | None:
    """The photo that was asked about; None where it was placed or deleted meanwhile, or this is no word at all."""
    if message.kind not in _SPOKEN:
        return None
    try:
        photo = await photo_tray.one_of(context.session, context.follower.openid, _data(context)["photo"])
    except Refused:
        return None
    return None if photo.file_id is not None or photo.problem else photo


def _again(meaning: Meaning, context: Context) -> Reply | None:
    """What is no number is put again once; a command, or a question of its own, goes its own way."""
    pending = context.talk.pending
    if pending is None or meaning.intent != QUESTION or len(meaning.text) > 3:
        return None
    return asks(f"没看明白。{pending.data['question']}", "photo.again")


def _data(context: Context) -> dict[str, Any]:
    assert context.talk.pending is not None
    return context.talk.pending.data


SKILL = Skill(
    "photo",
    {"photo.image": image, "photo.mine": mine},
    {"amid": amid, "expected": expected, "which": which, "proof": proof},
)
