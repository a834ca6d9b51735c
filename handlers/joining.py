"""Joining a class, once all that had to be asked is known."""

from __future__ import annotations

from dataclasses import replace

from handlers import class_words, wording
from handlers.context import Context, refuse
from handlers.message import Reply
from records import enrolling, layouts, queues, subscriptions, ties
from records.errors import Refused
from records.subscriptions import Topic
from records.vacancies import vacancy


async def join(class_id: int, context: Context, lead: str = "") -> Reply:
    """Enrol the worker with the voucher that serves there, if he holds one; a rule that says no becomes the reply."""
    session, person = context.session, context.person
    found = await vacancy(session, class_id)
    assert person is not None and found is not None
    voucher = await ties.fitting(session, found.training_class, person, context.now)
    before = await enrolling.of(session, found.training_class, person)
    is_in = before is not None and before.is_in
    try:
        enrolment = await enrolling.enrol(session, found.training_class, person, voucher, context.now, enrolling.WORKER)
    except Refused as refused:
        return refuse(wording.lines(lead, refused.reason), "training.barred")
    number = await queues.number(session, enrolment)
    if is_in:
        return class_words.already(found.training_class, enrolment, number)
    first = next(
        (s for s in await layouts.of_class(session, class_id) if s.starts_at > context.now and not s.cancelled_at), None
    )
    reminds = Topic.TRAINING in await subscriptions.wanted(session, context.follower.openid)
    reply = class_words.joined(found, enrolment, number, first, voucher, reminds)
    return replace(reply, text=wording.lines(lead, reply.text))
