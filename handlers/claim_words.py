"""How a claim is told: where it stands, what comes next, and when at the latest."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from handlers.context import House
from knowledge.figures import yuan
from knowledge.workdays import working_days_between
from records import masking
from records.claim_states import ClaimState
from records.objections import Answer, Objection
from records.own_claims import Own
from records.vouchers import day as in_words

_NUMBER = re.compile(r"(?i)sl-?(\d{4})-?(\d{1,6})")


@dataclass(frozen=True)
class Named:
    """A claim as a message names it."""

    number: str  # SL-2026-000012
    rest: str  # what was said behind it


def number_in(text: str) -> Named | None:
    """The claim number that a text names, however it was typed."""
    text = unicodedata.normalize("NFKC", text)
    match = _NUMBER.search(text)
    return Named(f"SL-{match[1]}-{int(match[2]):06d}", text[match.end() :].strip(" ,.:，。：")) if match else None


def stands(own: Own, house: House, today: date) -> str:
    """“职工技能提升补贴1500元：在公示，第3个工作日（共5个），到11月27日没有人提异议就付款。”"""
    claim, line = own.claim, own.line
    name = scheme_name(house, claim.policy_id, claim.scheme_id)
    whose = "" if own.is_mine or line.blocked else f"，付给{claim.payee_name}，您免费学"
    money = "" if line.blocked else yuan(line.fen)
    return f"{name}{money}{whose}：{says(own, today)}编号{claim.number}。"


def says(own: Own, today: date) -> str:
    """Where it stands and what comes next, without the name of the subsidy."""
    if own.line.blocked:
        return f"{own.claim.payee_name}的申领里您这一行没算上：{own.line.blocked[0]}。"
    return _where(own, today)


def answered(objection: Objection) -> str:
    """不属实。查过签到，本人每天都到。"""
    if objection.answer == Answer.OPEN:
        return "正在核实，这笔钱先不付。"
    found = "属实，退回去改了" if objection.answer == Answer.UPHELD else "核实过，不属实"
    return f"{found}。{masking.hide(objection.reason).rstrip('。')}。"


def _where(own: Own, today: date) -> str:
    claim = own.claim
    latest = f"最晚{in_words(claim.due_on)}前付。" if claim.due_on else ""
    match ClaimState(claim.state):
        case ClaimState.DRAFT:
            return "还没提交，材料齐了再交。"
        case ClaimState.SUBMITTED:
            return f"已提交，等初审。{latest}"
        case ClaimState.REVIEWED:
            return f"初审过了，等另一个人复核。{latest}"
        case ClaimState.APPROVED:
            return f"复核过了，接下来公示。{latest}"
        case ClaimState.PUBLISHED:
            return f"{_notice(own, today)}{latest}"
        case ClaimState.CLEARED:
            return f"公示完了，等付款。{latest}"
        case ClaimState.PAID | ClaimState.WRITTEN_OFF:
            assert claim.paid_on is not None, "a paid claim has its day"
            return f"{in_words(claim.paid_on)}已付。"
        case ClaimState.RETURNED:
            return f"退回修改：{claim.remark.rstrip('。')}。改好回复“再交 {claim.number}”。"
        case ClaimState.WITHDRAWN:
            return "已撤回。"
        case ClaimState.REJECTED:
            return f"没有通过：{claim.remark.rstrip('。')}。不明白的回复“人工”。"


def _notice(own: Own, today: date) -> str:
    starts, until = own.claim.notice_from, own.claim.notice_until
    assert starts is not None and until is not None, "what is put up has its days"
    count = working_days_between(starts, until)
    if today < starts:
        return f"{in_words(starts)}起公示{count}个工作日。"
    if today > until:
        return "公示期满，正在核对有没有异议。"
    at = working_days_between(starts, today)
    return f"在公示，第{at}个工作日（共{count}个），到{in_words(until)}没有人提异议就付款。"


def scheme_name(house: House, policy_id: str, scheme_id: str) -> str:
    """What a document calls a subsidy."""
    policy = next((each for each in house.shelf.policies if each.id == policy_id), None)
    return policy.schemes[scheme_id].name if policy and scheme_id in policy.schemes else "补贴"
