"""What was asked by message outside any talk, such as after a class or of an unused voucher: a number sent back answers it."""

from __future__ import annotations

from datetime import datetime

from handlers import employment, held_seat, round_answer
from handlers.context import Context, Resumer
from handlers.message import Message, Reply
from handlers.talk import Pending
from intents.understanding import Meaning
from records import nudging
from records.nudges import Nudge
from records.round_desk import ROUND
from records.voucher_reminders import SEATS

_STEPS: dict[str, Resumer] = {"work": employment.number, SEATS: held_seat.chosen, ROUND: round_answer.number}
_MOST = 3  # questions that are looked at, the newest first


async def answer(message: Message, meaning: Meaning, context: Context) -> Reply | None:
    """The message as the answer to the latest such question that it fits; None where it answers none.

    A list that was shown since means that a number is for the list.
    """
    if context.person is None:
        return None
    for nudge in await nudging.asked(context.session, context.person.id, _MOST):
        if nudge.asks is None or (context.talk.menu and not _is_newer(nudge, context.talk.at)):
            continue
        context.talk.pending = Pending("asked", nudge.asks["what"], nudge.asks)
        reply = await _STEPS[nudge.asks["what"]](message, meaning, context)
        if reply is not None:
            if context.talk.pending is not None and context.talk.pending.data is nudge.asks:
                context.talk.pending = None
            return reply
    context.talk.pending = None
    return await held_seat.confirmed(message, meaning, context)


def _is_newer(nudge: Nudge, at: str) -> bool:
    return (nudge.done_at or nudge.due_at) > datetime.fromisoformat(at)
