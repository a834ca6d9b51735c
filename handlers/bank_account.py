"""A bank account as a worker tells it in a message: the bank and the number, together or one after the other."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from records import id_number
from records.errors import Refused

_SHORTEST, _LONGEST = 12, 19  # digits of a passbook's number, of a card's
_DIGITS = re.compile(r"\d(?:[ -]?\d){5,}")
_LABELS = re.compile(r"开户银?行|(?:银行|储蓄|社保)?卡号?|[账帐]号|号码|打到|我的|本人的?|就?是|在|[:：]")
_BANK = re.compile(r"[\u3400-\u9fff]*(?:银行|农商行|信用社|信用联社|邮储|邮政|[工农建中交邮]行)[\u3400-\u9fff]*")


@dataclass(frozen=True)
class Told:
    """What a message gives of an account; empty where it says nothing of it."""

    bank: str = ""
    number: str = ""


def read(text: str, today: date) -> Told:
    """The bank and the number that a text names; Refused for digits that are no account's."""
    text = unicodedata.normalize("NFKC", text)
    match = _DIGITS.search(text)
    bank = _BANK.search(_LABELS.sub(" ", text.replace(match[0], " ") if match else text))
    return Told(bank[0] if bank else "", _number(match[0], today) if match else "")


def _number(typed: str, today: date) -> str:
    digits = re.sub(r"\D", "", typed)
    if not _SHORTEST <= len(digits) <= _LONGEST:
        raise Refused(f"卡号要是{_SHORTEST}到{_LONGEST}位数字，您发的是{len(digits)}位，请照卡面再发一次。")
    if _is_of_a_person(digits, today):
        raise Refused("您发的是身份证号，不是银行卡号，请照卡面再发一次。")
    return digits


def _is_of_a_person(digits: str, today: date) -> bool:
    try:
        id_number.read(digits, today)
    except ValueError:
        return False
    return True
