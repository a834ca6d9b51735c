"""What can go wrong between WeChat and us; the message is what a colleague reads."""

from __future__ import annotations

from typing import Any


class Misconfigured(Exception):
    """The account's settings cannot work; the message says which, what was expected and what to do."""


class NotGenuine(Exception):
    """The request does not prove that it comes from WeChat, or carries a payload that is not for us."""


class TooLarge(Exception):
    """The body is larger than any message of WeChat."""


class Unreadable(Exception):
    """The body is genuine but is no message: broken, or with a document type declaration."""


class ApiRefused(Exception):
    """WeChat answered a call with an error code."""

    def __init__(self, code: int, words: str = "", answer: dict[str, Any] | None = None) -> None:
        self.code = code
        self.words = words  # with the rid under which Tencent can look the call up
        self.answer = answer or {}
        super().__init__(f"WeChat refused with {code} {words}".strip())


class NoAnswer(Exception):
    """WeChat could not be reached or was busy each time; `unsure` when a call may have been carried out all the same."""

    def __init__(self, words: str, *, unsure: bool) -> None:
        self.unsure = unsure
        super().__init__(words)
