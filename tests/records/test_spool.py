from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from records.spool import Spool
from records.vault import Vault
from tests.conftest import SECRET

NOW = datetime(2026, 11, 20, tzinfo=UTC)
VAULT = Vault(SECRET)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "spool.jsonl"


@pytest.fixture
def spool(path: Path) -> Spool:
    return Spool(path, VAULT)


def keys(spool: Spool, openid: str | None = None) -> list[str]:
    return [debt.key for debt in spool.owed(openid)]


def test_what_is_owed_is_found_again_by_who_is_owed(spool: Spool) -> None:
    spool.owe("1", "oA", {"text": "我是140525196805010020"}, NOW)
    spool.owe("2", "oB", {"text": "二"}, NOW)
    spool.owe("3", "oA", {"text": "三"}, NOW)
    assert keys(spool, "oA") == ["1", "3"]
    assert keys(spool, "oC") == []
    assert spool.message(spool.owed("oA")[0]) == {"text": "我是140525196805010020"}


def test_the_file_is_readable_by_its_owner_only_and_shows_no_text(spool: Spool, path: Path) -> None:
    spool.owe("1", "oA", {"text": "140525196805010020"}, NOW)
    assert path.stat().st_mode & 0o777 == 0o600
    assert b"140525" not in path.read_bytes()


def test_what_is_paid_is_owed_no_more_and_an_empty_spool_is_an_empty_file(spool: Spool, path: Path) -> None:
    spool.owe("1", "oA", {}, NOW)
    spool.owe("2", "oA", {}, NOW)
    spool.pay("1")
    assert keys(spool) == ["2"]
    spool.pay("2")
    assert (keys(spool), path.read_bytes()) == ([], b"")
    spool.owe("3", "oA", {}, NOW)
    assert keys(spool) == ["3"]


def test_the_same_message_is_owed_once(spool: Spool) -> None:
    spool.owe("1", "oA", {}, NOW)
    spool.owe("1", "oA", {}, NOW)
    assert keys(spool) == ["1"]
    spool.pay("1")
    assert keys(spool) == []


def test_processes_see_what_the_others_write(spool: Spool, path: Path) -> None:
    other = Spool(path, VAULT)
    spool.owe("1", "oA", {}, NOW)
    assert keys(other) == ["1"]
    other.pay("1")
    other.owe("2", "oA", {}, NOW)
    assert keys(spool) == ["2"], "also where the file was emptied in between"


def test_a_line_that_a_crash_cut_off_costs_only_itself(spool: Spool, path: Path) -> None:
    spool.owe("1", "oA", {}, NOW)
    with path.open("ab") as file:
        file.write(b'{"owed": "2", "open')
    after = Spool(path, VAULT)
    assert keys(after) == ["1"]
    after.owe("3", "oA", {}, NOW)
    assert keys(after) == keys(spool) == ["1", "3"]


def test_many_writers_lose_nothing(path: Path) -> None:
    def write(number: int) -> None:
        spool = Spool(path, VAULT)
        for each in range(20):
            spool.owe(f"{number}-{each}", f"o{number}", {}, NOW)
            if each % 2:
                spool.pay(f"{number}-{each}")

    writers = [threading.Thread(target=write, args=(number,)) for number in range(6)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    left = Spool(path, VAULT)
    assert {number: len(left.owed(f"o{number}")) for number in range(6)} == dict.fromkeys(range(6), 10)
