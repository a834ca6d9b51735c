"""Personal data as it may be shown: a surname, the ends of a number."""

from __future__ import annotations

import re

_ID = re.compile(r"(?<!\d)(\d{4})\d{10}(\d{3}[\dXx])(?!\d)")
_PHONE = re.compile(r"(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)")


def id_number(value: str) -> str:
    """1405**********1234"""
    return f"{value[:4]}**********{value[-4:]}"


def name(value: str) -> str:
    """张*, 李*英"""
    return value[:1] + "*" * min(1, len(value) - 1) + (value[-1] if len(value) > 2 else "")


def phone(value: str) -> str:
    """138****1234"""
    return f"{value[:3]}****{value[-4:]}"


def hide(text: str) -> str:
    """Mask every ID and telephone number in a text, as for logs."""
    return _PHONE.sub(r"\1****\2", _ID.sub(r"\1**********\2", text))
