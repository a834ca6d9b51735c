"""`skillpass demo`: one port, everything on it, and a worker's day on the phone."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest

from bot import county
from tests.bot.cli.conftest import a_free_port, skillpass, until_it_answers


class Demo:
    """The running demo, reached as a browser reaches it."""

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"

    def get(self, path: str) -> Any:
        with urlopen(self.address + path, timeout=30) as answer:
            return json.load(answer)

    def screen(self) -> Any:
        """What the teacher's screen shows now."""
        with urlopen(f"{self.address}/demo/screen", timeout=30) as page:
            return self.get(urlsplit(page.url).path + "/now")

    def act(self, phone: county.Phone, **gesture: Any) -> str:
        """What the account says to a gesture on a phone."""
        body = json.dumps({"openid": phone.openid, **gesture}).encode()
        with urlopen(Request(f"{self.address}/simulator/send", body), timeout=30) as answer:
            told = json.load(answer)
        assert told["entry"]["deliveries"][-1]["problem"] == ""
        return "\n".join(said["text"] for said in told["answers"])

    def say(self, phone: county.Phone, text: str) -> str:
        return self.act(phone, kind="text", text=text)

    def stand(self, phone: county.Phone, place: dict[str, Any]) -> str:
        point = {name: place[name] for name in ("latitude", "longitude", "label")}
        return self.act(phone, kind="location", **point)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder, port = tmp_path_factory.mktemp("demo"), a_free_port()
    process = skillpass("demo", "--port", str(port), cwd=folder)
    try:
        until_it_answers(process, f"http://127.0.0.1:{port}/healthz")
        yield Demo(port)
        _ends(process, folder)
    finally:
        process.kill()


def _ends(process: subprocess.Popen[str], folder: Path) -> None:
    """What is printed names the pages and the log-ins; the secrets are its owner's alone."""
    process.terminate()
    printed, _ = process.communicate(timeout=30)
    keys = folder / "demo" / "keys.json"
    assert keys.stat().st_mode & 0o077 == 0
    assert all(word in printed for word in ("/phone", "/staff", "/teach", "/demo/screen", "publisher2"))
    assert json.loads(keys.read_text())["password"] in printed


def test_every_page_is_there(demo: Demo) -> None:
    for path in ("/phone", "/staff/login", "/teach", "/demo/screen"):
        with urlopen(demo.address + path, timeout=30) as page:
            assert page.status == 200


def test_the_phones_on_the_desk_name_their_people(demo: Demo) -> None:
    people = demo.get("/simulator/people")
    for told, phone in zip(people, county.phones(), strict=True):
        assert told["openid"] == phone.openid
    assert county.phones()[0].worker.id_number in people[0]["note"]


def test_a_worker_asks_proves_who_he_is_and_gets_a_voucher(demo: Demo) -> None:
    phone = county.phones()[0]
    assert "4000元" in demo.say(phone, "焊工培训一个人给补多少")
    assert "身份证号" in demo.say(phone, "领券")
    assert "想学什么" in demo.say(phone, f"{phone.worker.name} {phone.worker.id_number}")
    assert "券号 LC" in demo.say(phone, "焊工")


def test_a_trainee_checks_in_with_the_code_on_the_screen_and_his_place(demo: Demo) -> None:
    phone, (classroom, home) = county.phones()[1], demo.get("/simulator/places")
    assert "实名" in demo.say(phone, "签到")
    demo.say(phone, f"{phone.worker.name} {phone.worker.id_number}")
    demo.say(phone, "同意")
    assert "6位码" in demo.say(phone, "签到")
    before = demo.screen()
    assert "位置" in demo.say(phone, before["code"])
    assert "1.2公里" in demo.stand(phone, home)
    assert "签到成功" in demo.stand(phone, classroom)
    assert demo.screen()["here"] == before["here"] + 1


def test_a_phone_can_scan_the_screen_of_this_moment(demo: Demo) -> None:
    (told,) = [each for each in demo.get("/demo/screens") if each["title"].startswith("焊工3班")]
    assert told["address"].startswith(f"{demo.address}/my/in/")
    assert demo.screen()["title"] == told["title"]
