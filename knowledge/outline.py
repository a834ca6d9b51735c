"""What a scheme pays, in one line, for whoever looks a document through."""

from __future__ import annotations

from knowledge.facts import catalogue
from knowledge.figures import Figures
from knowledge.model import Amount, Between, Daily, Fixed, Monthly, Percent, Table, Tiers, Unstated

_BOUNDS = {"exact": "", "up_to": "最高", "at_least": "不低于"}
_PER = {"person": "每人", "item": "每个", "year": "每人每年", "place": "每处"}


def amount(of: Amount, figures: Figures) -> str:
    """每人最高3500元; 前10天每天150元，以后每天100元，每人最多5000元; 文件没写数额."""
    shown = figures.shown
    match of:
        case Fixed():
            cap = f"，累计最多{shown(of.cap)}" if of.cap else ""
            return f"{_PER[of.per]}{_BOUNDS[of.bound]}{shown(of.amount)}{cap}"
        case Between():
            return f"{_PER[of.per]}{shown(of.low)}到{shown(of.high)}"
        case Table():
            rows = "，".join(f"{row}{_BOUNDS[of.bound]}{shown(name)}" for row, name in of.rows.items())
            return f"{_PER[of.per]}：{rows}"
        case Daily():
            return "，".join((*_steps(of, figures), *_caps(of, figures)))
        case Monthly():
            most = f"，最长{shown(of.cap_months)}" if of.cap_months else ""
            return f"每月{shown(of.rate)}{most}"
        case Tiers():
            return "，".join(
                f"{f'不到{shown(tier.below)}' if tier.below else '再多'}的每人{shown(tier.rate)}" for tier in of.tiers
            )
        case Percent():
            base = catalogue()[of.of].ask.removesuffix("是多少？")
            return f"{base}的{shown(of.share)}"
        case Unstated():
            return "文件没写数额"


def _steps(daily: Daily, figures: Figures) -> list[str]:
    told: list[str] = []
    for step in daily.steps:
        days = f"前{figures.shown(step.days)}" if step.days else "以后" if told else ""
        told.append(f"{days}每天{figures.shown(step.rate)}")
    return told


def _caps(daily: Daily, figures: Figures) -> list[str]:
    days = "、".join(f"{kind}{figures.shown(name)}" for kind, name in (daily.cap_days or {}).items())
    caps = [f"最多算：{days}"] if days else []
    return [*caps, f"每人最多{figures.shown(daily.cap)}"] if daily.cap else caps
