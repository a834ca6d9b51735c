"""What a scan of the trainer's screen proves: a QR token that turns, a ticket for a slow phone, a link for the screen."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from records.codes import Fit
from records.errors import Refused
from records.vault import Vault

STEP = 15  # seconds that one QR code is shown
GRACE = timedelta(seconds=5)  # for the phone that reads it and the way to us, and for clocks that differ
TICKET_HOLDS = timedelta(minutes=3)
_SEAL = 10  # bytes of HMAC-SHA256 kept: forging takes 2^79 tries over the network on average
_TOKEN, _TICKET = struct.Struct(">II"), struct.Struct(">III")
_TICKET_LENGTH = -(-(_TICKET.size + _SEAL) * 4 // 3)  # characters


@dataclass(frozen=True)
class Scan:
    """A QR code of ours that was scanned."""

    session_id: int
    is_fresh: bool  # scanned while it was on show


@dataclass(frozen=True)
class Ticket:
    """A scan in time, kept for the phone that needs longer to finish."""

    session_id: int
    person_id: int
    at: datetime  # when the code was scanned


def shown(vault: Vault, session_id: int, now: datetime) -> str:
    """The token in the QR code that a session's screen shows now; 24 characters that may stand in an address."""
    return _seal(vault, "check-in scans", _TOKEN.pack(session_id, int(now.timestamp()) // STEP))


def read(vault: Vault, token: str, now: datetime) -> Scan:
    """Which session's QR code it is, and whether it was on show a moment ago; Refused for what is none of ours."""
    session_id, step = _TOKEN.unpack(_unseal(vault, "check-in scans", token, _TOKEN.size))
    since = datetime.fromtimestamp(step * STEP, UTC)
    return Scan(session_id, since - GRACE <= now <= since + timedelta(seconds=STEP) + GRACE)


def ticket(vault: Vault, session_id: int, person_id: int, now: datetime) -> str:
    """A ticket for a fresh scan by one person, to be used within TICKET_HOLDS."""
    return _seal(vault, "check-in tickets", _TICKET.pack(session_id, person_id, int(now.timestamp())))


def read_ticket(vault: Vault, told: str, now: datetime) -> Ticket:
    """What a ticket says; Refused for one that is over or none of ours."""
    session_id, person_id, second = _TICKET.unpack(_unseal(vault, "check-in tickets", told, _TICKET.size))
    at = datetime.fromtimestamp(second, UTC)
    if not at - GRACE <= now <= at + TICKET_HOLDS:
        raise Refused("这次扫码过了3分钟，请再扫一次老师屏幕上的二维码。")
    return Ticket(session_id, person_id, at)


def screen(vault: Vault, session_id: int, until: datetime) -> str:
    """The token in the address of a session's screen, which opens it without a log-in until a moment."""
    return _seal(vault, "check-in screens", _TOKEN.pack(session_id, int(until.timestamp())))


def read_screen(vault: Vault, token: str, now: datetime) -> int:
    """The session whose screen a token opens; Refused for one that has ended or is none of ours."""
    session_id, until = _TOKEN.unpack(_unseal(vault, "check-in screens", token, _TOKEN.size))
    if now > datetime.fromtimestamp(until, UTC):
        raise Refused("这节课的投屏已经结束了，请在“今天的课”里重新打开。")
    return int(session_id)


def judge(vault: Vault, told: str, session_id: int, person_id: int, now: datetime) -> Fit:
    """Is it a scan of this session's screen in time, or a ticket that this person got for one?"""
    if len(told) == _TICKET_LENGTH:
        try:
            held = read_ticket(vault, told, now)
        except Refused:
            return Fit.STALE
        return Fit.RIGHT if (held.session_id, held.person_id) == (session_id, person_id) else Fit.WRONG
    try:
        scan = read(vault, told, now)
    except Refused:
        return Fit.WRONG
    if scan.session_id != session_id:
        return Fit.WRONG
    return Fit.RIGHT if scan.is_fresh else Fit.STALE


def _seal(vault: Vault, purpose: str, told: bytes) -> str:
    proof = hmac.new(vault.key(purpose), told, hashlib.sha256).digest()[:_SEAL]
    return base64.urlsafe_b64encode(told + proof).rstrip(b"=").decode()


def _unseal(vault: Vault, purpose: str, token: str, size: int) -> bytes:
    """What a token says; one with anything added, cut or changed is none of ours."""
    try:
        told = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)[:size]
    except ValueError:
        told = b""
    if not hmac.compare_digest(_seal(vault, purpose, told).encode(), token.encode(errors="replace")):
        raise Refused("这不是签到的二维码，请扫老师屏幕上的那个。")
    return told
