"""A voucher's number in the chat: one's own is shown; another's is nobody's business, and trying many is stopped."""

from __future__ import annotations

import re
import unicodedata

from handlers import voucher_words
from handlers.context import Context, refuse, say
from handlers.message import Message, Reply
from intents.understanding import Meaning
from records import guessing, voucher_desk, voucher_number, vouchers
from records.errors import Refused
from records.guesses import Kind, Way
from records.guessing import Guesser

_NUMBER = re.compile(r"[A-Z]{2}\d{2}[\s-]*[0-9A-Z]{4}[\s-]*[0-9A-Z]{4}")


async def look_up(message: Message, meaning: Meaning, context: Context) -> Reply:
    """“LC26-7F3K-9Q2M”."""
    guesser = Guesser(Kind.VOUCHER, Way.PHONE, message.openid)
    found = _NUMBER.search(unicodedata.normalize("NFKC", message.text).upper())
    try:
        await guessing.hold(context.session, guesser, context.now)
        number = voucher_number.read(found[0] if found else message.text)
    except Refused as refused:
        return refuse(refused.reason, "voucher.number")
    except ValueError as error:
        return say(str(error), "voucher.number")
    voucher = await vouchers.by_number(context.session, number)
    if voucher is None or context.person is None or voucher.person_id != context.person.id:
        await guessing.miss(context.session, guesser, number, context.now, exists=voucher is not None)
        return refuse(f"券{number}不是您的，别人的券查不了。看自己的券，回复“我的券”。", "voucher.number")
    await voucher_desk.expire_due(context.session, context.now, "jobs", context.person)
    return voucher_words.one(voucher)
