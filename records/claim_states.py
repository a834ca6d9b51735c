"""The life of a claim: its states, which may follow which, who may do it, and what is said where it may not be."""

from __future__ import annotations

from enum import StrEnum

from records.errors import Refused


class ClaimState(StrEnum):
    """Where a claim stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    REVIEWED = "reviewed"  # 初审 passed
    APPROVED = "approved"  # 复核 passed, by another person
    PUBLISHED = "published"  # 公示
    CLEARED = "cleared"  # the notice is over and no objection is open
    PAID = "paid"
    WRITTEN_OFF = "written_off"  # 核销
    RETURNED = "returned"  # with what is to be mended
    WITHDRAWN = "withdrawn"
    REJECTED = "rejected"


CLAIM_STATE_NAMES = {
    ClaimState.DRAFT: "草稿",
    ClaimState.SUBMITTED: "待初审",
    ClaimState.REVIEWED: "待复核",
    ClaimState.APPROVED: "待公示",
    ClaimState.PUBLISHED: "公示中",
    ClaimState.CLEARED: "待付款",
    ClaimState.PAID: "已付款",
    ClaimState.WRITTEN_OFF: "已核销",
    ClaimState.RETURNED: "退回修改",
    ClaimState.WITHDRAWN: "已撤回",
    ClaimState.REJECTED: "不予通过",
}

# draft → submitted → reviewed → approved → published → cleared → paid → written_off, and the ways back
_MOVES: dict[ClaimState, tuple[frozenset[ClaimState], str]] = {
    ClaimState.SUBMITTED: (frozenset({ClaimState.DRAFT, ClaimState.RETURNED}), "只有草稿或退回的申领能提交"),
    ClaimState.REVIEWED: (frozenset({ClaimState.SUBMITTED}), "只有待初审的申领能初审"),
    ClaimState.APPROVED: (frozenset({ClaimState.REVIEWED}), "要先初审，再由另一个人复核"),
    ClaimState.PUBLISHED: (frozenset({ClaimState.APPROVED}), "要先复核通过才能公示"),
    ClaimState.CLEARED: (frozenset({ClaimState.PUBLISHED}), "公示期满才能转付款"),
    ClaimState.PAID: (frozenset({ClaimState.CLEARED}), "要公示期满、没有异议才能付款"),
    ClaimState.WRITTEN_OFF: (frozenset({ClaimState.PAID}), "付款以后才能核销"),
    ClaimState.RETURNED: (
        frozenset({ClaimState.SUBMITTED, ClaimState.REVIEWED, ClaimState.APPROVED, ClaimState.PUBLISHED}),
        "已经转付款的申领不能退回",
    ),
    ClaimState.WITHDRAWN: (
        frozenset({ClaimState.DRAFT, ClaimState.SUBMITTED, ClaimState.RETURNED}),
        "已经初审的申领不能撤回，请找经办退回",
    ),
    ClaimState.REJECTED: (
        frozenset({ClaimState.SUBMITTED, ClaimState.REVIEWED, ClaimState.APPROVED, ClaimState.PUBLISHED}),
        "已经转付款的申领不能驳回",
    ),
}

OPEN_TO_CHANGE = frozenset({ClaimState.DRAFT, ClaimState.RETURNED})
DEAD = frozenset({ClaimState.WITHDRAWN, ClaimState.REJECTED})
RESERVING = frozenset({ClaimState.SUBMITTED, ClaimState.REVIEWED, ClaimState.RETURNED})
COMMITTED = frozenset({ClaimState.APPROVED, ClaimState.PUBLISHED, ClaimState.CLEARED})
SPENT = frozenset({ClaimState.PAID, ClaimState.WRITTEN_OFF})
LEGAL = frozenset((before, to) for to, (befores, _) in _MOVES.items() for before in befores)


def check(before: ClaimState, to: ClaimState) -> None:
    """Refused with one sentence where a claim may not go from one state to another."""
    after, otherwise = _MOVES[to]
    if before not in after:
        raise Refused(f"这笔申领现在是“{CLAIM_STATE_NAMES[before]}”，{otherwise}。")
