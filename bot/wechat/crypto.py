"""Signatures and encryption of the callback: SHA-1 over the sorted parts, AES-256-CBC with the app id inside."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import secrets

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from bot.wechat.errors import Misconfigured, NotGenuine
from config.settings import Settings

_KEY = re.compile(r"[A-Za-z0-9+/]{43}")
_PAD = 32  # WeChat pads to 32 bytes, not to the cipher's 16
_PREFIX = 16
_LENGTH = 4


class Crypto:
    """The secrets of one account: checks signatures, and opens and seals bodies when a key is set."""

    def __init__(self, token: str, aes_key: str = "", app_id: str = "") -> None:
        if not token:
            raise Misconfigured("expected the account's token; set SKILLPASS_WECHAT_TOKEN to the one set at WeChat")
        if aes_key and not _KEY.fullmatch(aes_key):
            raise Misconfigured(
                f"expected an EncodingAESKey of 43 letters and digits, got {len(aes_key)} characters; "
                "copy SKILLPASS_WECHAT_AES_KEY from WeChat again"
            )
        if aes_key and not app_id:
            raise Misconfigured("expected the app id that encrypted messages carry; set SKILLPASS_WECHAT_APP_ID")
        self._token = token
        self._app_id = app_id.encode()
        self._key = base64.b64decode(aes_key + "=") if aes_key else b""

    @classmethod
    def of(cls, settings: Settings) -> Crypto:
        """The account of the settings; Misconfigured where they cannot work."""
        token, key = settings.wechat_token.get_secret_value(), settings.wechat_aes_key.get_secret_value()
        return cls(token, key, settings.wechat_app_id)

    @property
    def is_encrypting(self) -> bool:
        """Are bodies encrypted? Decided by the settings, never by a request."""
        return bool(self._key)

    def signature(self, *parts: str) -> str:
        """SHA-1, in hex, of the token and the parts, sorted and joined."""
        return hashlib.sha1("".join(sorted((self._token, *parts))).encode("utf-8", "replace")).hexdigest()

    def is_signed(self, signature: str, *parts: str) -> bool:
        """Is it the signature of these parts? Compared in constant time."""
        return hmac.compare_digest(self.signature(*parts).encode(), signature.encode("utf-8", "replace"))

    def encrypt(self, plain: bytes) -> str:
        """A body as WeChat's Encrypt field carries it."""
        content = secrets.token_bytes(_PREFIX) + len(plain).to_bytes(_LENGTH, "big") + plain + self._app_id
        pad = _PAD - len(content) % _PAD
        encryptor = self._cipher().encryptor()
        sealed = encryptor.update(content + bytes([pad]) * pad) + encryptor.finalize()
        return base64.b64encode(sealed).decode()

    def decrypt(self, encrypted: str) -> bytes:
        """The body inside an Encrypt field; NotGenuine if padding, length or app id are not as they must be."""
        try:
            sealed = base64.b64decode("".join(encrypted.split()), validate=True)
        except (binascii.Error, ValueError) as error:
            raise NotGenuine("expected base64 in Encrypt") from error
        if not sealed or len(sealed) % (AES.block_size // 8):
            raise NotGenuine(f"expected whole cipher blocks, got {len(sealed)} bytes")
        decryptor = self._cipher().decryptor()
        return self._payload(_unpadded(decryptor.update(sealed) + decryptor.finalize()))

    def _payload(self, content: bytes) -> bytes:
        start = _PREFIX + _LENGTH
        end = start + int.from_bytes(content[_PREFIX:start], "big")
        if len(content) < start or end > len(content):
            raise NotGenuine("the length inside the encrypted message does not fit it")
        if not hmac.compare_digest(content[end:], self._app_id):
            raise NotGenuine("the encrypted message is for another app id")
        return content[start:end]

    def _cipher(self) -> Cipher[CBC]:
        return Cipher(AES(self._key), CBC(self._key[:_PREFIX]))


def _unpadded(content: bytes) -> bytes:
    pad = content[-1]
    if not 1 <= pad <= _PAD or content[-pad:] != bytes([pad]) * pad:
        raise NotGenuine("the padding of the encrypted message is wrong")
    return content[:-pad]
