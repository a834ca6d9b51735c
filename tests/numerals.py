"""Chinese numerals as they are taught in school, for the tests."""

from __future__ import annotations

_DIGITS, _POWERS = "零一二三四五六七八九", ["", "十", "百", "千"]


def written_out(value: int) -> str:
    """A whole number below 100 million in Chinese numerals."""
    high, low = divmod(value, 10_000)
    if not high:
        return _below_myriad(low)
    return _below_myriad(high) + "万" + (("零" if low < 1000 else "") + _below_myriad(low) if low else "")


def _below_myriad(part: int) -> str:
    text, zero = "", False
    for place in (3, 2, 1, 0):
        digit = part // 10**place % 10
        if digit:
            text += ("零" if zero and text else "") + _DIGITS[digit] + _POWERS[place]
            zero = False
        else:
            zero = True
    return text
