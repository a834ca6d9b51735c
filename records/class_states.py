"""The life of a class: its states, which may follow which, and what is said where one may not."""

from __future__ import annotations

from enum import StrEnum

from records.errors import Refused


class ClassState(StrEnum):
    """Where a class stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"  # waits for the office's approval
    RETURNED = "returned"  # with what is to be mended
    APPROVED = "approved"  # may be taught; trainees can enrol
    ENDED = "ended"  # the last session is over, results may be entered
    HANDED_IN = "handed_in"  # attendance and results are final
    CANCELLED = "cancelled"


CLASS_STATE_NAMES = {
    ClassState.DRAFT: "草稿",
    ClassState.SUBMITTED: "待审批",
    ClassState.RETURNED: "退回修改",
    ClassState.APPROVED: "已批准",
    ClassState.ENDED: "已结业",
    ClassState.HANDED_IN: "已上交",
    ClassState.CANCELLED: "已取消",
}

# draft → submitted → approved → ended → handed_in; submitted → returned → submitted; until it is taught: → cancelled
_MOVES: dict[ClassState, tuple[frozenset[ClassState], str]] = {
    ClassState.SUBMITTED: (frozenset({ClassState.DRAFT, ClassState.RETURNED}), "只有草稿或退回的班能提交审批"),
    ClassState.RETURNED: (frozenset({ClassState.SUBMITTED}), "只有待审批的班能退回"),
    ClassState.APPROVED: (frozenset({ClassState.SUBMITTED}), "只有待审批的班能批准"),
    ClassState.ENDED: (frozenset({ClassState.APPROVED}), "只有已批准的班能结业"),
    ClassState.HANDED_IN: (frozenset({ClassState.ENDED}), "结业后才能上交"),
    ClassState.CANCELLED: (
        frozenset({ClassState.DRAFT, ClassState.SUBMITTED, ClassState.RETURNED, ClassState.APPROVED}),
        "已经结业的班不能取消",
    ),
}
OPEN_TO_CHANGE = frozenset({ClassState.DRAFT, ClassState.RETURNED})


def check(before: ClassState, to: ClassState) -> None:
    """Refused with one sentence where a class may not go from one state to another."""
    after, otherwise = _MOVES[to]
    if before not in after:
        raise Refused(f"这个班现在是“{CLASS_STATE_NAMES[before]}”，{otherwise}。")


def hold_unfinished(state: ClassState) -> None:
    """Refused once a class was handed in: from then on its attendance, results and roster are final."""
    if state == ClassState.HANDED_IN:
        raise Refused("这个班已经上交，名册、考勤和成绩都定了，不能再改。真有错请联系县人社局。")


def can(before: ClassState, to: ClassState) -> bool:
    """May a class go from one state to another?"""
    return before in _MOVES[to][0]
