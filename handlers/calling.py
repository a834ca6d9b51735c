"""Calling the roll from the chat: “点名 张三 迟到”, and which of two with the same name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from handlers import names, teaching_words
from handlers.context import Context, done, refuse, say
from handlers.context import ask as asks
from handlers.message import Message, Reply
from intents.understanding import Meaning
from records import roll_call, rolls, timetable
from records.marks import Status
from records.roll_call import Tap
from records.rolls import Line
from records.staff import Staff
from records.timetable import Sitting

_CALL = re.compile(r"点名\W*(?P<name>[一-龥·]{2,6}?)\W*(?P<status>到了|来了|到|迟到了?|请假了?|签退了?)?\W*$")
_SAID = {"迟": Status.LATE, "请": Status.LEAVE, "签": Status.OUT}


async def call(message: Message, meaning: Meaning, context: Context, account: Staff) -> Reply:
    """“点名 张三”, “点名 张三 迟到”: entered by the trainer, who answers for it."""
    told = _CALL.search(unicodedata.normalize("NFKC", message.text).strip())
    if told is None:
        return asks("要点谁？回复“点名 姓名”，迟到的在后面加“迟到”，比如“点名 张三 迟到”。", "teaching.call")
    everybody = await _to_call(context, account)
    if not everybody:
        return say("现在没有能点名的课，开课前30分钟起可以点。", "teaching.call")
    unseal = context.house.database.vault.open
    found = names.matching([(each, unseal(each[1].person.name_sealed)) for each in everybody], told["name"])
    status = _SAID.get((told["status"] or "")[:1], Status.PRESENT)
    if not found:
        classes = "、".join(dict.fromkeys(sitting[0].name for sitting, _ in everybody))
        return refuse(f"{classes}的名单里没有“{told['name']}”，请核对名字再发。", "teaching.call")
    if len(found) > 1:
        return _ask_which(found, status, context)
    return await _enter(*found[0], status, message, context, account)


async def which(message: Message, meaning: Meaning, context: Context, account: Staff) -> Reply | None:
    """Which of those with the same name was called."""
    assert context.talk.pending is not None
    offered, status = context.talk.pending.data["offered"], Status(context.talk.pending.data["status"])
    number = context.talk.number(message.text, len(offered))
    if number is None:
        return None
    context.talk.pending = None
    for sitting, line in await _to_call(context, account):
        if [sitting[1].id, line.enrolment.id] == offered[number]:
            return await _enter(sitting, line, status, message, context, account)
    return refuse("这节课的点名时间过了。", "teaching.call")


async def _enter(
    found: Sitting, line: Line, status: Status, message: Message, context: Context, account: Staff
) -> Reply:
    tap = Tap(account, message.id, context.now, context.house.clock())
    mark, is_new = await roll_call.call(context.session, found, line.enrolment.id, status, tap)
    roll = await rolls.of(context.session, found[1])
    text = f"{teaching_words.called(line, mark, is_new, status)}\n{teaching_words.who_is_missing(found, roll)}"
    return done(text, "teaching.call") if is_new else say(text, "teaching.call")


def _ask_which(found: Sequence[tuple[Sitting, Line]], status: Status, context: Context) -> Reply:
    offered = [[sitting[1].id, line.enrolment.id] for sitting, line in found]
    context.wait_for("teaching", "call", offered=offered, status=status)
    lines = [f"{number} {teaching_words.told_apart(*each)}" for number, each in enumerate(found, 1)]
    return asks("\n".join(["是哪一位？回复数字。", *lines]), "teaching.call")


async def _to_call(context: Context, account: Staff) -> list[tuple[Sitting, Line]]:
    """Everybody whose name can be called now, with the session."""
    found = await timetable.between(context.session, account, context.today, context.today)
    now = [each for each in found if roll_call.is_open(each, context.now)]
    return [(each, line) for each in now for line in (await rolls.of(context.session, each[1])).lines]
