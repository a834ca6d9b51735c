"""What a worker tells when he asks for leave or a make-up: which sessions, for what reason, or that he thought better."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from intents import when
from records.enrolments import Seat
from records.excuses import Wish
from records.masking import hide

_COMMAND = re.compile(
    r"(?:申请|想|要|得|能|给)?"
    r"(?:请(?:个|[一1]个|半个?|(?:\d{1,2}|[一二两三四五六七八九十])天|一下)?(?P<kind>[病事婚丧产])?假|补(?:个|一个|一下)?(?:签到|签|打卡|卡))"
)
_AROUND = re.compile(
    r"^(?:老师|您好|你好|我|俺|的|了|都|就|是|因为|想|要|原因)+|(?:的课?|课|吧|行不|可以吗|谢谢老师|谢谢)+$"
)
_NO_REASON = re.compile(r"^(?:[来去]不了|上不了课?|不能[来去]|没签[上到]|没打上卡?)了?$")
_EDGES = " ，,。.、；;！!：:\n\t"
_QUESTION = re.compile(r"[?？]|[吗呢么]$|多少|怎么|咋|什么|啥|几[天次回节]|哪")
_STOP = frozenset({"算了", "不请了", "不用了", "取消", "不补了", "不签了", "没事了", "不"})


def sessions(possible: Sequence[Seat], wish: Wish, said: str, today: date) -> list[Seat] | None:
    """Those on the days and in the part of the day that a text names; None where it names neither."""
    days, part = when.days(said, today, ahead=wish is Wish.LEAVE), when.part(said)
    if not days and part is None:
        return None
    found = [seat for seat in possible if part in {None, str(seat.session.part)}]
    if days:
        return [seat for seat in found if seat.session.day in days]
    return [seat for seat in found if seat.session.day == found[0].session.day]


def reason(said: str) -> str:
    """What a text tells beside the wish and the time; the kind of leave where it tells nothing else."""
    kind = next((match["kind"] for match in _COMMAND.finditer(said) if match["kind"]), "")
    rest = when.without(_COMMAND.sub("，", said))
    parts = [_AROUND.sub("", part) for part in re.split(f"[{re.escape(_EDGES)}]+", rest)]
    told = "，".join(part for part in parts if len(part) > 1 and not _NO_REASON.match(part))
    return hide(told) or (f"{kind}假" if kind else "")


def answer(said: str) -> str:
    """A reason that was asked for, in the worker's words; empty for a question, which is none."""
    said = said.strip(_EDGES)
    return "" if _QUESTION.search(said) else hide(said)


def stops(said: str) -> bool:
    """Did he think better of it?"""
    return said.strip(_EDGES) in _STOP
