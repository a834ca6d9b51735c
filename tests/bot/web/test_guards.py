"""What stands between the door and every page."""

from __future__ import annotations

import re

from tests.bot.console.conftest import Browser
from tests.bot.web.conftest import Door
from tests.office import PASSWORD

PAGES = ["/staff/login", "/staff/notices", "/teach/", "/teach/form", "/teach/admin", "/teach/nowhere", "/teach/broken"]
FOREIGN = [
    "https://evil.example/",
    "//evil.example/teach/",
    "/teach/\\evil",
    "/teach/\n/evil",
    "/teacher",
    "/my/",
    "/staff/logout",
    "javascript:alert(1)",
    "",
]
SORRY = [
    ("/teach/admin", 403, "您的账号没有“管理员”的权限，请找管理员。"),
    ("/teach/nowhere", 404, "没有这个页面"),
    ("/teach/refuse", 405, "这个地址要从页面上的按钮进来"),
    ("/teach/broken", 500, "系统出了点问题，已经记下"),
]


async def test_every_answer_forbids_foreign_and_inline_scripts(wang: Browser) -> None:
    for path in (*PAGES, "/web/static/web.css"):
        headers = (await wang.open(path)).headers
        policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
        assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'", path
        assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'", path
        assert policy["img-src"] == "'self' data: blob:", path
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert headers["X-Frame-Options"] == "DENY", path
        assert headers["Cache-Control"] == ("max-age=3600" if path.endswith(".css") else "no-store"), path


async def test_no_page_brings_a_script_or_a_style_of_its_own(wang: Browser) -> None:
    for path in PAGES:
        assert not re.search(r"<style|<script>| style=| on[a-z]+=", (await wang.open(path)).html), path


async def test_who_only_trains_begins_with_his_classes_and_everybody_else_at_the_desk(door: Door) -> None:
    assert (await (await door()).sign_in("wang")).path == "/teach/"
    assert (await (await door()).sign_in("zhang")).path == "/staff/board"


async def test_one_log_in_opens_both_areas(wang: Browser) -> None:
    assert (await wang.open("/teach")).path == "/teach/"
    page = await wang.open("/staff/notices")
    assert page.path == "/staff/notices"
    assert "陵川县 王师傅" in page.text


async def test_the_log_in_leads_back_to_the_very_page(door: Door) -> None:
    browser = await door()
    page = await browser.open("/teach/table?trade=焊工&page=2")
    assert page.path == "/staff/login"
    page = await browser.send("/staff/login", login="zhang", password=PASSWORD, next=page.value("next"))
    assert page.path == "/teach/table"
    assert "学员21 " in page.text
    assert "学员22 " not in page.text


async def test_the_log_in_leads_nowhere_else(door: Door) -> None:
    browser = await door()
    for to in FOREIGN:
        assert ((await browser.sign_in("zhang", next=to)).path, to) == ("/staff/board", to)


async def test_a_form_that_was_not_given_out_changes_nothing(wang: Browser) -> None:
    for token in ("", "of another session", "令牌"):
        wang.token = token
        page = await wang.send("/teach/form", name="电工班")
        assert page.status == 403
        assert "请返回上一页刷新后再提交" in page.text


async def test_a_signed_out_form_leads_to_the_log_in_and_not_back_to_the_form(door: Door) -> None:
    page = await (await door()).send("/teach/form", name="电工班")
    assert page.path == "/staff/login"
    assert page.value("next") == ""


async def test_what_cannot_be_done_is_said_kindly(wang: Browser) -> None:
    for path, status, said in SORRY:
        page = await wang.open(path)
        assert (path, page.status, said in page.text) == (path, status, True)
        assert "Traceback" not in page.html
        assert 'href="/teach/"' in page.html


async def test_a_refused_button_is_a_page_with_the_reason(wang: Browser) -> None:
    await wang.open("/teach/form")
    page = await wang.send("/teach/refuse")
    assert page.status == 403
    assert "今天不上课。" in page.text


async def test_the_menu_shows_what_the_roles_allow(wang: Browser, door: Door) -> None:
    page = await wang.open("/teach/table?page=2")
    assert "只给管理员" not in page.text
    assert re.search(r'<a href="/teach/table" aria-current="page">', page.html)
    assert page.html.count('aria-current="page">') == 2  # the menu's and the pager's
