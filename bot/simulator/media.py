"""Pictures, voices and files that either side uploaded, kept for three days."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.simulator.errors import ApiError

_KEPT = timedelta(days=3)
_MOST_BYTES = {"image": 10 << 20, "voice": 2 << 20, "video": 10 << 20, "thumb": 64 << 10}


@dataclass(frozen=True)
class Medium:
    """One upload."""

    id: str
    type: str
    content: bytes
    content_type: str
    created_at: datetime


class Media:
    """What was uploaded."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._by_id: dict[str, Medium] = {}

    def keep(self, type_: str, content: bytes, content_type: str) -> Medium:
        """Keep an upload; ApiError 40004 for an unknown type, 41005 for nothing, 40006 when it is too big."""
        if type_ not in _MOST_BYTES:
            raise ApiError(40004)
        if not content:
            raise ApiError(41005)
        if len(content) > _MOST_BYTES[type_]:
            raise ApiError(40006)
        medium = Medium(secrets.token_urlsafe(48), type_, content, content_type, self._clock())
        self._by_id[medium.id] = medium
        return medium

    def find(self, media_id: object) -> Medium:
        """The upload of this id; ApiError 40007 when there is none or its three days are over."""
        medium = self._by_id.get(media_id) if isinstance(media_id, str) else None
        if medium is None or self._clock() - medium.created_at > _KEPT:
            raise ApiError(40007)
        return medium
