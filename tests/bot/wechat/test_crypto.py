from __future__ import annotations

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.crypto import WeChatCrypto

from bot.wechat import body
from bot.wechat.crypto import Crypto
from bot.wechat.errors import Misconfigured, NotGenuine
from tests.bot.wechat.stage import AES_KEY, APP_ID, TOKEN, sha1
from tests.shared import needs_reference, rows

VECTORS = [
    pytest.param(row, id=f"{number}-{row['kind']}-{row['expect']}")
    for number, row in enumerate(rows("wechat/encrypted.jsonl"))
]


@needs_reference
@pytest.mark.parametrize("vector", VECTORS)
def test_each_published_vector_gets_its_verdict(vector: dict[str, Any]) -> None:
    crypto = Crypto(vector["token"], vector["aes_key"] or "", vector["appid"] or "")
    parts = (vector["timestamp"], vector["nonce"])
    if "url_signature" in vector:
        assert crypto.is_signed(vector["url_signature"], *parts)
    if not vector["aes_key"]:
        return
    encrypted = vector["body"] if vector["format"] == "raw" else body.encrypted(vector["body"])
    if vector["msg_signature"] is not None:
        assert crypto.is_signed(vector["msg_signature"], *parts, encrypted) == (vector["expect"] != "bad_signature")
    if vector["expect"] in {"wrong_appid", "malformed_payload"}:
        with pytest.raises(NotGenuine):
            crypto.decrypt(encrypted)
    elif vector["expect"] != "bad_signature":
        assert crypto.decrypt(encrypted).decode() == vector["plain"]


@given(st.binary(max_size=5000))
def test_what_is_encrypted_comes_out_again(plain: bytes) -> None:
    crypto = Crypto(TOKEN, AES_KEY, APP_ID)
    assert crypto.decrypt(crypto.encrypt(plain)) == plain


@given(st.text(max_size=300))
def test_wechatpy_reads_what_we_encrypt_and_we_what_it_does(plain: str) -> None:
    ours, theirs = Crypto(TOKEN, AES_KEY, APP_ID), WeChatCrypto(TOKEN, AES_KEY, APP_ID)
    encrypted = ours.encrypt(plain.encode())
    signature = ours.signature("1", "2", encrypted)
    assert theirs.decrypt_message({"Encrypt": encrypted}, signature, "1", "2") == plain
    assert ours.decrypt(body.encrypted(theirs.encrypt_message(plain, "2", "1"))).decode() == plain


@given(st.binary(max_size=400))
def test_random_bytes_are_refused_and_never_crash(noise: bytes) -> None:
    with pytest.raises(NotGenuine):
        Crypto(TOKEN, AES_KEY, APP_ID).decrypt(base64.b64encode(noise).decode())


@given(st.text(max_size=100))
def test_text_that_is_no_ciphertext_is_refused(noise: str) -> None:
    with pytest.raises(NotGenuine):
        Crypto(TOKEN, AES_KEY, APP_ID).decrypt(noise)


def test_the_same_message_never_encrypts_to_the_same_text() -> None:
    crypto = Crypto(TOKEN, AES_KEY, APP_ID)
    assert len({crypto.encrypt(b"same") for _ in range(20)}) == 20


@pytest.mark.parametrize("pad", [0, 33, 255])
def test_wrong_padding_is_refused(pad: int) -> None:
    crypto = Crypto(TOKEN, AES_KEY, APP_ID)
    content = bytes(16) + (2).to_bytes(4, "big") + b"ok" + APP_ID.encode()
    content += b"\x01" * (31 - len(content) % 32) + bytes([pad])
    encryptor = crypto._cipher().encryptor()
    with pytest.raises(NotGenuine, match="padding"):
        crypto.decrypt(base64.b64encode(encryptor.update(content)).decode())


def test_another_accounts_message_is_refused() -> None:
    theirs = Crypto(TOKEN, AES_KEY, "wx_another")
    with pytest.raises(NotGenuine, match="another app id"):
        Crypto(TOKEN, AES_KEY, APP_ID).decrypt(theirs.encrypt(b"<xml/>"))


def test_the_signature_is_sha1_over_the_sorted_parts() -> None:
    crypto = Crypto(TOKEN)
    assert crypto.signature("2", "1") == sha1(TOKEN, "1", "2")
    assert not crypto.is_signed("", "2", "1")
    assert not crypto.is_signed("不是签名", "2", "1")


@pytest.mark.parametrize(
    ("token", "key", "app_id", "says"),
    [
        ("", "", "", "token"),
        (TOKEN, AES_KEY[:-1], APP_ID, "43"),
        (TOKEN, AES_KEY + "=", APP_ID, "43"),
        (TOKEN, "*" * 43, APP_ID, "43"),
        (TOKEN, AES_KEY, "", "app id"),
    ],
)
def test_settings_that_cannot_work_are_refused_at_the_start(token: str, key: str, app_id: str, says: str) -> None:
    with pytest.raises(Misconfigured, match=says):
        Crypto(token, key, app_id)
