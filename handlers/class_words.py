"""What is said about classes: a line of a list, one class in full, a seat that was given."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby

from config.settings import CHINA
from handlers import geofence, wording
from handlers.context import done, refuse, say
from handlers.message import Choice, Citation, Outcome, Place, Reply
from records.classes import TrainingClass
from records.enrolments import Enrolment, Seating
from records.sessions import Session
from records.vacancies import Vacancy
from records.vouchers import Voucher


def nothing() -> Reply:
    """No class at all."""
    return say("眼下没有要开的班。回复“订阅培训班”，一开班就通知您。", "training.classes")


def no_more(joins: bool) -> Reply:
    """The list is at its end."""
    then = "回复数字报名" if joins else "回复数字看详情"
    return say(f"没有别的班了。{then}；回复“订阅培训班”，有新班就通知您。", "training.classes")


def listed(found: Sequence[Vacancy], lead: str, place: Place | None, left: int, joins: bool) -> Reply:
    """Up to four classes, and how to go on."""
    lines = [_line(number, each, place) for number, each in enumerate(found, 1)]
    then = "报哪个班？回复数字。" if joins else "回复数字看详情、报名。"
    more = f"还有{left}个班，回复“还有吗”。" if left > 0 else ""
    choices = tuple(Choice(each.training_class.name, each.training_class.name) for each in found)
    outcome = Outcome.ASK if joins else Outcome.ANSWER
    intent = "training.enrol" if joins else "training.classes"
    return Reply(wording.lines(lead, *lines, then + more), outcome, intent, choices=choices)


def detail(
    vacancy: Vacancy, sittings: Sequence[Session], place: Place | None, fee: str, cited: tuple[Citation, ...]
) -> Reply:
    """One class in full, with the way in."""
    each, school = vacancy.training_class, vacancy.institution
    teacher = f"（{each.teachers[0]}）" if each.teachers else ""
    way = "报名" if vacancy.free else "排候补"
    text = wording.lines(
        f"{each.name}：{each.occupation}{each.level or ''}",
        f"{_days(each, sittings)}{_hours(sittings)}",
        f"{school.name}，{each.venue}{_away(vacancy, place)}",
        f"{_seats(vacancy)}（一共{each.capacity}个）",
        f"电话{school.phone}{teacher}" if school.phone else "",
        fee,
        wording.basis(cited) if cited else "",
        f"1 {way}　2 看别的班",
    )
    return Reply(text, Outcome.ANSWER, "training.one", cited, (Choice(way, "报名"), Choice("看别的班", "看别的班")))


def joined(
    vacancy: Vacancy, enrolment: Enrolment, number: int, first: Session | None, voucher: Voucher | None, reminds: bool
) -> Reply:
    """He has a seat, or a place in the queue."""
    each = vacancy.training_class
    if enrolment.seating == Seating.WAITING:
        text = (
            f"{each.name}满了，给您排在候补第{number}位。有人退出就轮到您，到时发消息告诉您。\n不等了，回复“退出报名”。"
        )
        return done(text, "training.waiting")
    text = wording.lines(
        f"报上了：{each.name}，您是第{number}个（一共{each.capacity}个名额）。",
        f"{_begins(each, first)}，{vacancy.institution.name}，{each.venue}，带身份证。",
        f"券{voucher.number}已经带上，到班上给老师核验。" if voucher else "",
        _reminder(reminds),
        "不去了，早点回复“退出报名”。",
    )
    return done(text, "training.enrolled")


def already(each: TrainingClass, enrolment: Enrolment, number: int) -> Reply:
    """He is in it, or waits for it."""
    where = f"在候补第{number}位" if enrolment.seating == Seating.WAITING else "已经报上了"
    return done(f"{each.name}您{where}，不用再报。看您报的班，回复“我报的班”。", "training.again")


def barred(each: TrainingClass, why: Sequence[str]) -> Reply:
    """He may not, and every reason."""
    if len(why) == 1:
        return refuse(f"{each.name}报不上：{why[0]}", "training.barred")
    lines = [f"{number}. {reason}" for number, reason in enumerate(why, 1)]
    return refuse(wording.lines(f"{each.name}报不上，差在这几条：", *lines), "training.barred")


def wants_voucher(each: TrainingClass) -> Reply:
    """He has no voucher for it yet."""
    text = f"学{each.occupation}用培训券，您手里还没有。\n1 领券并报名　2 先报名，券以后再领"
    choices = (Choice("领券并报名", "领券并报名"), Choice("先报名，券以后再领", "先报名"))
    return Reply(text, Outcome.ASK, "training.voucher", choices=choices)


def really_leave(each: TrainingClass, waiting: bool) -> Reply:
    """Whether he really gives it up."""
    then = "候补的位子" if waiting else "名额"
    text = f"要退出{each.name}（{day(each.starts)}开课）吗？退了{then}就让给后面的人。\n1 确认退出　2 不退了"
    choices = (Choice("确认退出", "确认退出"), Choice("不退了", "不退了"))
    return Reply(text, Outcome.ASK, "training.leave", choices=choices)


def metres(vacancy: Vacancy, place: Place) -> float:
    """From a worker to a class."""
    return geofence.metres(place, vacancy.training_class.latitude, vacancy.training_class.longitude)


def day(value: date) -> str:
    """12月1日"""
    return f"{value.month}月{value.day}日"


def _line(number: int, vacancy: Vacancy, place: Place | None) -> str:
    each = vacancy.training_class
    level = f"（{each.level}）" if each.level else ""
    where = f"{vacancy.institution.name}{_away(vacancy, place)}"
    return f"{number} {each.name}{level}：{day(each.starts)}开课，{each.days}天，{_seats(vacancy)}。{where}"


def _seats(vacancy: Vacancy) -> str:
    if vacancy.free:
        return f"还剩{vacancy.free}个名额"
    return f"满了，可候补（前面{vacancy.waiting}人）" if vacancy.waiting else "满了，可候补"


def _away(vacancy: Vacancy, place: Place | None) -> str:
    return f"，离您{geofence.told(metres(vacancy, place))}" if place else ""


def _days(each: TrainingClass, sittings: Sequence[Session]) -> str:
    end = f"—{day(sittings[-1].day)}" if sittings and sittings[-1].day != each.starts else ""
    return f"{day(each.starts)}{end}，{each.days}天"


def _hours(sittings: Sequence[Session]) -> str:
    """，每天8:30—11:30、14:00—17:00, as on the first day"""
    for _, first in groupby(sittings, key=lambda sitting: sitting.day):
        return "，" + "、".join(f"{_hour(sitting.starts_at)}—{_hour(sitting.ends_at)}" for sitting in first)
    return ""


def _begins(each: TrainingClass, first: Session | None) -> str:
    return f"{day(first.day)}{_hour(first.starts_at)}上课" if first else f"{day(each.starts)}开课"


def _reminder(reminds: bool) -> str:
    if reminds:
        return "上课前一天晚上7点提醒您。"
    return "您退订了培训通知，上课前不会提醒；要提醒，回复“订阅培训通知”。"


def _hour(moment: datetime) -> str:
    local = moment.astimezone(CHINA)
    return f"{local.hour}:{local:%M}"
