"""What waits for a trainer's decision, from the chat: “待批”, “批1”, “不批2 原因”."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from handlers import teaching_words
from handlers.context import Context, done, say
from handlers.context import ask as asks
from handlers.message import Message, Reply
from intents.numerals import number as value_of
from intents.understanding import Meaning
from records import excusing, timetable
from records.classes import TrainingClass
from records.enrolments import Enrolment
from records.errors import Refused
from records.excuses import WISH_NAMES, Excuse
from records.excusing import Waiting
from records.people import Person
from records.staff import Staff

_NUMBER = "[0-9]{1,3}|[一二两三四五六七八九十]"
_YES = re.compile(rf"^(?:批准?|同意|准)\s*第?((?:{_NUMBER})(?:[\s,，、和]+(?:{_NUMBER}))*)\s*(?:号|条|个)?\W*$")
_NO = re.compile(rf"^不(?:批准?|同意|准)\s*第?({_NUMBER})(?:号|条|个)?[\s,，。:：;]*(.*)$", re.DOTALL)
_MOST = 8  # wishes in one message


async def waiting(message: Message, meaning: Meaning, context: Context, account: Staff) -> Reply:
    """“待批”: leave and missed check-ins that the trainer has to decide, with numbers."""
    found = await _waiting(context, account)
    if not found:
        return say("没有要批的请假和补签。", "teaching.waiting")
    shown = found[:_MOST]
    context.wait_for("teaching", "decide", excuses=[each.excuse.id for _, each in shown])
    lines = [teaching_words.wish(number, *each) for number, each in enumerate(shown, 1)]
    more = f"\n还有{len(found) - _MOST}条，批完这些再发“待批”。" if len(found) > _MOST else ""
    how = "同意回复“批1”，不同意回复“不批1 原因”。"
    return asks("\n".join([*lines, how]) + more, "teaching.waiting")


async def decided(message: Message, meaning: Meaning, context: Context, account: Staff) -> Reply | None:
    """“批1”, “批1 2”, “不批2 原因” on the list that was just shown; its numbers stay the same until it is shown anew."""
    assert context.talk.pending is not None
    offered: list[int] = context.talk.pending.data["excuses"]
    said = unicodedata.normalize("NFKC", message.text).strip()
    if yes := _YES.match(said):
        numbers = [value_of(each) for each in re.findall(_NUMBER, yes[1])]
        return await _each(numbers, offered, "", context, account)
    if no := _NO.match(said):
        if not no[2].strip():
            return asks(f"不同意要写一句原因，学员看得到：回复“不批{no[1]} 原因”。", "teaching.decide")
        return await _each([value_of(no[1])], offered, no[2], context, account)
    return None


async def decide(message: Message, meaning: Meaning, context: Context, account: Staff) -> Reply:
    """“批1” without a list at hand: which one is meant must be seen first."""
    reply = await waiting(message, meaning, context, account)
    if context.talk.pending is None:
        return reply
    return asks(f"先看看是哪一条：\n{reply.text}", "teaching.decide")


async def _each(
    numbers: Sequence[int], offered: Sequence[int], why_not: str, context: Context, account: Staff
) -> Reply:
    lines = []
    for number in dict.fromkeys(numbers):
        if not 1 <= number <= len(offered):
            lines.append(f"没有第{number}条，现在列出的是1到{len(offered)}。")
            continue
        try:
            lines.append(await _decide(offered[number - 1], why_not, context, account))
        except Refused as refusal:
            lines.append(f"第{number}条没办成：{refusal.reason}")
    left = len(await _waiting(context, account))
    return done("\n".join([*lines, f"还有{left}条待批。" if left else "都批完了。"]), "teaching.decide")


async def _decide(excuse_id: int, why_not: str, context: Context, account: Staff) -> str:
    excuse = await context.session.get_one(Excuse, excuse_id)
    enrolment = await context.session.get_one(Enrolment, excuse.enrolment_id)
    person = await context.session.get_one(Person, enrolment.person_id)
    what = f"{person.name_masked}的{WISH_NAMES[excuse.wish]}"
    if why_not:
        await excusing.refuse(context.session, excuse, account, why_not, context.now)
        return f"没同意{what}，原因会告诉他。"
    await excusing.approve(context.session, excuse, account, context.now)
    return f"同意了{what}，已记上考勤。"


async def _waiting(context: Context, account: Staff) -> list[tuple[TrainingClass, Waiting]]:
    """What waits in every class of the trainer."""
    classes = await timetable.taught(context.session, account)
    return [(each, row) for each in classes for row in await excusing.waiting(context.session, each.id)]
