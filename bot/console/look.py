"""How the staff's own values read on the pages: states, ways and events of notices and talks."""

from __future__ import annotations

from collections.abc import Callable

from knowledge.regions import Regions
from records.audience import Audience
from records.notices import STATE_NAMES, State
from records.tickets import Stage

CHANNELS = {
    "passive": "随回复",
    "customer_service": "客服消息",
    "subscription": "订阅通知",
    "template": "模板消息",
    "mass": "群发",
}
STAGES = {Stage.OPEN: "等人接", Stage.TAKEN: "对话中", Stage.CLOSED: "已结束"}
EVENTS = {
    "notice:draft:write": "写好",
    "notice:draft:submit": "提交",
    "notice:draft:return": "退回",
    "notice:sending:approve": "批准",
    "notice:sending:begin": "开始发送",
    "notice:sending:pause": "暂停",
    "notice:sending:resume": "继续",
    "notice:sending:cancel": "取消",
}
_TONES: dict[str, str] = {
    State.SUBMITTED: "warn",
    State.RETURNED: "warn",
    State.PAUSED: "warn",
    Stage.OPEN: "warn",
    State.APPROVED: "info",
    State.SENDING: "info",
    Stage.TAKEN: "info",
    State.SENT: "good",
}


def state(value: str) -> str:
    """待批准"""
    return STATE_NAMES[State(value)]


def stage(value: str) -> str:
    """等人接"""
    return STAGES[Stage(value)]


def tone(value: str) -> str:
    """The colour of a state or stage: amber where somebody must act, blue while it goes on, green when it is done."""
    return _TONES.get(value, "quiet")


def channel(value: str) -> str:
    """客服消息; a way without a name of ours is shown as it is called."""
    return CHANNELS.get(value, value)


def audience(regions: Regions, value: Audience, classes: dict[int, str]) -> str:
    """陵川县 · 附城镇 · 农村劳动力"""
    parts = [regions.name(value.region), value.town, "或".join(value.groups)]
    if value.training_class is not None:
        parts.append(classes.get(value.training_class, "某个班"))
    if value.unplaced:
        parts.append("含地区不明的关注者")
    return " · ".join(part for part in parts if part)


FILTERS: dict[str, Callable[..., str]] = {
    "state": state,
    "stage": stage,
    "channel": channel,
    "tone": tone,
}
