"""A scan by somebody who is not known yet: its time is kept in his browser until he is."""

from __future__ import annotations

from datetime import UTC, datetime

from aiohttp_session import Session

from records.scans import TICKET_HOLDS

NAME = "scan"


def keep(session: Session, token: str, now: datetime) -> None:
    """Keep when a code was scanned; the same code again is the same scan."""
    if session.get(NAME, ["", 0])[0] != token:
        session[NAME] = [token, now.timestamp()]


def moment(session: Session, token: str, now: datetime) -> datetime:
    """When a code was scanned: now, or while its reader was not known yet, if that is not too long ago."""
    kept, second = session.pop(NAME, ["", 0])
    at = datetime.fromtimestamp(second, UTC)
    return at if kept == token and at <= now <= at + TICKET_HOLDS else now
