"""Personal data at rest: encrypted with a key of the office, found again through a keyed blind index."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE = 12


class Vault:
    """Encrypts, decrypts and indexes values with keys drawn from one secret (HKDF, RFC 5869)."""

    def __init__(self, secret: str) -> None:
        if len(secret) < 16:
            raise ValueError("expected a secret of at least 16 characters; set SKILLPASS_SECRET_KEY")
        self._secret = secret.encode()
        self._cipher = AESGCM(self.key("columns"))
        self._index = self.key("blind index")

    def key(self, purpose: str) -> bytes:
        """A key of 32 bytes for one purpose; purposes never share a key."""
        return HKDF(hashes.SHA256(), 32, salt=None, info=purpose.encode()).derive(self._secret)

    def seal(self, plain: str) -> str:
        """Encrypt (AES-256-GCM) for a column."""
        nonce = secrets.token_bytes(_NONCE)
        return base64.b64encode(nonce + self._cipher.encrypt(nonce, plain.encode(), None)).decode()

    def open(self, sealed: str) -> str:
        """Decrypt a column; cryptography.exceptions.InvalidTag if it was tampered with."""
        raw = base64.b64decode(sealed)
        return self._cipher.decrypt(raw[:_NONCE], raw[_NONCE:], None).decode()

    def seal_file(self, content: bytes) -> bytes:
        """Encrypt a whole file."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._cipher.encrypt(nonce, content, None)

    def open_file(self, sealed: bytes) -> bytes:
        """Decrypt a whole file; cryptography.exceptions.InvalidTag if it was tampered with."""
        return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], None)

    def index(self, plain: str) -> str:
        """The blind index of a value: equal for equal values, meaningless without the key."""
        return hmac.new(self._index, plain.encode(), hashlib.sha256).hexdigest()


def secret_beside(folder: Path) -> str:
    """The secret kept in a folder, made on first use and readable by its owner only."""
    path = folder / "skillpass.key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48), encoding="ascii")
    return path.read_text(encoding="ascii").strip()
