"""The door of /my: whom it lets in, and what it says to the others."""

from __future__ import annotations

import pytest

from bot.my import door
from handlers import links
from handlers.context import House
from records.errors import Refused
from tests.bot.my.conftest import WORKERS, Phone, Phones, Teach, local
from tests.conftest import Clock
from tests.office import a_follower

OPENID = WORKERS[0]


def linked(house: House, openid: str = OPENID, path: str = "/my/voucher") -> str:
    return local(links.my(house, openid, path, house.clock()))


async def test_a_link_opens_its_page_and_the_browser_is_known_from_then_on(phone: Phone, teach: Teach) -> None:
    await teach()
    assert (await phone.enter(path="/my/attendance")).path == "/my/attendance"
    page = await phone.open("/my/")
    assert page.status == 200 and "李*英，您好" in page.text


async def test_without_a_link_a_browser_is_told_how_to_get_one(phone: Phone) -> None:
    page = await phone.open("/my/voucher")
    assert page.status == 403
    assert "请在微信里打开" in page.text and "回复“签到”" in page.text
    assert (await phone.send("/my/check-in", session=1)).status == 403


@pytest.mark.parametrize("at", [0, 18, 30])
async def test_a_link_that_was_changed_opens_nothing(phone: Phone, teach: Teach, house: House, at: int) -> None:
    await teach()
    path, query = linked(house).split("?")
    token = path.removeprefix("/my/go/")
    changed = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
    assert "这个链接不完整" in (await phone.open(f"/my/go/{changed}?{query}")).text
    assert (await phone.open("/my/")).status == 403


@pytest.mark.parametrize("to", ["/my/", "https://evil.example/", "//evil.example", "", "/staff/"])
async def test_a_link_leads_to_its_own_page_only(phone: Phone, teach: Teach, house: House, to: str) -> None:
    await teach()
    page = await phone.open(f"{linked(house).split('?')[0]}?to={to}")
    assert page.status == 403 and page.path.startswith("/my/go/")


@pytest.mark.parametrize("token", ["x", "====", "签到", "A" * 400])
async def test_rubbish_is_no_link(house: House, token: str) -> None:
    with pytest.raises(Refused, match="不完整"):
        links.read(house.database.vault, token, "/my/", house.clock())


def test_only_pages_of_the_worker_are_linked(house: House) -> None:
    with pytest.raises(ValueError, match="expected a page under /my/"):
        links.my(house, OPENID, "/staff/", house.clock())


async def test_a_link_holds_half_an_hour(phones: Phones, teach: Teach, house: House, clock: Clock) -> None:
    await teach()
    link, unused, known = linked(house), linked(house, path="/my/attendance"), await phones()
    clock.move(minutes=29)
    assert (await known.open(link)).path == "/my/voucher"
    clock.move(minutes=2)
    page = await (await phones()).open(unused)
    assert page.status == 403
    assert "这个链接不能用了" in page.text and "回复“签到”，就有新的链接" in page.text
    assert (await known.open(link)).path == "/my/voucher"  # it is his own, and he is known already


async def test_a_link_that_was_opened_is_worth_nothing_to_whom_it_is_forwarded(
    phones: Phones, teach: Teach, house: House
) -> None:
    await teach()
    link, known = linked(house), await phones()
    assert (await known.open(link)).path == "/my/voucher"
    page = await (await phones()).open(link)
    assert page.status == 403 and "只在一部手机上用" in page.text
    assert (await known.open(link)).path == "/my/voucher"


async def test_another_ones_link_changes_who_reads_only_while_it_holds(
    phone: Phone, teach: Teach, house: House, clock: Clock
) -> None:
    await teach()
    async with house.database.unit() as session:
        await a_follower(session, "oStranger", house.clock())
    link = linked(house, "oStranger")
    clock.move(minutes=31)
    await phone.enter()
    assert "这个链接不能用了" in (await phone.open(link)).text
    assert "李*英，您好" in (await phone.open("/my/")).text
    assert "先实名" in (await phone.enter("oStranger")).text


async def test_who_has_not_given_his_name_is_told_how(phone: Phone, house: House) -> None:
    async with house.database.unit() as session:
        await a_follower(session, OPENID, house.clock())
    page = await phone.enter()
    assert page.status == 403
    assert "姓名 身份证号" in page.text
    assert (await phone.open("/my/classes")).status == 200  # which classes there are is no secret


async def test_who_does_not_follow_is_told_to(phone: Phone) -> None:
    assert "请先关注公众号" in (await phone.enter("oNobody")).text


async def test_cookies_stay_under_my_and_mark_the_browser_for_two_years(phone: Phone, teach: Teach) -> None:
    await teach()
    await phone.enter()
    kept = {cookie.key: cookie for cookie in phone.client.session.cookie_jar}
    assert kept[door.COOKIE]["path"] == kept[door.PHONE_COOKIE]["path"] == "/my"
    assert kept[door.COOKIE]["httponly"] and kept[door.PHONE_COOKIE]["httponly"]
    assert int(kept[door.COOKIE]["max-age"]) == 30 * 86400
    assert int(kept[door.PHONE_COOKIE]["max-age"]) == 730 * 86400
    mark = kept[door.PHONE_COOKIE].value
    await phone.enter(WORKERS[1])
    assert {cookie.key: cookie.value for cookie in phone.client.session.cookie_jar}[door.PHONE_COOKIE] == mark


@pytest.mark.parametrize(
    "path", ["/my/", "/my/check-in", "/my/attendance", "/my/voucher", "/my/classes", "/my/nowhere"]
)
async def test_every_page_forbids_foreign_scripts(phone: Phone, teach: Teach, path: str) -> None:
    await teach()
    await phone.enter()
    page = await phone.open(path)
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert "<script>" not in page.html and " style=" not in page.html and " onclick=" not in page.html


async def test_a_form_of_another_page_changes_nothing(phone: Phone, teach: Teach) -> None:
    taught = await teach(factors=["text"])
    await phone.enter()
    page = await phone.open("/my/check-in")
    phone.token = "forged"
    assert (await phone.tap(page)).status == 403
    assert await taught.marks() == []
