"""The form of a class's plan: what a trainer types, in his words, and the plan that it makes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from pydantic import BaseModel, Field, ValidationInfo, field_validator

from config.settings import CHINA
from handlers import training_days
from handlers.training_days import Pace
from records.classes import Factor, TrainingClass
from records.layouts import Hours
from records.plans import FARTHEST, MOST_DAYS, MOST_MADE_UP, MOST_SEATS, NEAREST, Plan
from records.sessions import PART_NAMES, Part, Session

LEVELS = ("初级工", "中级工", "高级工", "技师", "高级技师")
PROOFS: dict[str, tuple[str, tuple[Factor, ...]]] = {
    "code_place": ("签到码＋位置，两样都要", (Factor.CODE, Factor.PLACE)),
    "qr_place": ("二维码＋位置，两样都要", (Factor.QR, Factor.PLACE)),
    "qr": ("扫屏幕上的二维码", (Factor.QR,)),
    "code": ("报屏幕上的签到码", (Factor.CODE,)),
    "place": ("发现场位置", (Factor.PLACE,)),
    "text": ("发消息“签到”", (Factor.TEXT,)),
}
_SEPARATORS = re.compile(r"[\n、，,；;]+")
_USUAL = {
    Part.MORNING: Hours(time(8, 30), time(11, 30)),
    Part.AFTERNOON: Hours(time(14), time(17)),
    Part.EVENING: Hours(time(19), time(21)),
}


@dataclass(frozen=True)
class Timetable:
    """On which days and at which hours a class is taught, as it is typed."""

    starts: date
    days: int
    pace: Pace
    hours: Mapping[Part, Hours]

    @property
    def dates(self) -> tuple[date, ...]:
        """The days by the calendar."""
        return training_days.pick(self.starts, self.days, self.pace)

    @classmethod
    def of(cls, training_class: TrainingClass, sittings: Sequence[Session]) -> Timetable:
        """How a class is laid out now; a few sessions that were moved alone do not count against the others."""
        spans = Counter((Part(sitting.part), _hours(sitting)) for sitting in sittings)
        often = max(spans.values(), default=0) / 2
        hours = {part: span for (part, span), count in reversed(spans.most_common()) if count >= often}
        pace = training_days.pace_of({sitting.day for sitting in sittings})
        return cls(training_class.starts, training_class.days, pace, hours)


class PlanForm(BaseModel):
    """A plan as it is typed."""

    name: str = Field(title="班名", max_length=20)
    occupation: str = Field(title="工种")
    level: str = Field(title="等级", default="")
    capacity: int = Field(title="名额", ge=1, le=MOST_SEATS)
    region: str = Field(title="县区", max_length=30)
    venue: str = Field(title="上课地点", max_length=60)
    latitude: float = Field(title="纬度", ge=3, le=54)
    longitude: float = Field(title="经度", ge=73, le=136)
    radius: int = Field(title="签到范围", ge=NEAREST, le=FARTHEST, default=200)
    starts: date = Field(title="开课日期")
    days: int = Field(title="培训天数", ge=1, le=MOST_DAYS)
    pace: Pace = Field(title="上课的日子", default=Pace.WORKDAYS)
    parts: list[Part] = Field(title="每天的课", min_length=1)
    morning_starts: time | None = Field(title="上午上课", default=None)
    morning_ends: time | None = Field(title="上午下课", default=None, validate_default=True)
    afternoon_starts: time | None = Field(title="下午上课", default=None)
    afternoon_ends: time | None = Field(title="下午下课", default=None, validate_default=True)
    evening_starts: time | None = Field(title="晚上上课", default=None)
    evening_ends: time | None = Field(title="晚上下课", default=None, validate_default=True)
    proof: str = Field(title="签到方式", default="code_place")
    sign_out: bool = Field(title="下课也要签退", default=False)
    made_up_most: int = Field(title="最多补签", ge=0, le=MOST_MADE_UP, default=3)
    teachers: str = Field(title="授课老师", max_length=300, default="")
    plan: str = Field(title="教学计划", max_length=4000, default="")
    resources: str = Field(title="教学资源", max_length=2000, default="")
    assessment_plan: str = Field(title="考核方案", max_length=2000, default="")

    @field_validator("proof")
    @classmethod
    def _is_offered(cls, proof: str) -> str:
        if proof not in PROOFS:
            raise ValueError("请从列出的里面选签到方式。")
        return proof

    @field_validator("morning_ends", "afternoon_ends", "evening_ends")
    @classmethod
    def _has_hours(cls, ends: time | None, told: ValidationInfo) -> time | None:
        part = Part(str(told.field_name).removesuffix("_ends"))
        if part in told.data.get("parts", ()) and (ends is None or told.data.get(f"{part}_starts") is None):
            raise ValueError(f"{PART_NAMES[part]}要填上课和下课时间，如 08:30 和 11:30。")
        return ends

    @property
    def timetable(self) -> Timetable:
        """The days and hours that were typed."""
        hours = {part: Hours(getattr(self, f"{part}_starts"), getattr(self, f"{part}_ends")) for part in self.parts}
        return Timetable(self.starts, self.days, self.pace, hours)

    def plan_in(self, region: str) -> Plan:
        """The plan that it makes, in a place by its code; the class begins on the first day that is taught."""
        return Plan(
            name=self.name.strip(),
            occupation=self.occupation,
            level=self.level or None,
            region=region,
            venue=self.venue.strip(),
            latitude=round(self.latitude, 6),
            longitude=round(self.longitude, 6),
            radius=self.radius,
            factors=PROOFS[self.proof][1],
            sign_out=self.sign_out,
            made_up_most=self.made_up_most,
            capacity=self.capacity,
            starts=self.timetable.dates[0],
            days=self.days,
            teachers=tuple(dict.fromkeys(name.strip() for name in _SEPARATORS.split(self.teachers) if name.strip())),
            plan=self.plan.strip(),
            resources=self.resources.strip(),
            assessment_plan=self.assessment_plan.strip(),
        )


def fresh(region: str) -> dict[str, Any]:
    """What stands in the form of a new plan, the region by its name."""
    return {"region": region, "capacity": 40, "parts": [Part.MORNING, Part.AFTERNOON], **_times(_USUAL)}


def typed(training_class: TrainingClass, sittings: Sequence[Session], region: str) -> dict[str, Any]:
    """A plan as it stands in the form, the region by its name."""
    told = Timetable.of(training_class, sittings)
    proof = next((key for key, (_, factors) in PROOFS.items() if set(factors) == training_class.needs), "code_place")
    return {
        **{name: getattr(training_class, name) for name in PlanForm.model_fields if hasattr(training_class, name)},
        **_times({**_USUAL, **told.hours}),
        "region": region,
        "pace": told.pace,
        "parts": list(told.hours) or [Part.MORNING, Part.AFTERNOON],
        "proof": proof,
        "teachers": "、".join(training_class.teachers),
    }


def _times(hours: Mapping[Part, Hours]) -> dict[str, time]:
    starts = {f"{part}_starts": span.starts for part, span in hours.items()}
    return starts | {f"{part}_ends": span.ends for part, span in hours.items()}


def _hours(sitting: Session) -> Hours:
    return Hours(sitting.starts_at.astimezone(CHINA).time(), sitting.ends_at.astimezone(CHINA).time())
