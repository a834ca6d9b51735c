"""When somebody is at the office to answer: working days 8:00 to 18:00 in China."""

from __future__ import annotations

from datetime import date, datetime, time

import chinese_calendar

from config.settings import CHINA

HOURS = "工作日8:00—18:00"
_OPENS, _CLOSES = time(8), time(18)


def is_open(now: datetime) -> bool:
    """Is somebody there at this moment?"""
    local = now.astimezone(CHINA)
    return is_working_day(local.date()) and _OPENS <= local.time() < _CLOSES


def is_working_day(day: date) -> bool:
    """Is this a working day, with holidays and the days worked in their stead where they are published?"""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:  # the State Council has not published that year yet
        return day.weekday() < 5


def holiday(day: date) -> str:
    """国庆节: the public holiday that a day belongs to, where it is published; empty for any other day."""
    try:
        is_off, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return ""
    return chinese_calendar.Holiday(name).chinese if is_off and name else ""
