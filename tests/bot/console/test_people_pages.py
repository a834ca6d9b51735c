"""The registry at the desk: a sheet is tried and taken in once, and a card is found, changed, shown in full, let go."""

from __future__ import annotations

import re
from datetime import timedelta

from aiohttp import FormData

from bot.jobs.registrar import Registrar
from handlers.context import House
from records import audit, cards, people
from records.audit import Event
from records.id_number import read
from records.people import Source
from tests.bot.console.conftest import Browser, Desk, Page
from tests.conftest import Clock
from tests.office import a_follower
from tests.registry import a_csv, a_row

ROW = a_row(1)


async def uploaded(house: House, browser: Browser, content: bytes) -> Page:
    await browser.open("/staff/registry")
    form = FormData({"csrf": browser.token, "region": "陵川县"})
    form.add_field("sheet", content, filename="档案.csv", content_type="text/csv")
    page = await browser.send_form("/staff/registry", form)
    await done(house)
    return page


async def done(house: House) -> None:
    registrar = Registrar(house.database, house.shelf.regions, house.clock)
    while await registrar.batch():
        pass


async def test_a_sheet_is_tried_and_taken_in_once_however_often_the_button_is_pressed(house: House, desk: Desk) -> None:
    browser = await desk()
    await browser.sign_in("zhang")
    going = await uploaded(house, browser, a_csv([ROW, a_row(2, group="登山爱好者")]))
    assert "正在数有多少行" in going.text and "renew.js" in going.html
    tried = await browser.open(going.path)
    assert "要新增 1" in tried.text and "登山爱好者" in tried.text and "导入1人" in tried.text
    assert "data-finished" in (await browser.open(f"{going.path}/progress")).html
    assert (await browser.client.get(f"{going.path}/faults.xlsx")).status == 200
    await browser.open(going.path)
    first = await browser.send(f"{going.path}/take")
    await done(house)
    again = await browser.send(f"{going.path}/take")
    assert first.path == again.path and "新增 1" in again.text


async def test_a_sheet_without_heading_and_a_foreign_place_are_refused_beside_the_form(
    house: House, desk: Desk
) -> None:
    browser = await desk()
    await browser.sign_in("zhang")
    assert "没找到表头" in (await uploaded(house, browser, "券号,金额\n1,2".encode())).text
    await browser.sign_in("zhang")
    form = FormData({"csrf": browser.token, "region": "古县"})
    form.add_field("sheet", a_csv([ROW]), filename="档案.csv", content_type="text/csv")
    assert "只能导入陵川县" in (await browser.send_form("/staff/registry", form)).text


async def test_a_card_is_found_by_number_and_name_and_shows_the_number_only_on_demand(house: House, desk: Desk) -> None:
    person_id = await _li(house)
    browser = await desk()
    await browser.sign_in("li")
    await browser.open("/staff/people")
    assert (await browser.send("/staff/people", who=ROW[1])).path == f"/staff/people/{person_id}"
    page = await browser.send("/staff/people", who="李秀英")
    assert page.path == f"/staff/people/{person_id}" and ROW[1] not in page.html
    shown = await browser.send(f"{page.path}/full", reason="核对银行卡")
    assert ROW[1] in shown.text and "李秀英" in shown.text
    exported = await browser.send(f"{page.path}/export", reason="本人要求")
    assert ROW[1] in exported.html
    async with house.database.unit() as session:
        events = [entry.event for entry in await audit.history(session, f"person:{person_id}")]
    assert {Event.PERSON_NUMBER_VIEW, Event.PERSON_CARD_EXPORT, Event.PERSON_CARD_SEEK} <= set(events)
    clerk = await desk()
    await clerk.sign_in("zhang")
    await clerk.open(page.path)
    assert (await clerk.send(f"{page.path}/full", reason="看看")).status == 403


async def test_a_family_is_found_by_its_phone_also_on_cards_from_before_phones_had_an_index(
    house: House, desk: Desk
) -> None:
    async with house.database.unit() as session:
        for each in (1, 2):
            number = read(a_row(each)[1], house.clock().date())
            given = {"phone": "13800001111", "town": "附城镇"}
            old = await people.register(
                session, f"李秀{each}", number, "140524", Source.REGISTRY, house.clock(), **given
            )
        old.phone_index = None
    browser = await desk()
    await browser.sign_in("zhang")
    await browser.open("/staff/people")
    assert "找到2人" in (await browser.send("/staff/people", who="138 0000 1111")).text
    assert "没有找到" in (await browser.send("/staff/people", who="13800002222")).text
    assert "没有这样的人" in (await browser.open("/staff/people?region=141025")).text


async def test_who_is_missing_from_a_new_sheet_is_decided_on_by_the_office(
    house: House, desk: Desk, clock: Clock
) -> None:
    browser = await desk()
    for content in (a_csv([ROW, a_row(2)]), a_csv([ROW])):
        await browser.sign_in("zhang")
        tried = await uploaded(house, browser, content)
        await browser.open(tried.path)
        taken = await browser.send(f"{tried.path}/take")
        await done(house)
        clock.move(days=90)
    assert "上次有、这次没有的1人" in (await browser.open(taken.path)).text
    here = f"{taken.path}/absences"
    page = await browser.open(here)
    told = {"absence": page.value("absence"), "verdict": "moved"}
    assert "迁走了，记下了" in (await browser.send(here, **told)).text
    assert "都核实了" in (await browser.open(here)).text
    assert (await browser.send(here, absence=told["absence"], verdict="gone")).text.count("记下了") == 0
    card = re.search(r"/staff/people/\d+", (await browser.open(f"{here}?show=all")).html)
    assert card and "核实：迁走了" in (await browser.open(card[0])).text


async def test_a_group_is_given_and_ended_and_a_chat_is_let_go(house: House, desk: Desk) -> None:
    person_id = await _li(house)
    browser, here = await desk(), f"/staff/people/{person_id}"
    await browser.sign_in("zhang")
    await browser.open(here)
    today = house.clock().date()
    later = await browser.send(f"{here}/join", group="残疾人", proof="残疾证", since=str(today + timedelta(days=3)))
    assert later.status == 422 and "不能晚于今天" in later.text
    assert "残疾证" in (await browser.send(f"{here}/join", group="残疾人", proof="残疾证", since="2024-01-01")).text
    assert "结束" in (await browser.send(f"{here}/end", group="残疾人", until="2026-01-31")).text
    assert "解绑了" in (await browser.send(f"{here}/unbind", reason="换手机")).text
    async with house.database.unit() as session:
        person = await people.get(session, person_id)
        assert person is not None
        card = await cards.card(session, person, house.clock())
    assert (card.follower, [str(member.until) for member in card.members]) == (None, ["2026-01-31"])


async def _li(house: House) -> int:
    async with house.database.unit() as session:
        number = read(ROW[1], house.clock().date())
        person = await people.register(session, "李秀英", number, "140524", Source.REGISTRY, house.clock())
        await a_follower(session, "o-li", house.clock(), person)
        return person.id
