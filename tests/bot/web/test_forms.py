"""A form that comes back: everything that was typed, and one sentence under each field."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from html import unescape

import pytest
from aiohttp import FormData

from bot.web.forms import blank
from bot.web.uploads import MEGABYTE
from tests.bot.console.conftest import Browser, Page
from tests.bot.web.workshop import ClassForm, Level

GOOD = {"name": "电工3班", "level": "初级工", "places": "30", "starts": "2026-12-01", "parts": "morning"}

FAULTS = [
    ("name", "", "请填班名。"),
    ("name", "   ", "请填班名。"),
    ("name", "长" * 21, "班名最多20个字，请写短一些。"),
    ("name", "重名班", "已经有“重名班”了，请换一个名字。"),
    ("level", "", "请选等级。"),
    ("level", "特级", "请选等级：没有“特级”这一项，请从列出的里面选。"),
    ("places", "六十", "名额要填整数，如 30，您填的是“六十”。"),
    ("places", "3.5", "名额要填整数，如 30，您填的是“3.5”。"),
    ("places", "9" * 5000, "名额要填整数，如 30，您填的是“99999999999999999999…”。"),
    ("places", "0", "名额最小是1，您填的是0。"),
    ("places", "61", "名额最大是60，您填的是61。"),
    ("starts", "", "请填开班日期。"),
    ("starts", "12月1日", "开班日期要填日期，如 2026-12-01，您填的是“12月1日”。"),
    ("starts", "2026-02-30", "开班日期要填日期，如 2026-12-01，您填的是“2026-02-30”。"),
    ("begins", "八点", "上课时间要填时间，如 08:30，您填的是“八点”。"),
    ("phone", "1390", "电话要填11位手机号，您填的是“1390”。"),
    ("parts", "", "请选上课时段。"),
    ("insured", "也许", "已买保险填得不对，您填的是“也许”，请改一下。"),
]


def faults(page: Page) -> list[str]:
    """The sentences under the fields."""
    return [unescape(found) for found in re.findall(r'<p class="fault"[^>]*>([^<]*)</p>', page.html)]


async def test_a_right_form_goes_through(wang: Browser) -> None:
    await wang.open("/teach/form")
    page = await wang.send("/teach/form", **GOOD)
    assert (page.status, page.path) == (200, "/teach/form")
    assert "开好了：电工3班，2026-12-01，名册0字节" in page.text


async def test_each_fault_is_said_under_its_field(wang: Browser) -> None:
    await wang.open("/teach/form")
    for field, typed, said in FAULTS:
        page = await wang.send("/teach/form", **GOOD | {field: typed})
        assert (field, typed, page.status, faults(page)) == (field, typed, 422, [said])
        assert "有1处要改，改好再提交，其他内容都还在。" in page.text


async def test_what_was_typed_is_kept_as_text(wang: Browser) -> None:
    await wang.open("/teach/form")
    remark = '\n<b>带“身份证”</b> & "照片"</textarea><script>'
    page = await wang.send("/teach/form", **GOOD | {"starts": '12"1', "places": "x", "remark": remark, "insured": "1"})
    assert [page.value(name) for name in ("name", "starts", "places")] == ["电工3班", '12"1', "x"]
    assert 'value="初级工" checked' in page.html
    assert 'value="morning" checked' in page.html
    assert 'name="insured" value="1" checked' in page.html
    kept = re.search(r'<textarea name="remark"[^>]*>\n(.*?)</textarea>', page.html, re.DOTALL)
    assert kept and unescape(kept[1]) == remark
    assert "<b>" not in kept[1]


async def test_several_faults_are_all_shown(wang: Browser) -> None:
    await wang.open("/teach/form")
    page = await wang.send("/teach/form", places="x")
    assert len(faults(page)) == 5
    assert "有5处要改" in page.text
    assert page.html.count('aria-invalid="true"') == 3  # what is chosen has no field of its own to mark


async def test_a_fault_of_the_whole_form_and_a_refused_command_stand_on_top(wang: Browser) -> None:
    await wang.open("/teach/form")
    page = await wang.send("/teach/form", **GOOD | {"parts": "evening"})
    assert "只上晚课的班要填上课时间。" in page.text
    page = await wang.send("/teach/form", **GOOD | {"name": "不让开的班"})
    assert (page.status, page.value("name")) == (422, "不让开的班")
    assert "这家机构不能开这个班。" in page.text


async def test_full_width_digits_of_a_chinese_keyboard_are_digits(wang: Browser) -> None:
    await wang.open("/teach/form")
    page = await wang.send(
        "/teach/form", **GOOD | {"places": "３０ ", "starts": "２０２６－１２－０１", "begins": "０８：３０"}
    )
    assert "开好了" in page.text


async def send_file(browser: Browser, name: str, content: bytes, **changes: str) -> Page:
    await browser.open("/teach/form")
    form = FormData({"csrf": browser.token} | GOOD | changes, quote_fields=False)
    form.add_field("roster", content, filename=name, content_type="application/octet-stream")
    return await browser.send_form("/teach/form", form)


async def test_a_file_comes_with_the_form(wang: Browser) -> None:
    assert "名册5字节" in (await send_file(wang, "名册.csv", b"a,b,c")).text


@pytest.mark.parametrize(
    "name, content, said",
    [
        ("名册.exe", b"MZ", "要.xlsx、.csv文件，您选的是“名册.exe”，请换一个。"),
        ("名册.csv", b"", "“名册.csv”是空的，请换一个。"),
        ("大.csv", b"x" * (MEGABYTE + MEGABYTE // 2), "文件最大1MB，“大.csv”有1.5MB，请压缩后再传。"),
        ("../../etc/名册.txt", b"x", "要.xlsx、.csv文件，您选的是“名册.txt”，请换一个。"),
    ],
)
async def test_a_wrong_file_is_told_why(wang: Browser, name: str, content: bytes, said: str) -> None:
    page = await send_file(wang, name, content)
    assert page.status == 422
    assert faults(page) == [said]
    assert page.value("name") == GOOD["name"]


async def test_a_good_file_must_be_chosen_again_when_something_else_is_wrong(wang: Browser) -> None:
    assert "其他内容都还在。文件要重新选一次。" in (await send_file(wang, "名册.csv", b"a", places="x")).text


async def test_a_form_that_is_far_too_large_is_refused_kindly(wang: Browser) -> None:
    page = await send_file(wang, "名册.csv", b"x" * 13 * MEGABYTE)
    assert page.status == 413
    assert "一共不超过12MB" in page.text


def test_a_blank_form_holds_the_defaults_and_what_is_given() -> None:
    filled = blank(
        ClassForm, level=Level.THIRD, starts=date(2026, 12, 1), begins=time(8, 5), parts=["morning"], insured=True
    )
    assert filled.values == {
        "places": "30",
        "phone": "",
        "remark": "",
        "roster": "",
        "level": "高级工",
        "starts": "2026-12-01",
        "begins": "08:05",
        "parts": ["morning"],
        "insured": "1",
    }
    assert not filled.is_wrong
    assert blank(ClassForm, begins=datetime(2026, 12, 1, 0, 5, tzinfo=UTC)).value("begins") == "2026-12-01T08:05"
