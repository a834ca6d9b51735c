"""Whose words these are: what a trainer means by them, and what anybody else does."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from handlers.context import Context, Handler, Resumer, refuse
from handlers.message import Message, Reply
from intents.understanding import Meaning
from records import trainer_chats
from records.errors import Refused
from records.staff import Staff

Command = Callable[[Message, Meaning, Context, Staff], Awaitable[Reply]]
Answer = Callable[[Message, Meaning, Context, Staff], Awaitable[Reply | None]]

_FOR_TRAINERS = "这是培训老师用的。您是老师的话，登录老师页面，在“微信”里拿绑定码，发“绑定老师”加8位码。\n您来上课签到，回复“签到”。"


async def only(message: Message, meaning: Meaning, context: Context) -> Reply:
    """What a worker is told about a trainer's command."""
    return refuse(_FOR_TRAINERS, meaning.intent)


def trained(does: Command, otherwise: Handler = only) -> Handler:
    """A command of trainers; a rule that says no becomes the reply."""

    async def handle(message: Message, meaning: Meaning, context: Context) -> Reply:
        account = await trainer_chats.trainer(context.session, context.follower)
        if account is None:
            return await otherwise(message, meaning, context)
        try:
            return await does(message, meaning, context, account)
        except Refused as refusal:
            return refuse(refusal.reason, meaning.intent)

    return handle


def awaited(does: Answer) -> Resumer:
    """A trainer's answer to a question of ours."""

    async def resume(message: Message, meaning: Meaning, context: Context) -> Reply | None:
        account = await trainer_chats.trainer(context.session, context.follower)
        if account is None:
            return None
        try:
            return await does(message, meaning, context, account)
        except Refused as refusal:
            return refuse(refusal.reason, meaning.intent)

    return resume
