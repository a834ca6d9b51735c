"""A seat held for a day: the number of a class in a voucher's reminder holds it, “报名” takes it up."""

from __future__ import annotations

from datetime import datetime

from config.settings import CHINA
from handlers import class_words, enrolment, screening, wording
from handlers.context import Context, Skill, done, refuse
from handlers.message import Kind, Message, Reply
from intents.understanding import Meaning
from records import holding, seats
from records.classes import TrainingClass
from records.errors import Refused
from records.voucher_states import State
from records.vouchers import Voucher

_SPOKEN = {Kind.TEXT, Kind.VOICE, Kind.CLICK}
_YES = frozenset({"报名", "确认", "确定", "确认报名", "报上", "就这个", "定了"})
_NO = frozenset({"不要了", "不占了", "算了", "不报了", "取消", "不去了"})


async def chosen(message: Message, meaning: Meaning, context: Context) -> Reply | None:
    """“2”: a seat in that class; what was offered is in hand, and a second choice gives the first seat up."""
    assert context.talk.pending is not None
    offered = context.talk.pending.data
    number = context.talk.number(message.text, len(offered["classes"])) if message.kind in _SPOKEN else None
    voucher = await context.session.get(Voucher, offered["voucher"])
    if number is None or voucher is None or voucher.state != State.ISSUED:
        return None
    assert context.person is not None
    training_class = await context.session.get_one(TrainingClass, offered["classes"][number])
    if why := await screening.obstacles(
        context.session, context.house.shelf, training_class, context.person, context.now
    ):
        return class_words.barred(training_class, why)
    try:
        held = await holding.hold(context.session, training_class, context.person, voucher, context.now)
    except Refused as refused:
        return refuse(refused.reason, "training.held")
    if held.held_until is None:
        return done(f"{training_class.name}您已经报了，不用占座。看您报的班，回复“我报的班”。", "training.again")
    context.wait_for("held_seat", "take", **offered)
    return _held(training_class, held.held_until, len(offered["classes"]) > 1)


async def take(message: Message, meaning: Meaning, context: Context) -> Reply | None:
    """“报名” takes the seat up, another number changes it, “不要了” gives it back."""
    if message.kind not in _SPOKEN or context.person is None:
        return None
    if _plain(message) in _NO and (held := await seats.held(context.session, context.person.id)):
        context.talk.pending = None
        await holding.let_go(context.session, *held, context.now)
        return done(f"好，{held[1].name}的座放开了，券还在。想看别的班，回复“有什么培训”。", "training.let_go")
    return await confirmed(message, meaning, context) or await chosen(message, meaning, context)


async def confirmed(message: Message, meaning: Meaning, context: Context) -> Reply | None:
    """“确认”, while a seat is held for him."""
    if message.kind not in _SPOKEN or _plain(message) not in _YES or context.person is None:
        return None
    held = await seats.held(context.session, context.person.id)
    if held is None or not held[0].is_kept(context.now):
        return None
    return await enrolment.begin(held[1].id, context)


def _held(training_class: TrainingClass, until: datetime, several: bool) -> Reply:
    local = until.astimezone(CHINA)
    text = wording.lines(
        f"给您占着{training_class.name}的座，到{class_words.day(local.date())}{local.hour}:{local:%M}。",
        f"{class_words.day(training_class.starts)}开课，{training_class.venue}。",
        "定下了，回复“报名”；到时候没报名，座就让给别人。",
        "想换一个班，回复它的数字；不要了，回复“不要了”。" if several else "不要了，回复“不要了”。",
    )
    return done(text, "training.held")


def _plain(message: Message) -> str:
    return message.text.strip(" 。.！!")


SKILL = Skill("held_seat", {}, {"take": take})
