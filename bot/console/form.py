"""The form a notice is written in: kept as typed, turned into a draft, given back whole when something is wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from multidict import MultiMapping

from bot.web.desk import text_of
from config.settings import CHINA
from records.audience import Audience
from records.drafts import Draft
from records.errors import Refused
from records.notices import Notice
from records.subscriptions import Topic


@dataclass(frozen=True)
class Form:
    """What stands in the form's fields, as text."""

    region: str
    key: str = field(default_factory=lambda: str(uuid4()))
    title: str = ""
    body: str = ""
    topic: str = Topic.TRAINING
    town: str = ""
    groups: tuple[str, ...] = ()
    training_class: str = ""
    unplaced: bool = False
    when: str = "now"
    send_at: str = ""

    @classmethod
    def read(cls, sent: MultiMapping[Any]) -> Form:
        """What was typed."""
        plain = ("region", "key", "title", "body", "topic", "town", "training_class", "when", "send_at")
        return cls(
            **{name: text_of(sent, name) for name in plain},
            groups=tuple(value for value in sent.getall("groups", []) if isinstance(value, str)),
            unplaced=bool(text_of(sent, "unplaced")),
        )

    @classmethod
    def of(cls, notice: Notice) -> Form:
        """The form of a notice to be changed."""
        chosen = notice.audience
        return cls(
            region=chosen.region,
            key=notice.key,
            title=notice.title,
            body=notice.body,
            topic=notice.topic,
            town=chosen.town,
            groups=chosen.groups,
            training_class=str(chosen.training_class or ""),
            unplaced=chosen.unplaced,
            when="later" if notice.send_at else "now",
            send_at=f"{notice.send_at.astimezone(CHINA):%Y-%m-%dT%H:%M}" if notice.send_at else "",
        )

    def audience(self) -> Audience:
        """Whom it is for; Refused when a value is none that the page offers."""
        if len(self.region) != 6 or not self.region.isdecimal():
            raise Refused("请选一个地区。")
        number = self.training_class
        if number and not (number.isdecimal() and len(number) < 10):
            raise Refused("没有这个班，请重新选。")
        town, groups = self.town[:40], self.groups[:40]
        known_only = bool(town or groups or number)  # of whom no place is known, nothing of this is known either
        return Audience(self.region, town, groups, int(number) if number else None, self.unplaced and not known_only)

    def named_topic(self) -> Topic:
        """What it is about."""
        if self.topic not in list(Topic):
            raise Refused("请选通知的主题。")
        return Topic(self.topic)

    def draft(self) -> Draft:
        """What the form says, as a draft."""
        return Draft(self.title, self.body, self.named_topic(), self.audience(), self._time())

    def _time(self) -> datetime | None:
        if self.when != "later":
            return None
        try:
            return datetime.fromisoformat(self.send_at).replace(tzinfo=CHINA)
        except ValueError as error:
            raise Refused("请填发送的日期和时间，如 2026年12月1日 9:00。") from error
