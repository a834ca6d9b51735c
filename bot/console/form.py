"""The form a notice is written in, and the draft that it makes."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import uuid4

from pydantic import BaseModel, BeforeValidator, Field, ValidationInfo, field_validator

from bot.web.forms import ChinaTime, Filled, blank
from records.audience import Audience
from records.drafts import Draft
from records.notices import Notice
from records.subscriptions import Topic


def _decimal(sentence: str, shortest: int, longest: int) -> BeforeValidator:
    def check(typed: object) -> object:
        if not (str(typed).isdecimal() and shortest <= len(str(typed)) <= longest):
            raise ValueError(sentence)
        return typed

    return BeforeValidator(check)


class NoticeForm(BaseModel):
    """What stands in the form's fields; that a text is missing or too long is the draft's own rule."""

    region: Annotated[str, _decimal("请选一个地区。", 6, 6)] = Field(title="地区")
    key: str = Field(default_factory=lambda: str(uuid4()))
    title: str = ""
    body: str = ""
    topic: Topic = Field(title="通知的主题", default=Topic.TRAINING)
    town: str = Field(title="乡镇", default="", max_length=40)
    groups: tuple[str, ...] = Field(title="人群", default=(), max_length=40)
    training_class: Annotated[int, _decimal("没有这个班，请重新选。", 1, 9)] | None = None
    unplaced: bool = False
    when: Literal["now", "later"] = Field(title="发送时间", default="now")
    send_at: ChinaTime | None = Field(title="发送时间", default=None, validate_default=True)

    @field_validator("send_at")
    @classmethod
    def _is_given_where_it_counts(cls, send_at: datetime | None, told: ValidationInfo) -> datetime | None:
        if told.data.get("when") != "later":
            return None
        if send_at is None:
            raise ValueError("请填发送的日期和时间，如 2026年12月1日 9:00。")
        return send_at

    def audience(self) -> Audience:
        """Whom it is for; of whom no place is known, no town, group or class is known either."""
        known_only = bool(self.town or self.groups or self.training_class)
        unplaced = self.unplaced and not known_only
        return Audience(self.region, self.town, self.groups, self.training_class, unplaced)

    def draft(self) -> Draft:
        """What the form says, as a draft."""
        return Draft(self.title, self.body, self.topic, self.audience(), self.send_at)


def form_of(notice: Notice) -> Filled[NoticeForm]:
    """The form of a notice to be changed."""
    chosen = notice.audience
    return blank(
        NoticeForm,
        region=chosen.region,
        key=notice.key,
        title=notice.title,
        body=notice.body,
        topic=notice.topic,
        town=chosen.town,
        groups=chosen.groups,
        training_class=chosen.training_class,
        unplaced=chosen.unplaced,
        when="later" if notice.send_at else "now",
        send_at=notice.send_at,
    )
