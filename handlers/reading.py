"""A question as it is asked: what is meant, where, about whom, and in what form, with the talk's thread taken up."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from handlers.talk import Talk
from handlers.workplace import works_there
from intents.quantities import Quantity, quantities
from intents.understanding import Meaning
from knowledge.figures import plain
from knowledge.shelf import Shelf

DENIED = re.compile(r"(?:不是|不属于|不算|没有|并非|非)$")
_PROVINCE = re.compile(
    r"^(?!.*(?:依据|根据|上位|对应|照着|这份|本方案|省里(?:钱|系统|资金|不够|拨))).*(?:省里|省上|省级文件|省的文件|省政府)"
)
_YES_NO = re.compile(
    r"能不能|行不行|是不是|有没有|要不要|用不用|算不算|得不得|对不对|真的假的|真的|[吗不没]$|[吗不没],|对$|是吗|能[^,]{0,12}[吗不]|还能|可以"
)
_CLAIM = re.compile(r"是不是|对不对|对吧|对$|真的|是真|是吗|没错|回事|按.{0,8}算吗|不是.{0,10}吗|就是.{0,10}吗|[吗不]$")
_SHORT = 14  # characters
_COUNTED = {"level", "certificate", "grade"}
_COUNT_BEFORE = re.compile(r"(\d+)(?:个人?|人|名|本|张|家)?[^\d]{0,5}$")
_COUNT_AFTER = re.compile(r"[^\d和跟,、]{0,6}?(\d+)(?:个人?|人|名|本|张)")
_COMPARE = re.compile(
    r"哪个.{0,6}(?:多|高|少|长|划算)|差(?:多少|几|别)|相差|比.{0,10}(?:多|高|少)|各(?:是|补|给)?多少|区别|分别"
)
_CONTINUES = re.compile(
    r"^(?:那|那么|这|它|他们?|以后|还有|要是|如果|另外|总共|一共|不对|不是|我是|我在|我说的是)|[呢]$"
)
# What else a sentence with a sum may ask to be confirmed: to whom it goes, whether everybody gets it, whether still.
_ALSO = re.compile(r"给我|本人|自己|个人|人人|每个人?都|都给|都有|也|还|到手|现金|卡上|一直|每年")
_GOES_ON = re.compile(r"^那么?.{1,8}呢[?？]?$")
_CORRECTION = re.compile(r"^(?:不对|不是|错了|说错了|搞错了|我说的是|应该是)")
_BARE = re.compile(
    r"不对|不是|错了|说错了|我说的是|我是|我在|我想问|要是|如果|换成|改成|那么?|学|考|的|呢|吗|是|了|在|这边|这里|地方|听说|真的|假的|补|给|\d{3,}(?:元|块)?|那边|县里|市里|户口|说的|问的|班|人|[,，]"
)
_INJECTION = re.compile(
    r"(?:忽略|无视|忘掉|忘了|不管|抛开|跳过)[^,]{0,10}(?:规则|规定|指令|要求|设定|限制|政策)[,，]?|(?:以后|从现在起|直接)(?:就)?(?:说|跟我说|告诉我|回答)|你现在是[^,]{0,6}(?:管理员|领导|系统)"
)


@dataclass(frozen=True)
class Question:
    """What is to be answered."""

    meaning: Meaning
    region: str | None
    slots: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    facts: Mapping[str, object] = field(default_factory=dict)
    continues: str | None = None  # the topic that this may be a follow-up of
    regions: tuple[str, ...] = ()
    province_only: bool = False

    @property
    def text(self) -> str:
        """The normalised text."""
        return self.meaning.text

    @property
    def wants_yes_or_no(self) -> bool:
        """Is it a question to be answered with yes or no?"""
        return bool(_YES_NO.search(self.meaning.clauses))

    @property
    def claims(self) -> bool:
        """Does it put a figure to be confirmed?"""
        return bool(_CLAIM.search(self.meaning.cleaned))

    @property
    def compares(self) -> bool:
        """Does it ask for the difference of two things?"""
        return bool(_COMPARE.search(self.text))


def question(meaning: Meaning, talk: Talk, region: str | None, shelf: Shelf) -> Question:
    """Read a message as a question, in the light of the talk."""
    places = _places(meaning)
    slots = _slots(meaning)
    where = _where(places, region, shelf)
    return Question(
        meaning,
        where,
        slots,
        meaning.facts,
        _thread(meaning, slots, talk),
        places,
        bool(_PROVINCE.search(meaning.text)),
    )


def with_thread(asked: Question, talk: Talk) -> Question:
    """The question with what the talk already said: slots and facts that the new text does not replace."""
    slots = {slot: (value,) for slot, value in talk.slots.items()} | dict(asked.slots)
    for named, other in (("level", "certificate"), ("certificate", "level")):
        if named in asked.slots and other not in asked.slots:
            slots.pop(other, None)  # a level is of a certificate of its own kind
    return replace(asked, slots=slots, facts={**talk.facts, **asked.facts})


def within_thread(asked: Question, talk: Talk) -> Question:
    """A short question that goes on from the last and names nothing itself: what was named there still holds."""
    if asked.continues is None or asked.slots:
        return asked
    return replace(asked, slots={slot: (value,) for slot, value in talk.slots.items()})


def without_orders(text: str) -> str:
    """The text without instructions to the service itself: they change nothing, what is left may be a question."""
    return _INJECTION.sub("", text).strip(" ,，。")


def is_bare(asked: Question) -> bool:
    """Does it only name something, so that the last question is asked of it? 那高级工呢, 运城的呢, 8天呢."""
    rest = _BARE.sub("", asked.meaning.compared.masked)
    named = bool(asked.slots or asked.regions or asked.facts or sums_in(asked.meaning.clauses))
    return named and len(re.sub("[\ue000-\uf8ff]", "", rest)) <= 1


def counted(asked: Question) -> list[tuple[int, str, str]]:
    """Counts of levels, certificates or grades: 30个人考下初级工 is (30, level, 初级工); 高级工20人、技师4人 counts after each."""
    text = asked.text
    named = [mention for mention in asked.meaning.mentions if mention.slot in _COUNTED]
    before = [_COUNT_BEFORE.search(text[: mention.start]) for mention in named]
    after = [_COUNT_AFTER.match(text[mention.end :]) for mention in named]
    found = after if after and after[0] and not before[0] else [b or a for b, a in zip(before, after, strict=True)]
    return [(int(count[1]), each.slot, each.value) for each, count in zip(named, found, strict=True) if count]


def sums_in(clauses: str) -> frozenset[Decimal]:
    """The sums of money in a text, in yuan."""
    units = {"yuan", "big"}
    return frozenset(q.value for q in quantities(clauses) if q.value >= 10 and (q.unit in units or _is_bare_sum(q)))


def _is_bare_sum(quantity: Quantity) -> bool:
    return quantity.unit == "bare" and quantity.value >= 100


def confirm(asked: Question, said: tuple[str, str]) -> str:
    """“是不是三千五”: 对, or the claimed sum put right; empty where no sum was claimed, or something else with it."""
    claimed = sums_in(asked.meaning.clauses)
    stated, beside = (sums_in(part.replace("，", ",")) for part in said)
    if not claimed or not stated or not asked.claims:
        return ""
    if claimed & stated:
        return "" if _ALSO.search(asked.text) else "对，"
    return "" if claimed & beside else f"不是{plain(min(claimed))}元，"


def goes_on(asked: Question) -> bool:
    """“那总共最多呢”: says by its form that it goes on from the last question."""
    return bool(_GOES_ON.search(asked.meaning.cleaned))


def is_short(asked: Question) -> bool:
    """Is it so short that it leans on what was said before?"""
    return len(asked.text) <= _SHORT


def is_correction(text: str) -> bool:
    """Does it take back what was said before?"""
    return bool(_CORRECTION.search(text))


def _slots(meaning: Meaning) -> dict[str, tuple[str, ...]]:
    """What is named, by slot, without what is denied: 我不是贫困户 names no 贫困户."""
    denied = {
        (mention.slot, mention.value)
        for mention in meaning.mentions
        if mention.slot == "group" and DENIED.search(meaning.text[: mention.start])
    }
    slots = {
        slot: tuple(value for value in values if (slot, value) not in denied)
        for slot, values in meaning.entities.items()
        if slot != "region"
    }
    return {slot: values for slot, values in slots.items() if values}


def _places(meaning: Meaning) -> tuple[str, ...]:
    """The places whose rules are meant; where people are sent to work is none."""
    found = [
        mention.value
        for mention in meaning.mentions
        if mention.slot == "region" and not works_there(mention, meaning.text)
    ]
    return tuple(dict.fromkeys(found))


def _where(places: tuple[str, ...], region: str | None, shelf: Shelf) -> str | None:
    if not places:
        return region
    held = [place for place in places if any(policy.region == place for policy in shelf.policies)]
    place = (held or places)[-1]  # 平顶山和厦门签了什么: the one whose document we hold
    above = region is not None and place.rstrip("0") and region.startswith(place.rstrip("0")) and region != place
    # “河南” said by somebody in 平顶山 names what is above him; only a document of that very place makes it the subject.
    if above and not any(policy.region == place for policy in shelf.policies):
        return region
    return place


def _thread(meaning: Meaning, slots: Mapping[str, tuple[str, ...]], talk: Talk) -> str | None:
    if talk.topic is None:
        return None
    return talk.topic if len(meaning.text) <= _SHORT or _CONTINUES.search(meaning.cleaned) else None
