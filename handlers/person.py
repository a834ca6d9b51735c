"""Handing over to a person: the ticket, the wait, and the talk in which the bot keeps silent."""

from __future__ import annotations

from handlers.context import Context, Skill, done, refuse, say
from handlers.hours import HOURS, is_open
from handlers.message import Kind, Message, Outcome, Reply
from intents.understanding import QUESTION, Meaning
from records import photo_tray, tickets
from records.errors import Refused
from records.tickets import Stage

# What the worker sends to the person; taps, scans and places still go to the bot.
_SENT = {
    Kind.TEXT: "",
    Kind.VOICE: "［语音，没有识别出文字］",
    Kind.IMAGE: "［图片］",
    Kind.VIDEO: "［视频］",
    Kind.FILE: "［文件］",
    Kind.LINK: "［链接］",
}


async def ask(message: Message, meaning: Meaning, context: Context) -> Reply:
    """“人工”: a ticket with the talk so far; says who is before and when somebody answers."""
    ticket, new = await tickets.open_for(context.session, message.openid, context.now)
    ahead = await tickets.ahead(context.session, ticket)
    place = f"前面有{ahead}位" if ahead else "前面没有人排队"
    head = f"已转给工作人员，{place}" if new else f"您已经在排队了，{place}"
    if is_open(context.now):
        head += "，一般30分钟内回复。"
    else:
        head += f"。现在是下班时间，{HOURS}按顺序回复；急事请上班时间打12333。"
    context.wait_for("person", "describe")
    return done(f"{head}\n您先把情况说一句，他们能看到我们刚才的对话。", "person.ask")


async def describe(message: Message, meaning: Meaning, context: Context) -> Reply | None:
    """The worker tells the matter while he waits; a command is a command all the same."""
    ticket = await tickets.current(context.session, message.openid)
    if ticket is None or message.kind not in _SENT or meaning.intent != QUESTION:
        return None
    context.talk.pending = None
    if (full := await _keep_photo(message, context)) is not None:
        return full
    await tickets.worker_says(context.session, ticket, message.id, _words(message), context.now)
    return done("记下了，工作人员看得到。\n等的时候可以接着问我；不等了，回复“结束”。", "person.describe")


async def speak(message: Message, meaning: Meaning, context: Context) -> Reply | None:
    """A person has taken over: the worker's words go to the ticket and the bot says nothing.

    Signing in for class stays with the bot, since its time runs out.
    """
    ticket = await tickets.current(context.session, message.openid)
    if ticket is None or ticket.stage != Stage.TAKEN:
        return None
    if message.kind not in _SENT or meaning.intent.startswith("check_in"):
        return None
    if meaning.intent == "person.done":
        return await end(message, meaning, context)
    if (full := await _keep_photo(message, context)) is not None:
        return full
    await tickets.worker_says(context.session, ticket, message.id, _words(message), context.now)
    return Reply("", Outcome.DONE, "person.say")


async def end(message: Message, meaning: Meaning, context: Context) -> Reply:
    """“结束”: the worker needs no person any more."""
    ticket = await tickets.current(context.session, message.openid)
    if ticket is None:
        return say("现在没有转人工的对话，有事直接问我就行。\n要找真人，回复“人工”。", "person.done")
    await tickets.close(context.session, ticket, "worker", context.now)
    return done("好的，这次人工对话结束了。\n有事接着问我；再要找真人，回复“人工”。", "person.done")


async def _keep_photo(message: Message, context: Context) -> Reply | None:
    """A photo to a person is kept where staff can look at it; what is said where it is one too many."""
    if message.kind is not Kind.IMAGE:
        return None
    try:
        await photo_tray.receive(context.session, message.id, context.follower, message.media, context.now)
    except Refused as refusal:
        return refuse(refusal.reason, "person.photo")
    return None


def _words(message: Message) -> str:
    return message.text.strip() or _SENT[message.kind] or "［空消息］"


SKILL = Skill("person", {"person.ask": ask, "person.done": end}, {"describe": describe, "say": speak})
