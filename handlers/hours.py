"""When somebody is at the office to answer: working days 8:00 to 18:00 in China."""

from __future__ import annotations

from datetime import datetime, time

from config.settings import CHINA
from knowledge.workdays import is_working_day

HOURS = "工作日8:00—18:00"
_OPENS, _CLOSES = time(8), time(18)


def is_open(now: datetime) -> bool:
    """Is somebody there at this moment?"""
    local = now.astimezone(CHINA)
    return is_working_day(local.date()) and _OPENS <= local.time() < _CLOSES
