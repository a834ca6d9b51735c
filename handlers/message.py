"""What comes in and what goes out: one message, one reply, whatever the channel."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """What a worker did; everything that WeChat can send is one of these."""

    TEXT = "text"
    VOICE = "voice"  # text is the recognised speech, often empty
    LOCATION = "location"
    IMAGE = "image"
    VIDEO = "video"
    LINK = "link"
    FILE = "file"
    SUBSCRIBE = "subscribe"
    UNSUBSCRIBE = "unsubscribe"
    SCAN = "scan"
    CLICK = "click"
    VIEW = "view"
    PASSING_LOCATION = "passing_location"  # reported by the client on its own, never a check-in
    DELIVERY = "delivery"  # what became of a push
    OTHER = "other"


class Outcome(StrEnum):
    """What a reply did for the worker."""

    ANSWER = "answer"
    ASK = "ask"
    DONE = "done"
    UNKNOWN = "unknown"
    REFUSED = "refused"


@dataclass(frozen=True)
class Place:
    """A point on the map (GCJ-02, degrees) with its accuracy in metres where known."""

    latitude: float
    longitude: float
    accuracy: float | None = None
    label: str = ""


@dataclass(frozen=True)
class Message:
    """One message of one worker, whatever the channel."""

    id: str  # natural key: the same message has the same id however often it is delivered
    openid: str
    kind: Kind
    sent_at: datetime
    text: str = ""
    place: Place | None = None
    key: str = ""  # scene of a scan or subscription, key of a menu tap, status of a delivery
    media: str = ""  # media id or address of a photo, voice or file
    details: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Citation:
    """Where a statement stands."""

    document: str  # 文号, or the title where there is none
    section: str


@dataclass(frozen=True)
class Choice:
    """One numbered way on; `sends` is the text that picking it stands for."""

    label: str
    sends: str
    document: str = ""
    section: str = ""


@dataclass(frozen=True)
class Reply:
    """What the worker is told; an empty text means nothing is sent."""

    text: str
    outcome: Outcome
    intent: str
    citations: tuple[Citation, ...] = ()
    choices: tuple[Choice, ...] = ()
