"""What tests of the command line share: settings from the environment, and the program as a process of its own."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from config.settings import settings
from tests.conftest import SECRET, fresh

ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 60.0  # seconds until a process that does not answer is given up
ACCOUNT = {
    "SKILLPASS_WECHAT_TOKEN": "token-of-the-tests",
    "SKILLPASS_WECHAT_APP_ID": "wx0123456789abcdef",
    "SKILLPASS_WECHAT_APP_SECRET": "secret-of-the-tests",
    "SKILLPASS_WECHAT_AES_KEY": "k" * 43,
    "SKILLPASS_SECRET_KEY": "a secret for tests, nothing else",
}

Setting = Callable[..., None]


@pytest.fixture
def setting(monkeypatch: pytest.MonkeyPatch) -> Iterator[Setting]:
    """Set SKILLPASS_* variables for this test alone."""

    def put(**values: str) -> None:
        for name, value in values.items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()

    for name in [
        name for name in os.environ if name.startswith("SKILLPASS_") and not name.startswith("SKILLPASS_TEST")
    ]:
        monkeypatch.delenv(name)
    settings.cache_clear()
    yield put
    settings.cache_clear()


@pytest.fixture
def office(tmp_path: Path, setting: Setting) -> str:
    """The address of empty records, set for the command."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'records.db'}"
    setting(SKILLPASS_DATABASE_URL=url, SKILLPASS_SECRET_KEY=SECRET)

    async def made() -> None:
        await (await fresh(url)).close()

    asyncio.run(made())
    return url


def skillpass(*words: str, cwd: Path, env: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
    """The program, started in a folder of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SKILLPASS_")}
    command = (sys.executable, "-c", "from bot.cli.main import app; app()", *words)
    environment = kept | {"PYTHONPATH": str(ROOT)} | dict(env or {})
    return subprocess.Popen(
        command, cwd=cwd, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until_it_answers(process: subprocess.Popen[str], url: str) -> str:
    """What an address says, as soon as the process is up."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        assert process.poll() is None, process.communicate()[0]
        try:
            with urlopen(url, timeout=5) as answer:
                return str(answer.read().decode())
        except (URLError, ConnectionError):
            time.sleep(0.05)
    raise AssertionError(f"{url} does not answer")
