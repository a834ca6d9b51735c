"""The official account as WeChat knows it: its secrets, its mode, where its bot listens."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit


class Mode(StrEnum):
    """How messages travel to the bot."""

    PLAIN = "plain"  # 明文
    COMPATIBLE = "compatible"  # 兼容: plain and encrypted in one body, the reply may be either
    SAFE = "safe"  # 安全: encrypted both ways


@dataclass(frozen=True)
class Account:
    """One official account; the empty AES key allows the plain mode alone."""

    callback_url: str
    token: str
    app_id: str
    app_secret: str
    aes_key: str = ""
    mode: Mode = Mode.SAFE
    name: str = "技能通"
    id: str = "gh_5a1e7c0f9b32"  # the original id, which messages are addressed to
    assistant: str = "oAssistant000000000000000000"  # the sender of the mass-send results

    def __post_init__(self) -> None:
        if self.mode is not Mode.PLAIN and len(self.aes_key) != 43:
            raise ValueError(f"expected an EncodingAESKey of 43 characters, got {len(self.aes_key)}")

    @property
    def domain(self) -> str:
        """The host (and port) of the bot, and the only one whose pages may ask who opened them."""
        return urlsplit(self.callback_url).netloc


@dataclass(frozen=True)
class Patience:
    """How long WeChat waits for the bot and how often it asks."""

    seconds: float = 5.0
    deliveries: int = 3


@dataclass(frozen=True)
class Place:
    """A place that the phone page offers for sending a location (GCJ-02, degrees)."""

    name: str
    latitude: float
    longitude: float
    label: str = ""


@dataclass(frozen=True)
class Person:
    """A person with a phone that is on the desk from the start."""

    openid: str
    nickname: str
    note: str = ""
    followed: bool = True
