"""The life of a voucher: its states, which may follow which, and what is said where one may not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from records.errors import Refused


class State(StrEnum):
    """Where a voucher stands."""

    APPLIED = "applied"
    ISSUED = "issued"
    REGISTERED = "registered"  # an institution has verified it for a class
    TRAINING = "training"
    ASSESSED = "assessed"
    CERTIFIED = "certified"
    REDEEMED = "redeemed"  # the subsidy for it was paid
    WRITTEN_OFF = "written_off"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"  # given back by the worker, or he left the class
    REVOKED = "revoked"  # taken back by the office


SHOWN = {
    State.APPLIED: "已申请，等待发放",
    State.ISSUED: "可以使用",
    State.REGISTERED: "已报到",
    State.TRAINING: "培训中",
    State.ASSESSED: "已参加评价",
    State.CERTIFIED: "已取证",
    State.REDEEMED: "已兑现",
    State.WRITTEN_OFF: "已核销",
    State.EXPIRED: "已过期",
    State.WITHDRAWN: "已退回",
    State.REVOKED: "已作废",
}


@dataclass(frozen=True)
class Move:
    """What a state may follow, and what is said where something else came before."""

    after: frozenset[State]
    otherwise: str


def _after(otherwise: str, *states: State) -> Move:
    return Move(frozenset(states), otherwise)


# applied → issued → registered → training → assessed → certified → redeemed → written_off
MOVES: dict[State, Move] = {
    State.APPLIED: _after("不能再回到申请，要用请重新领一张"),
    State.ISSUED: _after("只有刚申请的券才能发放", State.APPLIED),
    State.REGISTERED: _after("报到要用还没用过、没过期的券", State.ISSUED),
    State.TRAINING: _after("要先在班上报到才能开始培训", State.REGISTERED),
    State.ASSESSED: _after("要先参加培训才能评价", State.TRAINING),
    State.CERTIFIED: _after("要先通过评价才能记取证", State.ASSESSED),
    State.REDEEMED: _after("没取到证的券不能兑现补贴", State.CERTIFIED),
    State.WRITTEN_OFF: _after("要先兑现才能核销", State.REDEEMED),
    State.EXPIRED: _after("只有没用过的券会过期", State.APPLIED, State.ISSUED),
    State.WITHDRAWN: _after("评价以后的券不能退", State.APPLIED, State.ISSUED, State.REGISTERED, State.TRAINING),
    State.REVOKED: _after(
        "已经了结的券不能作废",
        State.APPLIED,
        State.ISSUED,
        State.REGISTERED,
        State.TRAINING,
        State.ASSESSED,
        State.CERTIFIED,
    ),
}

UNUSED = frozenset({State.APPLIED, State.ISSUED})
OPEN = UNUSED | {State.REGISTERED, State.TRAINING, State.ASSESSED}  # on the way to a certificate
CERTIFIED = frozenset({State.CERTIFIED, State.REDEEMED, State.WRITTEN_OFF})


def check(before: State, to: State) -> None:
    """Refused with one sentence where a voucher may not go from one state to another."""
    move = MOVES[to]
    if before not in move.after:
        raise Refused(f"这张券现在是“{SHOWN[before]}”，{move.otherwise}。")
