"""Answers questions about policy: the right document, the figure first, its section, or an honest “not known”."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from handlers import comparing, groups, membership, occupations, offering, reading, twofold, wording
from handlers.choosing import Choice as Likely
from handlers.context import Context, Skill
from handlers.message import Choice, Citation, Message, Outcome, Reply
from handlers.reading import Question
from handlers.reckoning import Case, case, counts_in
from handlers.selecting import facts_of, is_for, scheme_behind, select
from handlers.talk import Talk, ordinal
from intents.understanding import Meaning
from knowledge.shelf import Entry

SURE = 0.78  # one answer
LIKELY = 0.45  # the short answers of a few topics
MAYBE = 0.3  # their titles to pick from
_NEAR = 0.8  # of the surest topic's probability: about as likely
FAR = 0.7  # to say “not written here” of something that only other places' documents speak of
_STATED = re.compile("只[说写列有]|写的是|写了|列了")  # silent on the point, but the document says something to it
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


def _with_steps(reply: Reply) -> Reply:
    """After an answer about training: what can be done next."""
    family = reply.intent.removeprefix("ask.").partition(".")[0]
    if reply.outcome is not Outcome.ANSWER or family not in _TRAINING:
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
    if occupations.concerns(asked) and (reply := _occupation(asked, context)):
        return reply
    if (topic := groups.topic(asked)) and asked.region:
        return _who_may(topic, asked, context)
    choices = _speaking_first(context.house.chooser.choices(asked), asked, context)
    if not choices or choices[0].p < MAYBE:
        return _not_known(context)
    if not choices[0].entries and choices[0].p < FAR and choices[0].topic not in context.house.shelf.manners:
        return _not_known(context)
    if choices[0].p < SURE:
        return _unsure(choices, asked, context)
    near = [choice for choice in choices[1:] if choice.p >= _NEAR * choices[0].p]
    return _settle(choices[0], asked, context, near)


def _unsure(choices: list[Likely], asked: Question, context: Context) -> Reply:
    """Not sure enough for one answer: the short answers of the likeliest topics, or their titles."""
    context.talk.topic, context.talk.question = None, asked.meaning.said  # still open: a place may settle it
    if choices[0].p >= LIKELY and asked.region and (reply := offering.answers(choices, asked, context)):
        return reply
    return offering.titles(choices, context) or _not_known(context)


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
    asked = reading.question(again, context.talk, told, shelf)
    choices = context.house.chooser.choices(replace(asked, region=told))
    return _settle(choices[0], replace(asked, region=told), context)


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
        return Reply(wording.lines(manner.say, wording.PERSON), Outcome(manner.outcome), f"ask.{likely.topic}")
    _remember(likely.topic, asked, context)
    if asked.region is None and (question := _which_place((likely, *near), asked, context)):
        return question
    if asked.compares and (reply := comparing.compare(likely, asked, context)):
        return reply
    entries = select(likely, asked, shelf) or _below(likely, asked, context)
    return _put(entries, asked, context) if entries else _silent(likely, asked, context)


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
    if len(documents) <= 1:
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
    note = wording.period_note(policies, context.today)
    return Reply(wording.lines(text, note, wording.basis(cited)), Outcome.ANSWER, f"ask.{occupations.TOPIC}", cited)


def _put(entries: Sequence[Entry], asked: Question, context: Context) -> Reply:
    """Put the answer of one document, or of several where the nearest is silent."""
    known = [entry for entry in entries if entry.answer.known]
    lead = _own_case(known[0], asked, context) if known else ""
    told = [wording.said(entry) for entry in entries]
    first = "".join(f"{say}" for say, _ in told)
    then = "".join(dict.fromkeys(then for _, then in told))
    cited = wording.citations(entries)
    note = wording.period_note((entry.policy for entry in entries), context.today)
    if not _holds_there(entries[0], asked, context):
        place = context.house.shelf.regions.name(entries[0].policy.region)
        note = f"这是{place}的规定，别处请说地名。{note}"
    text = wording.lines(lead, first, then, note, wording.basis(cited))
    if not known:
        outcome = Outcome.ANSWER if _STATED.search(then) else Outcome.UNKNOWN
        silent = wording.lines(first, then, wording.PERSON, wording.basis(cited))
        return Reply(silent, outcome, _intent(entries), cited)
    return Reply(text, Outcome.ANSWER, _intent(entries), cited)


def _holds_there(entry: Entry, asked: Question, context: Context) -> bool:
    return asked.region is not None and context.house.shelf.holds(entry.policy, asked.region)


def _own_case(entry: Entry, asked: Question, context: Context) -> str:
    """What the answer means for the case that was told: an obstacle, a sum, a claimed figure put right."""
    if groups.topic(asked) == entry.answer.topic:
        return groups.verdict(entry, asked, context.house.shelf)
    scheme = scheme_behind(entry)
    if scheme is None:
        return reading.confirm(asked, wording.said(entry)) or membership.lead(entry, asked)
    worked: Case = case(entry.policy, scheme, facts_of(asked, scheme))
    if worked.obstacles and (asked.wants_yes_or_no or asked.facts):
        return wording.obstacle_line(worked.obstacles, context.today, entry.policy.document.document.period.end)
    counted = comparing.counted_lines(entry.policy, scheme, asked)
    if counted:
        return counted
    if worked.sum is not None and counts_in(scheme, asked.facts):
        return (
            reading.confirm(asked, (wording.sum_line(worked), ""))
            + wording.sum_line(worked)
            + wording.parts_line(worked)
        )
    if asked.wants_yes_or_no and any(check.met for check in worked.verdict.checks):
        return "可以。" if worked.verdict.entitled is not None else "可以，条件要都满足："
    return reading.confirm(asked, wording.said(entry)) or membership.lead(entry, asked)


def _below(likely: Likely, asked: Question, context: Context) -> list[Entry]:
    """What one document of a place within the province says, where the province itself is silent."""
    if asked.region is None or not asked.region.endswith("0000"):
        return []
    within = [e for e in likely.elsewhere if e.policy.region.startswith(asked.region[:2]) and e.answer.known]
    return within[:1] if len({entry.policy.id for entry in within}) == 1 else []


def _silent(likely: Likely, asked: Question, context: Context) -> Reply:
    """The topic is known, but no document of this place speaks of it; another place's figure is not passed off."""
    shelf = context.house.shelf
    title = shelf.topic(likely.topic).title
    place = shelf.regions.name(asked.region) if asked.region else "您那里"
    held = shelf.documents(asked.region) if asked.region else []
    if held:
        text = f"{place}这边的文件没写“{title}”，别处的标准不能套用。"
        cited: tuple[Citation, ...] = ()
        return Reply(wording.lines(text, wording.PERSON), Outcome.UNKNOWN, f"ask.{likely.topic}", cited)
    return Reply(f"{place}的文件我这里没有，不敢乱说。\n{wording.PERSON}", Outcome.UNKNOWN, f"ask.{likely.topic}")


def _not_known(context: Context) -> Reply:
    text = "这个我不掌握。我懂的是技能培训、考证、补贴、培训券和打卡。"
    return Reply(wording.lines(text, wording.PERSON), Outcome.UNKNOWN, "ask.unknown")


def _intent(entries: Sequence[Entry]) -> str:
    return f"ask.{entries[0].answer.topic}"


SKILL = Skill("ask", {"ask": answer}, {"place": _place_told})
