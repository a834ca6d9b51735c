"""What is wrong with a field, in one Chinese sentence: what was expected, what came, what to do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from enum import Enum
from typing import Any, get_args, get_origin

from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from bot.web.uploads import Upload

Words = Callable[[str, str, dict[str, Any]], str]  # the field's name, what was typed, the figures of the rule

_SHOWN = 20  # characters of what was typed that a sentence repeats


def _kind(expected: str) -> Words:
    return lambda name, typed, rule: f"{name}要填{expected}，您填的是“{typed}”。"


_WORDS: dict[str, Words] = {
    "int": _kind("整数，如 30"),
    "float": _kind("数字，如 3.5"),
    "decimal": _kind("数字，如 3.5"),
    "datetime": _kind("日期和时间，如 2026-12-01 08:30"),
    "date": _kind("日期，如 2026-12-01"),
    "time": _kind("时间，如 08:30"),
    "string_too_long": lambda name, typed, rule: f"{name}最多{rule['max_length']}个字，请写短一些。",
    "string_too_short": lambda name, typed, rule: f"{name}至少{rule['min_length']}个字，请写全。",
    "greater_than": lambda name, typed, rule: f"{name}要大于{rule['gt']}，您填的是{typed}。",
    "greater_than_equal": lambda name, typed, rule: f"{name}最小是{rule['ge']}，您填的是{typed}。",
    "less_than": lambda name, typed, rule: f"{name}要小于{rule['lt']}，您填的是{typed}。",
    "less_than_equal": lambda name, typed, rule: f"{name}最大是{rule['le']}，您填的是{typed}。",
    "too_short": lambda name, typed, rule: f"{name}至少选{rule['min_length']}项，现在选了{rule['actual_length']}项。",
    "too_long": lambda name, typed, rule: f"{name}最多选{rule['max_length']}项，现在选了{rule['actual_length']}项。",
    "decimal_max_places": lambda name, typed, rule: f"{name}最多{rule['decimal_places']}位小数，您填的是{typed}。",
    "enum": lambda name, typed, rule: f"请选{name}：没有“{typed}”这一项，请从列出的里面选。",
    "literal_error": lambda name, typed, rule: f"请选{name}：没有“{typed}”这一项，请从列出的里面选。",
    "dataclass": lambda name, typed, rule: f"请选{name}的文件。",
}


def sentence(fault: ErrorDetails, info: FieldInfo | None = None) -> str:
    """The sentence for one fault of a field; the field's title is its Chinese name, its description what is expected."""
    name = (info.title if info else None) or "这一项"
    kind, rule, typed = fault["type"], fault.get("ctx", {}), _shown(fault["input"])
    if kind == "value_error":
        return str(rule["error"])  # a validator's own sentence
    if kind == "missing":
        return f"请{'选' if info and _is_chosen(info.annotation) else '填'}{name}。"
    if kind == "string_pattern_mismatch" and info and info.description:
        return f"{name}要填{info.description}，您填的是“{typed}”。"
    words = _WORDS.get(kind) or _WORDS.get(kind.partition("_")[0])
    return words(name, typed, rule) if words else f"{name}填得不对，您填的是“{typed}”，请改一下。"


def _shown(value: object) -> str:
    text = value.isoformat() if isinstance(value, date) else str(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _is_chosen(annotation: Any) -> bool:
    """Is this picked from a list rather than written?"""
    kind = get_origin(annotation) or annotation
    if isinstance(kind, type):
        return issubclass(kind, (Enum, list, tuple, set, frozenset, Upload, bool))
    return any(_is_chosen(each) or isinstance(each, str) for each in get_args(annotation))
