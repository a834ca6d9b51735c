"""What is said about vouchers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from handlers import wording
from handlers.context import ask as asks
from handlers.context import say
from handlers.entitlement import Ground, Option
from handlers.message import Choice, Citation, Outcome, Reply
from knowledge.library import Policy
from knowledge.regions import chain
from knowledge.shelf import Shelf
from records import classes
from records.classes import TrainingClass
from records.institutions import Institution
from records.voucher_states import OPEN, SHOWN, State
from records.vouchers import Voucher, day

_MY_WAYS = (Choice("我的券", "我的券"), Choice("看有没有班", "看有没有班"))


def what_to_learn(lead: str, used: int, held: Sequence[Ground]) -> Reply:
    """今年已用培训1次，还可2次。想学什么？"""
    most = min((most for ground in held if (most := _most_a_year(ground))), default=None)
    left = f"，还可{max(most - used, 0)}次" if most is not None else ""
    return asks(f"{lead}今年已用培训{used}次{left}。想学什么？", "voucher.occupation")


def granted(voucher: Voucher, option: Option, classes: Sequence[str], stated: Sequence[str]) -> Reply:
    """The voucher with its number, last day, what to do next, and where it stands."""
    policy, scheme = option.ground.policy, option.scheme
    name = scheme.name.removesuffix("培训补贴") if scheme.occupations else voucher.occupation
    first = f"可以领。券号 {voucher.number}，{name}{voucher.level}，有效到{day(voucher.expires_on)}，只能本人用，不能转给别人。"
    bring = f"身份证和“{'、'.join(stated)}”的证明" if stated else "身份证"
    then = (
        f"带{bring}到下面的班报到，机构扫码就行："
        if classes
        else f"开班时带{bring}报到，机构扫码就行。想开班就知道，回复“订阅培训班”。"
    )
    extension = option.ground.extension
    note = f"{policy.name}已延续执行到{day(extension.until)}（{extension.basis}）。" if extension else ""
    cited = tuple(
        dict.fromkeys(Citation(policy.name, at) for at in (*scheme.at, *(c.at for c in option.verdict.checks)))
    )
    numbered = "　".join(f"{number} {way.label}" for number, way in enumerate(_MY_WAYS, 1))
    text = wording.lines(first, then, *classes, note, wording.basis(cited), numbered)
    return Reply(text, Outcome.DONE, "voucher.issued", cited, _MY_WAYS)


def issued(voucher: Voucher) -> str:
    """券领好了：LC26-7F3K-9Q2M，有效到2027年2月18日。"""
    return f"券领好了：{voucher.number}，有效到{day(voucher.expires_on)}，只能本人用。"


def obstacle(option: Option, today: date) -> Reply:
    """What stands in the way, the smallest thing first."""
    policy, checks = option.ground.policy, option.obstacles
    cited = tuple(dict.fromkeys(Citation(policy.name, check.at) for check in checks))
    extension, period = option.ground.extension, policy.document.document.period
    first = wording.obstacle_line(checks, today, extension.until if extension else period.end)
    help_ = next((f"{check.lack}。" for check in checks if check.lack and check.lack not in first), "")
    text = wording.lines(first, help_, wording.PERSON, wording.basis(cited))
    return Reply(text, Outcome.REFUSED, "voucher.obstacle", cited)


def nothing_in_force(shelf: Shelf, region: str, ended: Sequence[Policy]) -> Reply:
    """Nothing can be issued now, and why."""
    place = shelf.regions.name(region)
    if not ended:
        text = f"现在发不了：{place}的文件里没有发培训券的规定。\n{wording.PERSON}"
        return say(text, "voucher.nothing")
    last = ended[0]
    end = last.document.document.period.end
    why = f"执行期到{day(end)}，已过，也没有延续执行的决定" if end else "还没到执行的日子"
    text = f"现在发不了券：{last.name}{why}。\n一有新文件或延续执行就能领：回复“订阅政策通知”，到时告诉您；要问工作人员，回复“人工”。"
    at = next((answer.at[0] for answer in last.answers if answer.topic == "document.period"), "")
    cited = (Citation(last.name, at),) if at else ()
    return say(wording.lines(text, wording.basis(cited) if cited else ""), "voucher.nothing", *cited)


def for_staff(why: str) -> Reply:
    """The records cannot decide it; a person can."""
    return Reply(f"{why}\n{wording.PERSON}", Outcome.UNKNOWN, "voucher.staff")


def one(voucher: Voucher) -> Reply:
    """One of his own vouchers."""
    state = SHOWN[State(voucher.state)]
    text = f"{voucher.number}是您的{voucher.occupation}{voucher.level}券，{state}，{_until(voucher)}。只能本人用。"
    return say(text, "voucher.number")


def listed(held: Sequence[Voucher]) -> Reply:
    """A worker's vouchers, those in use first and in full."""
    used = [voucher for voucher in held if voucher.state in OPEN]
    over = len(held) - len(used)
    if not held:
        return say("您还没有券。\n想学技术，回复“领券”。", "voucher.show")
    lines = [
        f"{voucher.number}　{voucher.occupation}{voucher.level}　{SHOWN[State(voucher.state)]}，{_until(voucher)}"
        for voucher in used
    ]
    first = f"您有{len(used)}张在用的券：" if used else "您没有在用的券。"
    then = f"另有{over}张已用完、退回或过期。" if over else ""
    ways = (Choice("看有没有班", "看有没有班"), Choice("退券", "退券")) if used else (Choice("领券", "我要领培训券"),)
    numbered = "　".join(f"{number} {way.label}" for number, way in enumerate(ways, 1))
    return replace(say(wording.lines(first, *lines, then, numbered), "voucher.show"), choices=ways)


def really(unused: Sequence[Voucher]) -> Reply:
    """Which one is to go back, or whether the one really is."""
    if len(unused) == 1:
        voucher = unused[0]
        text = f"要退 {voucher.number}（{voucher.occupation}，有效到{day(voucher.expires_on)}）吗？退了这张就作废。\n1 确认退券　2 不退了"
        return asks(text, "voucher.withdraw")
    lines = [f"{number} {voucher.number}　{voucher.occupation}" for number, voucher in enumerate(unused[:9], 1)]
    return asks("要退哪一张？回复数字：\n" + "\n".join(lines), "voucher.withdraw")


def after(lead: str, reply: Reply) -> Reply:
    """A reply behind what was said first."""
    return replace(reply, text=wording.lines(lead, reply.text))


async def classes_near(session: AsyncSession, region: str, occupation: str, today: date) -> list[str]:
    """The next two classes for an occupation, as lines."""
    coming = await classes.coming(session, chain(region), today, most=30)
    fitting = [each for each in coming if each.occupation == occupation][:2]
    return [await _class_line(session, each) for each in fitting]


async def _class_line(session: AsyncSession, each: TrainingClass) -> str:
    institution = await session.get_one(Institution, each.institution_id)
    return f"· {institution.name} {each.starts.month}月{each.starts.day}日开班（{each.venue}）"


def _until(voucher: Voucher) -> str:
    return f"有效到{day(voucher.expires_on)}" if voucher.used_on is None else "按班上的进度走"


def _most_a_year(ground: Ground) -> int | None:
    counts = [
        int(ground.policy.figures.value(limit.count))
        for scheme in ground.policy.schemes.values()
        if scheme.voucher
        for limit in scheme.limits
        if limit.kind == "per_year" and limit.count
    ]
    return min(counts, default=None)
