"""Chinese numerals as people write and say them, turned into digits: 三千五, 3千5, 一百五, 两成, 半年, 一个半月."""

from __future__ import annotations

import re
from decimal import Decimal

_DIGIT = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "俩": 2, "三": 3, "四": 4, "五": 5}
_DIGIT |= {"六": 6, "七": 7, "八": 8, "九": 9}
_POWER = {"十": 10, "百": 100, "千": 1000}
_MYRIAD = {"万": 10**4, "亿": 10**8}
_CN = "".join(_DIGIT) + "".join(_POWER)
_UNIT = "元|块|毛|分钱|天|日|个月|月|年|次|回|趟|遍|人|个|名|家|岁|成|级|类|本|张|期|门|号|学时|小时|课时|分钟|周|口|条|件|工|档|倍|届"

_PERCENT = re.compile(rf"百分之([{_CN}]+)")
_TENTHS = re.compile(
    r"([一二两三四五六七八九])成(?![交立为功本人年果长效分绩员套])([半一二三四五六七八九](?![十百千万成]))?"
)
_HALF = re.compile(rf"([{_CN}\d]+)个半月")
_YEAR_HALF = re.compile(rf"([{_CN}\d]+)年半")
_MIXED = re.compile(r"(\d+(?:\.\d+)?)([百千])(\d|[一二两三四五六七八九])?(?![\d百千十])")
_MIXED_MYRIAD = re.compile(r"(\d+(?:\.\d+)?)万(\d|[一二两三四五六七八九])(?![\d百千十多余])")
_SPOKEN = re.compile(rf"[{_CN}]*[{''.join(_POWER)}][{_CN}]*[万亿]?[{_CN}]*|[{''.join(_DIGIT)}]+[万亿][{_CN}]*")
_SINGLE = re.compile(rf"(?<![统唯同专])([{''.join(_DIGIT)}]+)(?=(?:{_UNIT})|[到至~—-][{_CN}\d]+(?:{_UNIT}))")
_ABOUT = re.compile(rf"([一二两三四五六七八])([二三四五六七八九])(?=[十百千万]|{_UNIT})")
_DIGITWISE = re.compile(r"[零〇一二三四五六七八九]{4}(?=年)")


def to_digits(text: str) -> str:
    """Replace the numerals in a text; words that merely contain one (统一, 第一, 万一) stay."""
    text = _ABOUT.sub(_about, text)
    text = _PERCENT.sub(lambda m: f"{number(m[1])}%", text)
    text = _TENTHS.sub(lambda m: f"{_DIGIT[m[1]] * 10 + _DIGIT.get(m[2], 5 if m[2] else 0)}%", text)
    text = _HALF.sub(lambda m: f"{_plain(Decimal(number(m[1])) + Decimal('0.5'))}个月", text)
    text = _YEAR_HALF.sub(lambda m: f"{number(m[1]) * 12 + 6}个月", text)
    text = _DIGITWISE.sub(lambda m: "".join(str(_DIGIT[c]) for c in m[0]), text)
    text = _MIXED.sub(_mixed, text)
    text = _MIXED_MYRIAD.sub(lambda m: _plain(Decimal(m[1]) * 10000 + number(m[2]) * 1000), text)
    text = _SPOKEN.sub(_spoken, text)
    return _SINGLE.sub(lambda m: str(number(m[1])), text)


def number(numeral: str) -> int:
    """The value of a numeral; a digit left over after 百, 千 or 万 counts for the next place (一百五 is 150)."""
    if numeral.isdigit():
        return int(numeral)
    total = section = digit = 0
    place = 1
    for character in numeral:
        if character in _DIGIT:
            digit = digit * 10 + _DIGIT[character] if digit and place == 1 and not section else _DIGIT[character]
            if character in "零〇":
                place = 1
        elif character in _POWER:
            place = _POWER[character]
            section += (digit or 1) * place
            digit = 0
        else:
            place = _MYRIAD[character]
            total += (section + digit or 1) * place
            section = digit = 0
    return total + section + (digit * place // 10 if digit and place >= 100 else digit)


def _about(match: re.Match[str]) -> str:
    """Two neighbours said together are a range: 两三天, 三五万; anything else is left as it is."""
    low, high = (_DIGIT[character] for character in match.groups())
    return f"{low}到{high}" if high - low in {1, 2} else match[0]


def _spoken(match: re.Match[str]) -> str:
    run = match[0]
    if len(run) == 1 or run in {"一千零一", "千万", "百千", "千百", "十万"}:
        return run if run != "十" or not _followed_by_unit(match) else "10"
    return str(number(run))


def _followed_by_unit(match: re.Match[str]) -> bool:
    return re.match(_UNIT, match.string[match.end() :]) is not None


def _mixed(match: re.Match[str]) -> str:
    place = _POWER[match[2]]
    rest = number(match[3]) * place // 10 if match[3] else 0
    return _plain(Decimal(match[1]) * place + rest)


def _plain(value: Decimal) -> str:
    return str(int(value)) if value == value.to_integral_value() else str(value.normalize())
