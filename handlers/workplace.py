"""Where somebody is sent to work: a place named as such, seen from the province whose rules are asked about."""

from __future__ import annotations

import re

from intents.entities import Mention
from intents.understanding import Meaning

_WORKS = re.compile(r"^.{0,4}(?:上班|打工|干|就业|务工|厂|做工|找活)")
_GOES = re.compile(r"(?:去|到|往|驻|从|送到?|输出到|跑到|介绍到)(?:了)?$")
_COMES = re.compile(r"^.{0,4}(?:打工|务工|回来|回乡|返乡)")


def works_there(mention: Mention, text: str) -> bool:
    """Is the place one that people go to or come from for work? Its rules are then not asked after."""
    before, after = text[: mention.start], text[mention.end :]
    if mention.slot != "region":
        return False
    return bool(_GOES.search(before) or _COMES.match(after) or (before.endswith("在") and _WORKS.match(after)))


def work_place(meaning: Meaning, region: str | None) -> str | None:
    """省内 or 省外 for a place that people are sent to; None where none is named or nobody said whose province."""
    if region is None:
        return None
    away = (mention.value for mention in meaning.mentions if works_there(mention, meaning.text))
    return next(("省内" if place[:2] == region[:2] else "省外" for place in away), None)
