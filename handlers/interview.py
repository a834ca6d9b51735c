"""An eligibility interview: which fact settles most, what an answer to it means, when it is settled."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from handlers.asker import Asker
from handlers.reading import DENIED
from handlers.reckoning import Case, case
from handlers.talk import ordinal
from intents.quantities import quantities
from intents.understanding import Meaning
from knowledge.facts import FactKind, catalogue
from knowledge.library import Policy
from knowledge.model import Payee, Scheme
from knowledge.shelf import Shelf

UNSURE = "不清楚"
_OF_ITS_OWN = re.compile(r"^(?:我|俺)?(?:就?是)?|(?:的|户|人)$")
_UNSURE = re.compile(r"不清楚|不知道|说不(?:准|上|清|好)|忘了|不记得|记不(?:清|得)|不确定|不晓得|不懂|没数")
_YES = re.compile(
    r"^(?:是|对|有|嗯|能|愿意|想学|想|同意|交了|参加了?|参加过|上过|拿了|拿到|考下|领过|领了|满了|够了|好|行|可以|当然|免费|头1?次|第1次)"
)
_NO = re.compile(r"^(?:不|没|无|否|未)|没有|不是|没交|没参加|没领|没上|没拿")
_NONE_OF_THEM = re.compile(r"^(?:都|全|1个也|哪个也|哪个都)?(?:不是|没有|不算|不沾边?|没)$|^以上都不|^普通")
_CORRECTS = re.compile(r"^(?:不对|错了|说错|搞错)")
_NOTHING = "没有"
_STAFF = "企业职工"
_LATER = frozenset({"voucher", "certified"})  # what comes with the training itself, for “what may I get”
_LEVELLED = frozenset({"初级工", "中级工", "高级工", "技师"})  # certificates of a level; 高级技师 may also hold another


@dataclass(frozen=True)
class Judged:
    """One scheme held against what is known of the one who asks."""

    policy: Policy
    scheme: Scheme
    case: Case
    extended: date | None = None  # the last day of a decision by which the document goes on

    @property
    def until(self) -> date | None:
        """The last day on which the scheme holds, as far as anybody knows."""
        return self.extended or self.policy.document.document.period.end

    @property
    def entitled(self) -> bool | None:
        """Yes, no, or open."""
        return self.case.verdict.entitled


@dataclass
class Interview:
    """What is being found out: for whom, the schemes in question, what is known, what was asked."""

    schemes: list[list[str]]  # policy id, scheme id
    facts: dict[str, Any] = field(default_factory=dict)
    unsure: list[str] = field(default_factory=list)  # facts the worker does not know
    asked: list[str] = field(default_factory=list)
    vague: list[str] = field(default_factory=list)  # facts of which only a range is known
    who: str = Asker.WORKER
    region: str = ""
    goes_on: dict[str, str] = field(default_factory=dict)  # last day of documents that go on by a decision
    single: bool = False  # is it about one scheme that was named?

    @classmethod
    def load(cls, data: Mapping[str, Any]) -> Interview:
        """Take up a kept interview; what is kept stays as it is, so that a change is seen when it is stored."""
        return cls(**deepcopy(dict(data)))

    def keep(self) -> dict[str, Any]:
        """The interview as it is kept between messages."""
        return asdict(self)

    def learn(self, facts: Mapping[str, Any]) -> None:
        """Take over what was told; what is told again is told better."""
        self.facts.update(facts)
        self.unsure = [fact for fact in self.unsure if fact not in facts]
        self.vague = [fact for fact in self.vague if fact not in facts]

    def judged(self, shelf: Shelf) -> list[Judged]:
        """Every scheme in question held against what is known."""
        policies = {policy.id: policy for policy in shelf.policies}
        found = []
        for policy_id, scheme_id in self.schemes:
            policy = policies[policy_id]
            scheme = policy.schemes[scheme_id]
            worked = case(policy, scheme, self._known(policy, scheme, shelf))
            seen = worked.for_worker() if self.who == Asker.WORKER else worked
            extended = date.fromisoformat(self.goes_on[policy_id]) if policy_id in self.goes_on else None
            found.append(Judged(policy, scheme, seen, extended))
        return found

    def _known(self, policy: Policy, scheme: Scheme, shelf: Shelf) -> dict[str, Any]:
        """The facts with what follows from them: the class of an occupation, the certificate that has levels."""
        known = dict(self.facts)
        if "occupation" in known and "occupation_class" not in known:
            listed = shelf.occupation_class(policy.region, str(known["occupation"]))
            if listed and listed[0] is policy and listed[1]:
                known["occupation_class"] = listed[1]
        if known.get("level") in _LEVELLED:
            known.setdefault("certificate", "职业技能等级证书")
        if self.who == Asker.ENTERPRISE and any(_STAFF in (c.one_of or ()) for c in scheme.conditions):
            known.setdefault("group", [_STAFF])  # whom a firm trains are its own people, unless it says otherwise
        return known

    def next_fact(self, shelf: Shelf, most: int) -> FactKind | None:
        """The unknown fact that most of the undecided schemes wait for; None when all is settled or enough was asked."""
        if len(self.asked) >= most:
            return None
        waiting: Counter[str] = Counter()
        for judged in self.judged(shelf):
            weight = 2 if judged.scheme.payee is Payee.WORKER else 1  # money to himself matters most
            if judged.entitled is None:
                waiting.update({check.fact: weight for check in judged.case.verdict.open})
            by = getattr(judged.scheme.amount, "by", None)
            if judged.entitled is not False and by and by not in self.facts and judged.case.sum is None:
                waiting[by] += weight
        for fact in list(waiting):
            if fact in self.unsure or fact in self.facts or not self._may_ask(catalogue()[fact]):
                del waiting[fact]
        return catalogue()[waiting.most_common(1)[0][0]] if +waiting else None

    def _may_ask(self, kind: FactKind) -> bool:
        if self.who == Asker.WORKER and kind.whose != "worker":
            return False
        return self.single or (kind.kind != "text" and kind.name not in _LATER)


def question(kind: FactKind, number: int, groups: list[str], who: str = Asker.WORKER) -> tuple[str, list[str]]:
    """The question with its numbered choices, 不清楚 always the last; a plain number is asked for without choices."""
    asked = kind.ask if who == Asker.WORKER else kind.others or kind.ask
    offered = [*groups, "都不是"] if kind.kind == "choices" else list(kind.choices)
    if not offered:
        plain = "直接回个数" if kind.kind == "number" else "直接说"
        return f"第{number}件：{asked}（{plain}，不清楚就回“{UNSURE}”）", []
    labels = [*offered, UNSURE]
    numbered = "　".join(f"{n} {label}" for n, label in enumerate(labels, 1))
    return f"第{number}件：{asked}\n{numbered}", labels


def told(kind: FactKind, labels: list[str], said: str, meaning: Meaning) -> Any:
    """The value that an answer gives to a fact; UNSURE for “don't know”, None when it is no answer to it."""
    label = chosen(labels, said)
    if label == UNSURE or (label not in labels and _UNSURE.search(said)):
        return UNSURE
    if label in kind.choices and (label in labels):
        return kind.choices[label]
    match kind.kind:
        case "choices":
            return _groups(label, labels, meaning)
        case "number":
            return _number(kind, meaning)
        case "bool":
            return _yes_or_no(kind, meaning)
        case "choice":
            return meaning.first(kind.name) or meaning.facts.get(kind.name) or _without(kind, meaning)
    return meaning.first(kind.name)


def chosen(labels: list[str], said: str) -> str:
    """The label that a text picks by number, by name, or by a part that no other has: 农村的; else the text itself."""
    number = ordinal(said, len(labels))
    if number is not None:
        return labels[number]
    named = said.strip(" 。.！!吧")
    part = _OF_ITS_OWN.sub("", named)
    with_it = [label for label in labels if len(part) >= 2 and part in label]
    return with_it[0] if len(with_it) == 1 and named not in labels else named


def _yes_or_no(kind: FactKind, meaning: Meaning) -> bool | None:
    if isinstance(known := meaning.facts.get(kind.name), bool):
        return known
    if len(meaning.text) > 10 or _CORRECTS.search(meaning.text):
        return None
    return False if _NO.search(meaning.text) else True if _YES.search(meaning.text) else None


def _without(kind: FactKind, meaning: Meaning) -> str | None:
    """“没有” to “which one”, where that is one of the choices."""
    denied = len(meaning.text) <= 6 and _NO.search(meaning.text) and not _CORRECTS.search(meaning.text)
    return _NOTHING if denied and _NOTHING in kind.choices.values() else None


def groups_named(meaning: Meaning) -> list[str]:
    """The groups that somebody says he belongs to; 我不是贫困户 names none."""
    mentions = [mention for mention in meaning.mentions if mention.slot == "group"]
    mine = [mention.value for mention in mentions if not DENIED.search(meaning.text[: mention.start])]
    return list(dict.fromkeys(mine))


def _groups(label: str, labels: list[str], meaning: Meaning) -> list[str] | None:
    """None of them, those named, or no answer: who denies one of several has not told which he is."""
    if label == "都不是" or _NONE_OF_THEM.search(meaning.text):
        return []
    if label in labels:
        return [label]
    denies_the_only_one = "group" in meaning.entities and labels.index("都不是") == 1
    return groups_named(meaning) or ([] if denies_the_only_one else None)


def _number(kind: FactKind, meaning: Meaning) -> float | int | None:
    if isinstance(known := meaning.facts.get(kind.name), (Decimal, int)):
        return int(known) if known == int(known) else float(known)
    found = [q for q in quantities(meaning.clauses) if len(meaning.text) <= 16]
    if found:
        return int(found[0].value) if found[0].value == int(found[0].value) else float(found[0].value)
    none = _NO.search(meaning.text) and len(meaning.text) <= 8 and not _CORRECTS.search(meaning.text)
    return 0 if none and 0 in kind.choices.values() else None
