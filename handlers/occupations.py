"""What an occupation's training pays: its class in the place's table, the days and the sum."""

from __future__ import annotations

import re

from handlers import wording
from handlers.message import Citation
from handlers.reading import Question
from handlers.reckoning import Case, case
from knowledge.library import Policy
from knowledge.model import Daily, Scheme
from knowledge.shelf import Shelf

TOPIC = "occupation.class"
_PAYS = re.compile(
    r"(?:哪|什么|几|[abcd算])[^,]{0,4}(?:类|档)|几天|多少天|按[^,]{0,5}天|\d天|最多|补多少|多少钱|给多少|1天|补[^,]{0,3}几|天数|能补|差多少|差别|区别|同1?类|一类|类别|哪个.{0,4}多"
)
_OTHER = re.compile(
    r"证|考级|评价|鉴定|生活费|创业|企业给职工|学徒|以工代训|材料|归哪(?!.{0,3}[类档])|谁管|哪个部门|介绍|招"
)


def concerns(question: Question) -> bool:
    """Is this a question of an occupation's class, of its days or of what its training pays?"""
    return "occupation" in question.slots and bool(_PAYS.search(question.text)) and not _OTHER.search(question.text)


def explain(question: Question, shelf: Shelf) -> tuple[str, tuple[Citation, ...], tuple[Policy, ...]] | None:
    """The classes of the occupations named; None where the place has no class table, or lists none of them."""
    if question.region is None:
        return None
    told, cited, policies = [], [], []
    for occupation in question.slots["occupation"][:3]:
        found = shelf.occupation_class(question.region, occupation)
        if found is None:
            return None
        policy, kind = found
        classes = policy.document.classes
        scheme = _scheme_by_class(policy)
        if classes is None or scheme is None:
            return None
        if kind is None:
            told.append(f"分类表里没有列“{occupation}”，按哪类补文件没写，请问当地人社局。")
        else:
            told.append(_line(occupation, kind, policy, scheme, question))
        cited += [Citation(policy.name, scheme.at[0]), Citation(policy.name, classes.at)]
        policies.append(policy)
    return wording.lines(*told), tuple(dict.fromkeys(cited)), tuple(policies)


def _scheme_by_class(policy: Policy) -> Scheme | None:
    return next((s for s in policy.document.schemes if isinstance(s.amount, Daily) and s.amount.cap_days), None)


def _line(occupation: str, kind: str, policy: Policy, scheme: Scheme, question: Question) -> str:
    most = wording.days_of(policy, scheme, kind)
    worked: Case = case(policy, scheme, {**question.facts, "occupation_class": kind})
    assert worked.sum is not None
    if "days" in question.facts or "people" in question.facts:
        return f"{worked.sum.shown}。{occupation}是{kind}，最多按{most}补：{worked.sum.working}。{worked.sum.note}"
    rate = wording.daily_line(policy, scheme)
    return f"{occupation}是{kind}，最多补{most}，每人{worked.sum.shown}。{rate}。{scheme.payee_say}。"
