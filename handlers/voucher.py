"""Training vouchers: a worker applies, is asked what is missing, gets one, sees it, gives it back."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from handlers import binding, entitlement, interview, joining, voucher_words
from handlers.context import Context, Skill, done, refuse, say
from handlers.context import ask as asks
from handlers.entitlement import STARTUP, Ground, Option
from handlers.message import Choice, Kind, Message, Outcome, Reply
from intents.understanding import QUESTION, Meaning
from knowledge.facts import catalogue
from records import people, voucher_desk, vouchers
from records.classes import TrainingClass
from records.errors import Refused
from records.people import Source
from records.voucher_desk import Grant
from records.voucher_states import UNUSED, State

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


async def apply(message: Message, meaning: Meaning, context: Context) -> Reply:
    """“我想领培训券”."""
    return await _go_on(Wish(_occupation(meaning), meaning.first("level") or ""), context)


async def apply_for(training_class: TrainingClass, context: Context) -> Reply:
    """A voucher for a class, and then a seat in it."""
    return await _go_on(
        Wish(training_class.occupation, training_class.level or "", class_id=training_class.id), context
    )


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
        return _stop(context)
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
        return _stop(context)
    wish, labels = _wish(context), context.talk.pending.data["labels"]
    value = interview.told(catalogue()[wish.asked], labels, message.text, meaning)
    if value is None:
        return None
    if value == interview.UNSURE:
        context.talk.pending = None
        return voucher_words.for_staff("这一条您不清楚，要工作人员帮您核对一下资格才能发券。")
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


async def withdraw(message: Message, meaning: Meaning, context: Context) -> Reply:
    """“不要这张券了”: which one, and whether really."""
    if context.person is None:
        return say("您还没有实名，名下没有券可退。", "voucher.withdraw")
    await voucher_desk.expire_due(context.session, context.now, "jobs", context.person)
    unused = await vouchers.in_states(context.session, context.person, UNUSED)
    named = [voucher for voucher in unused if voucher.occupation == meaning.first("occupation")] or unused
    if not named:
        others = await vouchers.open_of(context.session, context.person)
        text = "您的券已经在班上报到了，要退请先跟老师说退班。" if others else "您没有可以退的券。"
        return say(text, "voucher.withdraw")
    context.wait_for("voucher", "withdraw", numbers=[voucher.number for voucher in named])
    return voucher_words.really(named)


async def withdraw_told(message: Message, meaning: Meaning, context: Context) -> Reply | None:
    """The answer to “which one” or “really”."""
    if message.kind not in _SPOKEN or context.talk.pending is None or context.person is None:
        return None
    numbers = context.talk.pending.data["numbers"]
    said = message.text.strip(" 。！!")
    sure = len(numbers) == 1
    chosen = context.talk.number(said, 2 if sure else len(numbers))
    if said in {"不退", "不退了", "算了", "取消", "不"} or (sure and chosen == 1):
        context.talk.pending = None
        return done("好，券还留着。回复“我的券”随时能看。", "voucher.kept")
    if not sure:
        if chosen is None:
            return None
        context.wait_for("voucher", "withdraw", numbers=[numbers[chosen]])
        found = await vouchers.by_number(context.session, numbers[chosen])
        return voucher_words.really([found] if found else [])
    if chosen != 0 and said not in {"确认", "确认退券", "确定", "退", "退吧", "是", "是的", "对"}:
        return None
    context.talk.pending = None
    return await _give_back(numbers[0], context)


async def _give_back(number: str, context: Context) -> Reply:
    voucher = await vouchers.by_number(context.session, number)
    assert voucher is not None
    try:
        await voucher_desk.move(context.session, voucher, State.WITHDRAWN, "worker", context.now, "本人退券")
    except Refused as refused:
        return refuse(refused.reason, "voucher.withdraw")
    return done(
        f"退好了：{number}（{voucher.occupation}）作废，不占今年的次数。\n以后想学，回复“领券”再领。",
        "voucher.withdrawn",
    )


async def _go_on(wish: Wish, context: Context, lead: str = "") -> Reply:
    """Ask for the next thing that is missing; with everything there, issue or say why not."""
    context.talk.pending = None
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
    question, labels = interview.question(catalogue()[fact], 1, groups[:10])
    wish.asked = fact
    context.wait_for("voucher", "fact", wish=asdict(wish), labels=labels)
    return asks(question.partition("：")[2], "voucher.fact")


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
        voucher = await voucher_desk.issue(session, context.person, grant, context.now, "worker")
    except Refused as refused:
        return Reply(
            f"{refused.reason}\n1 我的券", Outcome.REFUSED, "voucher.apply", choices=(Choice("我的券", "我的券"),)
        )
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


def _stop(context: Context) -> Reply:
    context.talk.pending = None
    return done("好，先不领了。想领的时候回复“领券”。", "voucher.stop")


SKILL = Skill(
    "voucher",
    {"voucher.apply": apply, "voucher.show": show, "voucher.withdraw": withdraw},
    {"bound": bound, "occupation": occupation_told, "fact": fact_told, "withdraw": withdraw_told},
)
