"""Money as people type it: yuan with at most two decimals, kept in fen."""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated, Any

from pydantic import BeforeValidator

from records.errors import Refused

_YUAN = re.compile(r"(\d{1,10})(?:\.(\d{1,2}))?")
_AROUND = re.compile(r"[\s,，¥￥元]")


def fen(typed: str) -> int:
    """350000 of 3,500.00 or ￥3500元; Refused for what is no sum, or has parts of a fen."""
    plain = _AROUND.sub("", unicodedata.normalize("NFKC", typed))
    match = _YUAN.fullmatch(plain)
    if match is None:
        raise Refused(f"金额要填元，最多两位小数，如3500或3500.50，您填的是“{typed.strip()[:20]}”。")
    return int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))


def _read(typed: Any) -> int:
    try:
        return fen(str(typed))
    except Refused as refusal:
        raise ValueError(refusal.reason) from refusal


Fen = Annotated[int, BeforeValidator(_read)]  # a field of a form, typed in yuan
