"""The public notice: open to all, names masked whatever they are, objections in two taps."""

from __future__ import annotations

from aiohttp import FormData
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.gazette import posted
from handlers.context import House
from records import masking
from records.claims import ClaimLine
from records.people import Person
from tests.bot.claims.conftest import PNG, Door, Town, published, submitted, the_claim
from tests.conftest import Clock
from tests.taught import NAMES

CHINESE = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=5)


async def test_anybody_reads_it_and_nobody_reads_a_full_name(
    door: Door, town: Town, house: House, clock: Clock
) -> None:
    key = await published(door, town, clock)
    number, anybody = (await the_claim(house, key)).number, await door("")
    assert number in (await anybody.open("/notice/")).html
    page = await anybody.open(f"/notice/{number}")
    for shown in (
        "订单式、项目制培训补贴公示", "鑫达职校", "150×10＝1500元", "3,000元", "焊工3班", "10天",
        "2026年11月23日到2026年11月27日，5个工作日", "依据：古人社发〔2024〕15号",
    ):  # fmt: skip
        assert shown in page.text, shown
    vault = house.database.vault
    for person in town.taught.persons:
        assert vault.open(person.name_sealed) not in page.html and vault.open(person.id_sealed) not in page.html
        assert person.id_masked not in page.html
    assert not any(name in page.html for name in NAMES)
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]


async def test_what_is_not_up_is_not_shown(door: Door, town: Town, house: House) -> None:
    key = await submitted(await door(town.feng.login), town)
    anybody = await door("")
    page = await anybody.open(f"/notice/{(await the_claim(house, key)).number}")
    assert page.status == 404 and "鑫达" not in page.html
    assert "现在没有公示" in (await anybody.open("/notice/")).text


async def test_an_objection_gives_a_receipt_and_the_receipt_an_answer(
    door: Door, town: Town, house: House, clock: Clock
) -> None:
    key = await published(door, town, clock)
    number, anybody = (await the_claim(house, key)).number, await door("")
    page = await anybody.open(f"/notice/{number}")
    line = page.html.partition('value="第1行 ')[2].partition('"')[0]
    assert (await anybody.send(f"/notice/{number}", said=" ")).status == 422
    first = await anybody.send(f"/notice/{number}", line=f"第1行 {line}", said="他没来上课，电话13800001111")
    again = await anybody.send(f"/notice/{number}", line=f"第1行 {line}", said="他没来上课，电话13800001111")
    assert first.path == again.path and "正在核实" in first.text
    receipt = first.path.rpartition("/")[2]
    await anybody.open(f"/notice/{number}")
    shown = FormData({"csrf": anybody.token, "line": f"第1行 {line}", "said": "他没来上课，电话13800001111"})
    shown.add_field("photo", PNG, filename="空教室.png", content_type="image/png")
    assert (await anybody.send_form(f"/notice/{number}", shown)).path == first.path
    zhou = await door("zhou")
    assert (await zhou.client.get(f"/staff/claims/{key}/objections/1/photo")).content_type == "image/png"
    assert f"第1行 {line}：他没来上课" in (await zhou.open(f"/staff/claims/{key}")).text
    reason = "查了录像，本人在。本人号140524196805010021"
    await zhou.send(f"/staff/claims/{key}/objections/1", upheld="false", reason=reason)
    page = await anybody.open(f"/notice/answer?receipt={receipt.lower()}")
    assert "核实不属实" in page.text and "查了录像，本人在" in page.text and "140524196805010021" not in page.html
    assert (await anybody.open("/notice/answer/YYAAAAAAAA")).status == 404


async def test_after_the_last_day_objections_are_closed(door: Door, town: Town, house: House, clock: Clock) -> None:
    key = await published(door, town, clock)
    number, anybody = (await the_claim(house, key)).number, await door("")
    await anybody.open(f"/notice/{number}")
    clock.move(days=7)
    assert "公示期已经过了" in (await anybody.send(f"/notice/{number}", said="晚了吗")).text
    assert "公示期已经过了" in (await anybody.open(f"/notice/{number}")).text


async def test_a_network_that_objects_without_end_waits(door: Door, town: Town, house: House, clock: Clock) -> None:
    key = await published(door, town, clock)
    number, anybody = (await the_claim(house, key)).number, await door("")
    await anybody.open(f"/notice/{number}")
    for count in range(10):
        assert "正在核实" in (await anybody.send(f"/notice/{number}", said=f"第{count}个情况")).text
    assert "提交的太多了，请15分钟后再试" in (await anybody.send(f"/notice/{number}", said="又一个")).text
    clock.move(minutes=16)
    assert "正在核实" in (await anybody.send(f"/notice/{number}", said="又一个")).text
    for _ in range(10):
        await anybody.open("/notice/answer/YYBBBBBBBB")
    assert (await anybody.open("/notice/answer/YYBBBBBBBB")).status == 429


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=CHINESE,
    number=st.from_regex(r"[1-6]\d{5}19[5-9]\d(0[1-9]|1[0-2])(0[1-9]|1\d|2[0-8])\d{3}[\dX]", fullmatch=True),
)
def test_no_name_and_no_number_passes(name: str, number: str) -> None:
    person = Person(name_masked=masking.name(name), id_masked=masking.id_number(number))
    shown = posted.line(ClaimLine(merit=f"training:E{number}:1", working="1500元", fen=1), person)
    assert name not in repr(shown) and number not in repr(shown)
    shown = posted.line(ClaimLine(merit=f"master_studio:{number}工作室:2026:1", working="1元", fen=1), None)
    assert number not in repr(shown)
