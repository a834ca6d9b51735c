"""A claim on one sheet: all that its payee and the office look at, and who may take it one step on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from bot.web.deeds import Deed
from handlers import programmes
from handlers.context import House
from handlers.programmes import Programme
from records import claim_moves, claim_papers, claim_search, noticing, staff
from records.claim_desk import APPROVERS, REVIEWERS
from records.claim_papers import Account, Paper
from records.claim_states import CLAIM_STATE_NAMES, OPEN_TO_CHANGE, ClaimState
from records.claims import Claim, ClaimEvent, ClaimLine
from records.noticing import PUBLISHERS
from records.objections import Objection
from records.paying import PAYERS
from records.people import Person
from records.staff import Role, Staff

STEPS = ["提交", "初审", "复核", "公示", "付款", "核销"]
_STEP = {
    ClaimState.DRAFT: 0,
    ClaimState.RETURNED: 0,
    ClaimState.SUBMITTED: 1,
    ClaimState.REVIEWED: 2,
    ClaimState.APPROVED: 3,
    ClaimState.PUBLISHED: 3,
    ClaimState.CLEARED: 4,
    ClaimState.PAID: 5,
    ClaimState.WRITTEN_OFF: len(STEPS),
}
_TONES = {
    ClaimState.SUBMITTED: "warn",
    ClaimState.REVIEWED: "warn",
    ClaimState.APPROVED: "warn",
    ClaimState.PUBLISHED: "info",
    ClaimState.CLEARED: "warn",
    ClaimState.PAID: "good",
    ClaimState.WRITTEN_OFF: "good",
    ClaimState.RETURNED: "bad",
    ClaimState.REJECTED: "bad",
}
_DEEDS = {
    ClaimState.DRAFT: "写申领",
    ClaimState.SUBMITTED: "提交",
    ClaimState.REVIEWED: "初审通过",
    ClaimState.APPROVED: "复核通过",
    ClaimState.PUBLISHED: "开始公示",
    ClaimState.CLEARED: "公示期满",
    ClaimState.PAID: "付款",
    ClaimState.WRITTEN_OFF: "核销",
    ClaimState.RETURNED: "退回修改",
    ClaimState.WITHDRAWN: "撤回",
    ClaimState.REJECTED: "不予通过",
}
_WHOSE: dict[ClaimState, tuple[tuple[Role, ...], str]] = {
    ClaimState.SUBMITTED: (REVIEWERS, "初审"),
    ClaimState.REVIEWED: (APPROVERS, "复核"),
    ClaimState.APPROVED: (PUBLISHERS, "公示"),
    ClaimState.CLEARED: (PAYERS, "付款"),
    ClaimState.PAID: (PAYERS, "核销"),
}


@dataclass(frozen=True)
class Row:
    """One line of a claim, with whom or what it is for."""

    line: ClaimLine
    name: str  # masked
    id_number: str  # masked
    others: Sequence[Claim] = ()  # by which the same person has, or asks for, other money


@dataclass(frozen=True)
class Sheet:
    """Everything about one claim, as both sides see it."""

    claim: Claim
    programme: Programme | None
    rows: Sequence[Row]
    papers: Sequence[Paper]
    account: Account | None
    objections: Sequence[Objection]
    trail: Sequence[Deed]
    class_name: str = ""

    @property
    def name(self) -> str:
        """What is asked for, and of it which part."""
        if self.programme is None:
            return "补贴"
        part = self.programme.part_name(self.claim.part)
        return self.programme.name + (f"（{part}）" if part else "")

    @property
    def paying(self) -> list[Row]:
        """The lines that are paid."""
        return [row for row in self.rows if row.line.fen]

    @property
    def blocked(self) -> list[Row]:
        """The lines that are not."""
        return [row for row in self.rows if not row.line.fen]

    @property
    def step(self) -> int | None:
        """The number of the step at which the claim stands; None for one that was given up or turned down."""
        return step_of(self.claim)

    @property
    def is_open(self) -> bool:
        """May who applied still change it?"""
        return self.claim.state in OPEN_TO_CHANGE


def state(value: str) -> str:
    """待初审"""
    return CLAIM_STATE_NAMES[ClaimState(value)]


def tone(value: str) -> str:
    """The colour of a claim's state: amber where the office must act, red where it came back."""
    return _TONES.get(ClaimState(value), "quiet")


def step_of(claim: Claim) -> int | None:
    """The number of the step at which a claim stands; None for one that was given up or turned down."""
    return _STEP.get(ClaimState(claim.state))


def hindrance(claim: Claim, account: Staff) -> str:
    """Why this account cannot take the claim one step on; empty where it can, or where there is nothing to do."""
    roles, what = _WHOSE.get(ClaimState(claim.state), ((), ""))
    if roles and not account.holds(*roles):
        return f"{what}要由有“{'”或“'.join(staff.ROLE_NAMES[role] for role in roles)}”权限的同事来办。"
    if claim.state == ClaimState.SUBMITTED and claim.submitted_by == account.id:
        return "这笔是您提交的，要由另一个人初审。"
    if claim.state == ClaimState.REVIEWED and account.id in {claim.submitted_by, claim.reviewed_by}:
        did = "初审" if claim.reviewed_by == account.id else "提交"
        return f"这笔是您{did}的，复核要由另一个人来做。"
    return ""


async def sheet(session: AsyncSession, house: House, claim: Claim) -> Sheet:
    """Gather the sheet of a claim."""
    people = await claim_search.people_of(session, claim)
    others = await claim_search.others_of(session, claim)
    lines = await claim_moves.lines_of(session, claim)
    names = {f"staff:{key}": name for key, name in (await staff.names(session)).items()}
    return Sheet(
        claim=claim,
        programme=programmes.find(house.shelf, claim.policy_id, claim.scheme_id),
        rows=[_row(line, people, others) for line in lines],
        papers=await claim_papers.of(session, claim),
        account=claim_papers.account_of(session, claim),
        objections=await noticing.of(session, claim),
        trail=[_deed(event, names) for event in await claim_moves.history(session, claim)],
        class_name=next(iter((await claim_search.class_names(session, [claim])).values()), ""),
    )


def _row(line: ClaimLine, people: Mapping[int, Person], others: Mapping[int, list[Claim]]) -> Row:
    if line.person_id is None:
        return Row(line, line.merit.split(":")[1], "")
    person = people[line.person_id]
    return Row(line, person.name_masked, person.id_masked, others.get(person.id, ()))


def _deed(event: ClaimEvent, names: Mapping[str, str]) -> Deed:
    who = names.get(event.actor, "本人" if event.actor == "worker" else "系统")
    return Deed(event.at, who, _DEEDS[ClaimState(event.after)], event.reason)
