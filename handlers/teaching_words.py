"""What a trainer is told in the chat about his classes; names are masked, as every chat may be read over a shoulder."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from config.settings import CHINA
from handlers import projector
from handlers.context import House
from handlers.presence_words import clock, hour
from records.classes import TrainingClass
from records.excuses import WISH_NAMES
from records.excusing import Waiting
from records.marks import STATUS_NAMES, Mark, Status
from records.rolls import Count, Line, Roll
from records.sessions import PART_NAMES
from records.timetable import Sitting

_NAMED = 20  # names in one message
_WAYS = {"teacher": "老师点名", "qr": "扫码", "code": "签到码", "place": "位置", "text": "发消息", "paper": "纸质"}


def named(found: Sitting) -> str:
    """焊工3班 上午课"""
    training_class, sitting = found
    return f"{training_class.name} {PART_NAMES[sitting.part]}"


def ways(mark: Mark) -> str:
    """扫码、位置"""
    return "、".join(_WAYS.get(way, way) for way in mark.ways.split("+"))


def line_of_the_day(found: Sitting, count: Count, now: datetime) -> str:
    """One session of today and how it stands."""
    training_class, sitting = found
    lead = f"{named(found)} {hour(sitting.starts_at)}–{hour(sitting.ends_at)}"
    if sitting.cancelled_at is not None:
        return f"{lead}：取消了（{sitting.cancelled_why}）"
    if now < sitting.opens_at:
        return f"{lead}，{training_class.venue}：{hour(sitting.opens_at)}起签到，应到{count.due}人"
    return f"{lead}：到{count.here}/{count.due}，{'正在签到' if sitting.is_open(now) else '已下课'}"


def next_one(found: Sitting | None) -> str:
    """When the next session is."""
    if found is None:
        return "后面30天也没有排课。"
    starts = found[1].starts_at
    local = starts.astimezone(CHINA)
    return f"下一节：{local.month}月{local.day}日{hour(starts)} {named(found)}。"


def begun(house: House, found: Sitting, code: str) -> str:
    """The session has begun: the code and the projector's address."""
    sitting = found[1]
    return (
        f"开始上课：{named(found)}，{clock(sitting.began_at or sitting.starts_at)}。\n{code_now(house, found, code, 0)}"
    )


def code_now(house: House, found: Sitting, code: str, seconds: int) -> str:
    """The six digits of now, and where they turn by themselves."""
    left = f"（还有{seconds}秒换）" if seconds else "（30秒一换）"
    lead = f"签到码 {code}{left}\n" if code else ""
    return f"{lead}投屏（在教室电脑或手机上打开）：{projector.address(house, found[1])}"


def who_is_missing(found: Sitting, roll: Roll) -> str:
    """Counts, and the masked names of those who are missing."""
    late = f"（迟到{roll.late}）" if roll.late else ""
    excused = f"，请假{len(roll.excused)}" if roll.excused else ""
    lead = f"{named(found)}：应到{len(roll.lines)}，已到{len(roll.here)}{late}{excused}，"
    if not roll.missing:
        return f"{lead}都到齐了。"
    return f"{lead}没到{len(roll.missing)}：{names(roll.missing)}。"


def names(lines: Sequence[Line]) -> str:
    """张*、李*英; those beyond the first twenty are counted."""
    shown = "、".join(line.person.name_masked for line in lines[:_NAMED])
    return f"{shown} 等{len(lines)}人" if len(lines) > _NAMED else shown


def told_apart(found: Sitting, line: Line) -> str:
    """张*（身份证尾号002X，附城镇），焊工3班 上午课"""
    town = f"，{line.person.town}" if line.person.town else ""
    return f"{line.person.name_masked}（身份证尾号{line.person.id_masked[-4:]}{town}），{named(found)}"


def called(line: Line, mark: Mark, is_new: bool, wanted: Status) -> str:
    """What became of a call."""
    who, status = line.person.name_masked, STATUS_NAMES[Status(mark.status)]
    if is_new:
        return f"记上了：{who}，{status}，{clock(mark.at)}。"
    if mark.status == wanted:
        return f"{who}已经记过{status}了（{clock(mark.at)}，{ways(mark)}），不用再点。"
    return f"{who}这节课已经记了{status}（{clock(mark.at)}，{ways(mark)}），没有改。要改，请在老师页面点他的名字，写上原因。"


def summary(found: Sitting, roll: Roll) -> str:
    """The end of a session: who came, and what is still to be done."""
    training_class, _ = found
    lines = [f"辛苦了。{who_is_missing(found, roll)}"]
    if training_class.sign_out and roll.unsigned:
        lines.append(f"还没签退{len(roll.unsigned)}人：{names(roll.unsigned)}。请他们回复“签退”。")
    if roll.missing:
        lines.append("没到的按缺勤记；有事的请他回复“请假”，来了没签上的请他回复“补签”，您在这里回复“待批”。")
    return "\n".join(lines)


def wish(number: int, training_class: TrainingClass, waiting: Waiting) -> str:
    """1 张*请假，焊工3班 11月20日上午课：孩子病了"""
    excuse, sitting = waiting.excuse, waiting.session
    when = f"{sitting.day.month}月{sitting.day.day}日{PART_NAMES[sitting.part]}"
    return (
        f"{number} {waiting.person.name_masked}{WISH_NAMES[excuse.wish]}，{training_class.name} {when}：{excuse.reason}"
    )
