"""Training vouchers: a worker applies, is asked what is missing, gets one, sees those he has."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from handlers import binding, entitlement, interview, joining, voucher_look_up, voucher_return, voucher_words
from handlers.context import Context, Skill, done, say
from handlers.context import ask as asks
from handlers.entitlement import STARTUP, Ground, Option
from handlers.message import Choice, Kind, Message, Outcome, Reply
from intents.understanding import QUESTION, Meaning
from knowledge.facts import catalogue
from records import people, round_answers, voucher_desk, vouchers
from records.classes import TrainingClass
from records.errors import Refused
from records.people import Source
from records.rounds import Round, RoundAnswer
from records.voucher_desk import Grant

_SPOKEN = {Kind.TEXT, Kind.VOICE, Kind.CLICK}
_STOP = frozenset({"算了", "不领了", "不要了", "取消", "不学了", "不领", "先不领"})


@dataclass
class Wish:
    """What a worker wants a voucher for, as far as it is known."""

    occupation: str = ""
    level: str = ""
    told: dict[str, Any] = field(default_factory=dict)  # facts the worker told
    asked: str = ""  # the fact that was asked last
    class_id: int = 0  # the class to enrol in once the voucher is there
    scheme: str = ""  # the only one that counts; empty: the best for the worker
    answer: int = 0  # of a voucher round, which keeps what comes of it


async def apply(message: Message, meaning: Meaning, context: Context) -> Reply:
    """“我想领培训券”."""
    return await _go_on(Wish(_occupation(meaning), meaning.first("level") or ""), context)


async def apply_for(training_class: TrainingClass, context: Context) -> Reply:
    """A voucher for a class, and then a seat in it."""
    return await _go_on(
        Wish(training_class.occupation, training_class.level or "", class_id=training_class.id), context
    )


async def apply_in_round(round_: Round, answer: RoundAnswer, context: Context) -> Reply:
    """The voucher that a worker was offered and wants."""
    wish = Wish(round_.occupation, round_.level, scheme=round_.scheme_id, answer=answer.id)
    return await _go_on(wish, context)


async def bound(message: Message, meaning: Meaning, context: Context) -> Reply | None:
    """Name and number were asked for; once they are there, the application goes on."""
    wish = _wish(context)
    reply = await binding.take(message, meaning, context)
    if reply is None or context.person is None:
        return reply
    return await _go_on(wish, context, reply.text)


async def occupation_told(message: Message, meaning: Meaning, context: Context) -> Reply | None:
    """What the worker wants to learn."""
    if message.kind not in _SPOKEN:
        return None
    if message.text.strip(" 。！!") in _STOP:
        return await _stop(context)
    wish = _wish(context)
    wish.occupation, wish.level = _occupation(meaning), meaning.first("level") or wish.level
    if wish.occupation:
        return await _go_on(wish, context)
    if meaning.intent != QUESTION or not 1 < len(meaning.text) <= 6:
        return None
    return asks("没找到这个工种，换个说法试试，比如焊工、电工、月嫂、厨师。不领了，回复“算了”。", "voucher.occupation")


async def fact_told(message: Message, meaning: Meaning, context: Context) -> Reply | None:
    """The answer to the one thing that only the worker can tell."""
    if message.kind not in _SPOKEN or context.talk.pending is None:
        return None
    if message.text.strip(" 。！!") in _STOP:
        return await _stop(context)
    wish, labels = _wish(context), context.talk.pending.data["labels"]
    value = interview.told(catalogue()[wish.asked], labels, message.text, meaning)
    if value is None:
        return None
    if value == interview.UNSURE:
        context.talk.pending = None
        unsure = voucher_words.for_staff("这一条您不清楚，要工作人员帮您核对一下资格才能发券。")
        return await _noted(wish, unsure, context)
    if wish.asked == "level":
        wish.level = str(value)
    wish.told[wish.asked] = value
    return await _go_on(wish, context)


async def show(message: Message, meaning: Meaning, context: Context) -> Reply:
    """“我的券”: those in use with their state, the others counted."""
    if context.person is None:
        return say("您还没有实名，名下没有券。\n想领券，回复“领券”。", "voucher.show")
    await voucher_desk.expire_due(context.session, context.now, "jobs", context.person)
    return voucher_words.listed(await vouchers.of(context.session, context.person))


async def _go_on(wish: Wish, context: Context, lead: str = "") -> Reply:
    """Ask for the next thing that is missing; with everything there, issue or say why not."""
    context.talk.pending = None
    return await _noted(wish, await _next(wish, context, lead), context)


async def _noted(wish: Wish, reply: Reply, context: Context) -> Reply:
    """The reply; where it ends an application without a voucher, the round that offered one keeps why."""
    if wish.answer and context.talk.pending is None and reply.outcome is not Outcome.DONE:
        await round_answers.refuse(context.session, wish.answer, reply.text.partition("\n")[0], context.now)
    return reply


async def _next(wish: Wish, context: Context, lead: str) -> Reply:
    region, shelf = _region(context), context.house.shelf
    held = await entitlement.grounds(context.session, shelf, region, context.today) if region else []
    if region and not held:
        nothing = voucher_words.nothing_in_force(shelf, region, entitlement.issuing(shelf, region))
        return voucher_words.after(lead, nothing)
    if context.person is None:
        return binding.begin(context, "领券要实名。", "voucher", "bound", wish=asdict(wish))
    if not wish.occupation:
        context.wait_for("voucher", "occupation", wish=asdict(wish))
        used = await vouchers.used_in(context.session, context.person, context.today.year)
        return voucher_words.what_to_learn(lead, used, held)
    return voucher_words.after(lead, await _decide(wish, held, region or "", context))


async def _decide(wish: Wish, held: list[Ground], region: str, context: Context) -> Reply:
    """Hold the schemes for the occupation against the worker: a question, an obstacle, or the voucher."""
    assert context.person is not None
    session, person, today = context.session, context.person, context.today
    found = await entitlement.options(session, held, person, today, wish.occupation, wish.told | _level(wish))
    found = [option for option in found if wish.scheme in ("", option.scheme.id)]
    if not found:
        return voucher_words.for_staff(f"文件里没有给“{wish.occupation}”发券的项目。")
    best = found[0]
    if {check.fact for check in best.obstacles} == {"group"} and "group" not in wish.told:
        return _ask("group", wish, best, context)  # the registry may not know everything
    if best.obstacles:
        return voucher_words.obstacle(best, context.today)
    if not best.lists(wish.occupation):
        return voucher_words.for_staff(
            f"{best.ground.policy.name}的分类表里没有“{wish.occupation}”，能不能发券要工作人员定。"
        )
    if not wish.level and await entitlement.wants_level(session, best, person, today, wish.occupation):
        return _ask("level", wish, best, context)
    if best.missing:
        return _ask(best.missing[0].fact, wish, best, context)
    if best.undecided:
        return voucher_words.for_staff(f"“{best.undecided[0].say}”这一条要工作人员核对一下才能发券。")
    return await _issue(wish, best, region, context)


def _ask(fact: str, wish: Wish, option: Option, context: Context) -> Reply:
    groups = [name for c in option.scheme.conditions if c.fact == "group" for name in c.one_of or ()]
    kind = catalogue()[fact]
    question, labels = interview.question(kind, 1, groups[:10])
    wish.asked = fact
    context.wait_for("voucher", "fact", wish=asdict(wish), labels=labels)
    about = "您想上的班" if kind.whose == "class" else ""
    return asks(about + question.partition("：")[2], "voucher.fact")


async def _issue(wish: Wish, option: Option, region: str, context: Context) -> Reply:
    assert context.person is not None
    session, extension = context.session, option.ground.extension
    for group in wish.told.get("group", ()):
        await people.join(session, context.person, group, people.STATED, context.today)
    grant = Grant(
        policy_id=option.ground.policy.id,
        scheme_id=option.scheme.id,
        occupation=wish.occupation,
        region=region,
        letters=entitlement.letters(context.house.shelf, option.ground, region),
        level=wish.level,
        most_a_year=option.most_a_year,
        extension_id=extension.id if extension else None,
    )
    try:
        if wish.answer:
            await round_answers.hold_one(session, wish.answer, context.now)
        voucher = await voucher_desk.issue(session, context.person, grant, context.now, "worker")
    except Refused as refused:
        return Reply(
            f"{refused.reason}\n1 我的券", Outcome.REFUSED, "voucher.apply", choices=(Choice("我的券", "我的券"),)
        )
    if wish.answer:
        await round_answers.issued(session, wish.answer, voucher, context.now)
    if wish.class_id:
        return await joining.join(wish.class_id, context, voucher_words.issued(voucher))
    mine = await people.groups_of(session, context.person, context.today)
    stated = [member.group for member in mine if member.proof == people.STATED]
    classes = await voucher_words.classes_near(session, region, wish.occupation, context.today)
    return voucher_words.granted(voucher, option, classes, stated)


def _occupation(meaning: Meaning) -> str:
    return meaning.first("occupation") or (STARTUP if "创业" in meaning.text else "")


def _level(wish: Wish) -> dict[str, str]:
    return {"level": wish.level} if wish.level else {}


def _region(context: Context) -> str | None:
    """Whose documents issue: the registry's place for those it knows, else where the worker says he is."""
    person = context.person
    if person is not None and person.source == Source.REGISTRY:
        return person.region
    return context.follower.region or context.talk.region or (person.region if person else None)


def _wish(context: Context) -> Wish:
    assert context.talk.pending is not None
    return Wish(**context.talk.pending.data["wish"])


async def _stop(context: Context) -> Reply:
    wish = _wish(context)
    context.talk.pending = None
    if wish.answer:
        answer = await context.session.get_one(RoundAnswer, wish.answer)
        await round_answers.decline(context.session, answer, context.now, "答到一半不领了")
    return done("好，先不领了。想领的时候回复“领券”。", "voucher.stop")


SKILL = Skill(
    "voucher",
    {
        "voucher.apply": apply,
        "voucher.show": show,
        "voucher.withdraw": voucher_return.withdraw,
        "voucher.number": voucher_look_up.look_up,
    },
    {"bound": bound, "occupation": occupation_told, "fact": fact_told, "withdraw": voucher_return.told},
)
