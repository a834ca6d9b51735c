"""Answers questions about policy: the right document, the figure first, its section, or an honest “not known”."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from handlers import comparing, groups, occupations, offering, putting, quoting, reading, twofold, wording
from handlers.choosing import Choice as Likely
from handlers.context import Context, Skill
from handlers.message import Choice, Message, Outcome, Reply
from handlers.reading import Question
from handlers.reckoning import counts_in
from handlers.selecting import facts_of, is_for, scheme_behind, select
from handlers.talk import Talk, ordinal
from intents.understanding import Meaning

SURE = 0.78  # one answer
LIKELY = 0.62  # the short answers of a few topics
MAYBE = 0.52  # their titles to pick from
_WHO_AMONG = 3  # “能参加吗” is about who may come where that is among so many likeliest topics
_NEAR = 0.8  # of the surest topic's probability: about as likely
FAR = 0.7  # to say “not written here” of something that only other places' documents speak of
_TRAINING = {"training", "order_training", "general_training", "occupation"}
_STEPS = (Choice("看有没有班", "看有没有班"), Choice("领培训券", "领培训券"), Choice("算算我能领什么", "我能领什么"))


async def answer(message: Message, meaning: Meaning, context: Context) -> Reply:
    """Answer a question, or ask the one thing that is missing, or say that it is not known."""
    return respond(meaning, context)


def respond(meaning: Meaning, context: Context) -> Reply:
    """The answer; it needs what policies say and what was talked of, but no records."""
    said = reading.without_orders(meaning.said)
    alike = any(len(values) > 1 for values in meaning.entities.values())
    if both := twofold.parts(said, alike=alike):
        before = replace(context.talk)
        if reply := twofold.joined(*(_answer(part, context) for part in both)):
            return _with_steps(reply)
        vars(context.talk).update(vars(before))
    return _with_steps(_answer(said, context))


def of_topic(topic: str, asked: Question, context: Context) -> Reply:
    """The reply to a question whose topic is known."""
    return _settle(context.house.chooser.of_topic(topic, asked), asked, context)


def _with_steps(reply: Reply) -> Reply:
    """After an answer about training: what can be done next."""
    family = reply.intent.removeprefix("ask.").partition(".")[0]
    if reply.outcome is not Outcome.ANSWER or reply.choices or family not in _TRAINING:
        return reply
    numbered = "　".join(f"{number} {step.label}" for number, step in enumerate(_STEPS, 1))
    return replace(reply, text=wording.lines(reply.text, numbered), choices=_STEPS)


def _answer(said: str, context: Context) -> Reply:
    if ordinal(said, 99) is not None:
        text = "这会儿没有要选的编号。想问什么请直接说，比如“焊工培训补多少”；回复“菜单”看我能办什么。"
        return Reply(text, Outcome.ASK, "ask.number")
    meaning = context.house.understanding.read(said)
    asked = reading.question(meaning, context.talk, context.region, context.house.shelf)
    if asked.regions:
        context.talk.region = asked.region
    if follow_up := _follow_up(asked, context):
        return follow_up
    if reply := _of_occupation(asked, context):
        return reply
    choices = _speaking_first(context.house.chooser.choices(asked), asked, context)
    if (topic := groups.topic(asked)) and asked.region and topic in [choice.topic for choice in choices[:_WHO_AMONG]]:
        return _who_may(topic, asked, context)
    if not choices or choices[0].p < MAYBE:
        return _not_prepared(asked, context)
    if not choices[0].entries and choices[0].p < FAR and choices[0].topic not in context.house.shelf.manners:
        return _not_prepared(asked, context)
    if doubles := _doubles(choices, asked, context):
        return doubles
    if choices[0].p < SURE and choices[0].topic not in context.house.shelf.manners:
        return _unsure(choices, asked, context)
    asked = reading.within_thread(asked, context.talk)
    near = [choice for choice in choices[1:] if choice.p >= _NEAR * choices[0].p]
    return _settle(choices[0], asked, context, near)


def _unsure(choices: list[Likely], asked: Question, context: Context) -> Reply:
    """Not sure enough for one answer: the short answers of the likeliest topics, or their titles."""
    if worked := _to_work_out(choices, asked, context):
        return _settle(worked, asked, context)
    if asked.continues and reading.goes_on(asked):
        return of_topic(asked.continues, reading.with_thread(asked, context.talk), context)
    context.talk.topic, context.talk.question = None, asked.meaning.said  # still open: a place may settle it
    context.talk.slots = {slot: values[0] for slot, values in asked.slots.items()}
    prepared = next((choice.entries[0].policy for choice in choices if choice.entries), None)
    if nearer := quoting.quote(asked, context, instead_of=prepared):
        return nearer
    if choices[0].p >= LIKELY and asked.region and (reply := offering.answers(choices, asked, context)):
        return reply
    return quoting.quote(asked, context) or offering.titles(choices, context) or _not_known(context)


def _doubles(choices: Sequence[Likely], asked: Question, context: Context) -> Reply | None:
    """Near-identical questions of a list, where nothing that is said tells which: to be picked from."""
    rivals = context.house.shelf.rivals(choices[0].topic, asked.meaning.cleaned)
    among = [choice for choice in choices if choice.topic in rivals]
    return offering.titles([choices[0], *among], context) if among else None


def _to_work_out(choices: Sequence[Likely], asked: Question, context: Context) -> Likely | None:
    """Of the likeliest topics the first whose sum the numbers of the question give: 50人满25天, 40人就业."""
    for likely in choices[:3]:
        entry = next(iter(select(likely, asked, context.house.shelf)), None)
        scheme = scheme_behind(entry) if entry and entry.answer.known else None
        if scheme and likely.p >= _NEAR * choices[0].p and counts_in(scheme, facts_of(asked, scheme)):
            return likely
    return None


async def _place_told(message: Message, meaning: Meaning, context: Context) -> Reply | None:
    """The place that a question waited for; anything else is a new message."""
    shelf = context.house.shelf
    assert context.talk.pending is not None
    places = context.talk.pending.data["places"]
    number = context.talk.number(message.text, len(places))
    told = shelf.regions.find(places[number]) if number is not None else meaning.first("region")
    if told is None:
        return None
    waiting = str(context.talk.pending.data["question"])
    context.talk.pending = None
    context.talk.region = told
    again = context.house.understanding.read(waiting)
    waited = reading.question(again, context.talk, told, shelf)
    # “古县，焊工”: what was named with the place counts too.
    more = reading.question(meaning, context.talk, told, shelf)
    asked = replace(waited, region=told, slots={**waited.slots, **more.slots}, facts={**waited.facts, **more.facts})
    return _of_occupation(asked, context) or _settle(context.house.chooser.choices(asked)[0], asked, context)


def _of_occupation(asked: Question, context: Context) -> Reply | None:
    """What an occupation's training pays; “那最多能补多少” after it was named is still about it."""
    if (named := context.talk.slots.get("occupation")) and "occupation" not in asked.slots and reading.is_short(asked):
        asked = replace(asked, slots={**asked.slots, "occupation": (named,)})
    return _occupation(asked, context) if occupations.concerns(asked) else None


def _follow_up(asked: Question, context: Context) -> Reply | None:
    """“那高级工呢”, “运城的呢”: the last question again, with what is new put in."""
    talk = context.talk
    if talk.topic is None or not reading.is_bare(asked):
        return None
    thread = reading.with_thread(asked, talk)
    if talk.topic == occupations.TOPIC and (reply := _occupation(thread, context)):
        return reply
    if asked.regions and not any(e.answer.known for e in context.house.chooser.of_topic(talk.topic, thread).entries):
        return _asked_again(asked, context)
    return _settle(context.house.chooser.of_topic(talk.topic, thread), thread, context)


def _asked_again(asked: Question, context: Context) -> Reply:
    """The last question, put to another place whose documents may call it by another name."""
    meaning = context.house.understanding.read(context.talk.question)
    again = reading.question(meaning, Talk(), asked.region, context.house.shelf)
    return _settle(context.house.chooser.choices(replace(again, region=asked.region))[0], again, context)


def _settle(likely: Likely, asked: Question, context: Context, near: Sequence[Likely] = ()) -> Reply:
    """The topic is known: find whose document answers it, and put the answer. `near` are topics about as likely."""
    shelf = context.house.shelf
    if likely.topic in shelf.manners:
        manner = shelf.manners[likely.topic]
        return quoting.quote(asked, context) or Reply(
            wording.lines(manner.say, wording.PERSON), Outcome(manner.outcome), f"ask.{likely.topic}"
        )
    _remember(likely.topic, asked, context)
    if asked.region is None and (question := _which_place((likely, *near), asked, context)):
        return question
    if asked.compares and (reply := comparing.compare(likely, asked, context)):
        return reply
    entries = select(likely, asked, shelf) or putting.below(likely, asked, context)
    if not entries:
        return quoting.quote(asked, context) or putting.silent(likely, asked, context)
    return quoting.quote(asked, context, instead_of=entries[0].policy) or putting.put(entries, asked, context)


def _remember(topic: str, asked: Question, context: Context) -> None:
    """Keep the thread, so that the next message may leave out what is known."""
    talk = context.talk
    talk.topic, talk.question = topic, asked.meaning.said
    talk.slots = {slot: values[0] for slot, values in asked.slots.items()}
    talk.facts = {name: value if isinstance(value, bool) else str(value) for name, value in asked.facts.items()}


def _who_may(topic: str, asked: Question, context: Context) -> Reply:
    """Whether a group may come; and what is paid, where that was asked too."""
    reply = _settle(context.house.chooser.of_topic(topic, asked), asked, context)
    amount = f"{topic.partition('.')[0]}.amount"
    if groups.asks_money(asked):
        paid = select(context.house.chooser.of_topic(amount, asked), asked, context.house.shelf)
        if paid and paid[0].answer.known:
            first, _, rest = reply.text.partition("\n")
            cited = tuple(dict.fromkeys((*reply.citations, *wording.citations(paid[:1]))))
            body = rest.rpartition("\n")[0]
            text = wording.lines(first, wording.said(paid[0])[0], body, wording.basis(cited))
            return replace(reply, text=text, citations=cited, outcome=Outcome.ANSWER)
    return reply


def _speaking_first(choices: list[Likely], asked: Question, context: Context) -> list[Likely]:
    """A topic to which the place's document is silent yields to one nearly as likely that speaks of the same thing."""
    if not choices or choices[0].p < SURE:
        return choices
    silent = select(choices[0], asked, context.house.shelf)
    if not silent or silent[0].answer.known or not silent[0].answer.when:
        return choices
    for number, other in enumerate(choices[1:4], 1):
        speaking = select(other, asked, context.house.shelf)
        near = other.p >= _NEAR * choices[0].p and speaking and speaking[0].answer.known
        if near and silent[0].answer.when.items() <= speaking[0].answer.when.items():
            return [other, *choices[:number], *choices[number + 1 :]]
    return choices


def _which_place(likely: Sequence[Likely], asked: Question, context: Context) -> Reply | None:
    """Ask for the place where the answer depends on it."""
    fitting = [entry for each in likely for entry in each.entries if entry.answer.known]
    named = [entry for entry in fitting if "occupation" in entry.answer.when and is_for(entry, asked.slots)]
    documents = {entry.policy.id for entry in named or fitting} | _listing(asked, context)
    pays = any(scheme_behind(entry) for entry in fitting)  # of another place it would be a wrong sum
    if len(documents) <= 1 and (named or not pays):
        return None
    shelf = context.house.shelf
    places = [shelf.regions.name(policy.region) for policy in shelf.policies]
    context.wait_for("ask", "place", question=asked.meaning.said, places=places)
    numbered = "　".join(f"{number} {place}" for number, place in enumerate(places, 1))
    text = f"各地规定不一样，您是哪里的（哪个县、市）？\n{numbered}\n别的地方请直接说地名。"
    return Reply(text, Outcome.ASK, "ask.place", choices=tuple(Choice(place, place) for place in places))


def _listing(asked: Question, context: Context) -> set[str]:
    """The documents whose class tables list an occupation that is named."""
    named = set(asked.slots.get("occupation", ()))
    tables = ((policy.id, policy.document.classes) for policy in context.house.shelf.policies)
    return {id for id, table in tables if table and any(named & set(listed) for listed in table.of.values())}


def _occupation(asked: Question, context: Context) -> Reply | None:
    explained = occupations.explain(asked, context.house.shelf)
    if explained is None:
        return None
    text, cited, policies = explained
    _remember(occupations.TOPIC, asked, context)
    note = wording.period_note(policies, context.today, context.house.goes_on)
    return Reply(wording.lines(text, note, wording.basis(cited)), Outcome.ANSWER, f"ask.{occupations.TOPIC}", cited)


def _not_prepared(asked: Question, context: Context) -> Reply:
    """No prepared answer fits: what a document says word for word, or an honest “not known”."""
    return quoting.quote(asked, context) or _not_known(context)


def _not_known(context: Context) -> Reply:
    text = "这个我不掌握。我懂的是技能培训、考证、补贴、培训券和打卡。"
    return Reply(wording.lines(text, wording.PERSON), Outcome.UNKNOWN, "ask.unknown")


SKILL = Skill("ask", {"ask": answer}, {"place": _place_told})
