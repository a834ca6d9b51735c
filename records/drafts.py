"""What is written about a notice before anybody sees it, and how it will read in the chat."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from config.settings import CHINA
from records.audience import Audience
from records.errors import Refused
from records.subscriptions import Topic

LONGEST_TITLE = 20  # a field of a template message holds no more
LONGEST_BODY = 240  # with its heading and its last line a notice stays within 300 characters


@dataclass(frozen=True)
class Draft:
    """A notice as its writer gives it."""

    title: str
    body: str
    topic: Topic
    audience: Audience
    send_at: datetime | None = None  # None: as soon as it is approved

    def checked(self, now: datetime) -> Draft:
        """The same without blanks at its edges; Refused when something is missing, too long or too late."""
        draft = replace(self, title=self.title.strip(), body=self.body.strip())
        if not draft.title or not draft.body:
            raise Refused("标题和正文都要写。")
        if len(draft.title) > LONGEST_TITLE:
            raise Refused(f"标题最多{LONGEST_TITLE}个字，现在{len(draft.title)}个，请缩短。")
        if len(draft.body) > LONGEST_BODY:
            raise Refused(f"正文最多{LONGEST_BODY}个字，现在{len(draft.body)}个，请缩短或分两条发。")
        refuse_past(draft.send_at, now)
        return draft


def message(topic: Topic, title: str, body: str) -> str:
    """A notice as it arrives in the chat."""
    return f"【{topic}通知】{title}\n{body}\n不想再收，回复“退订通知”。"


def refuse_past(send_at: datetime | None, now: datetime) -> None:
    """Refused when the time to send at is over."""
    if send_at is not None and send_at < now:
        shown = f"{send_at.astimezone(CHINA):%m月%d日 %H:%M}"
        raise Refused(f"发送时间{shown}已经过了，请改到以后，或选“批准后马上发”。")
