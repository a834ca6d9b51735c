"""People at the office, one card each (一人一卡): found by number, name, town or group, and all of one on one page."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import quote

from aiohttp import web
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from bot.web.deeds import Deed, deeds
from bot.web.desk import HOUSE, STAFF, go, key_of, show
from bot.web.forms import Filled, blank, read_form
from bot.web.guards import need
from bot.web.tables import read_page
from config.settings import CHINA
from knowledge import groups
from records import absences, audit, cards, group_changes, id_number, personal_data, staff
from records.absences import VERDICT_NAMES
from records.audit import Event
from records.cards import CHANGERS, SEES_NUMBERS
from records.certificates import SKILL_NAMES
from records.claim_states import CLAIM_STATE_NAMES
from records.employments import Work
from records.enrolments import SEATING_NAMES
from records.errors import Refused
from records.people import Person, Source
from records.staff import Staff
from records.trainers import OFFICE
from records.voucher_states import SHOWN

SOURCE_NAMES = {Source.REGISTRY: "县劳动力档案", Source.SELF: "自己登记，还没核对"}
WORK_NAMES = {
    Work.UNKNOWN: "还没问到",
    Work.LOOKING: "在找工作",
    Work.WORKING: "说在上班，没看证明",
    Work.PROVEN: "已就业，看过证明",
    Work.REFUTED: "证明不符",
}
_EVENTS: dict[str, str] = {
    Event.PERSON_CARD_CONFIRM: "核对为档案里的人",
    Event.PERSON_GROUP_CHANGE: "改群体",
    Event.PERSON_WECHAT_UNBIND: "解绑微信",
    Event.PERSON_NUMBER_VIEW: "看全姓名和号码",
    Event.PERSON_CARD_EXPORT: "导出个人信息",
    Event.PERSON_ABSENCE_JUDGE: "核实为什么不在新表里",
}
_RECORDS, _SAID = (
    ("考勤", "请假补签", "评价", "券的经过", "发券的答复", "照片"),
    ("问答", "人工对话", "提过的异议", "通知订阅"),
)
_TO = "看个人档案"
_PHONE = re.compile(r"1[3-9]\d{9}")


class SeekForm(BaseModel):
    """Who is looked for: sent as a form, so that no number stays in an address."""

    who: str = Field(title="姓名、身份证号或手机号", max_length=30)


class JoinForm(BaseModel):
    """A group with its proof."""

    group: str = Field(title="群体")
    proof: str = Field(title="依据", max_length=80)
    since: date = Field(title="起始日期")


class EndForm(BaseModel):
    """The last day in a group."""

    group: str = Field(title="群体")
    until: date = Field(title="最后一天")


class Why(BaseModel):
    """What something is done for."""

    reason: str = Field(title="原因", max_length=200)


def routes() -> list[web.RouteDef]:
    """The addresses of these pages."""
    one = r"/people/{id:\d{1,9}}"
    return [
        web.get("/people", listed),
        web.post("/people", seek),
        web.get(one, page),
        web.post(f"{one}/join", join),
        web.post(f"{one}/end", end),
        web.post(f"{one}/full", in_full),
        web.post(f"{one}/export", export),
        web.post(f"{one}/unbind", unbind),
    ]


async def listed(request: web.Request) -> web.Response:
    """The people of the place, by town and group."""
    need(request, *OFFICE, to=_TO)
    return await _listed(request, blank(SeekForm))


async def seek(request: web.Request) -> web.Response:
    """Find by ID number, by phone, or by the exact name."""
    account, house, filled = need(request, *OFFICE, to=_TO), request.app[HOUSE], await read_form(request, SeekForm)
    if (told := filled.told) is None:
        return await _listed(request, filled)
    who, now = "".join(told.who.split()), house.clock()
    try:
        async with house.database.unit() as session:
            if _PHONE.fullmatch(who):
                found = await cards.phoned(session, who, account, now)
            elif any(character.isdigit() for character in who):
                number = id_number.read(who, now.astimezone(CHINA).date())
                found = [await cards.numbered(session, number.value, account, now)]
            else:
                found = await cards.namesakes(session, who, account, now)
    except (Refused, ValueError) as error:
        return await _listed(request, filled.refused(Refused(str(error)), "who"))
    if len(found) == 1:
        await go(request, f"/staff/people/{found[0].id}")
    if not found:
        return await _listed(request, filled.refused(Refused("没有找到这个人。名字要写全，号码要核对。"), "who"))
    return await _listed(request, filled, found)


async def page(request: web.Request) -> web.Response:
    """One person's card."""
    need(request, *OFFICE, to=_TO)
    return await _card(request)


async def join(request: web.Request) -> web.Response:
    """Put the person into a group on a proof."""
    account, house, filled = (
        need(request, *CHANGERS, to="改群体"),
        request.app[HOUSE],
        await read_form(request, JoinForm),
    )
    if (told := filled.told) is None:
        return await _card(request, joining=filled)
    now = house.clock()
    try:
        if told.group not in groups.names():
            raise Refused("请选一个群体。")
        if told.since > now.astimezone(CHINA).date():
            raise Refused("起始日期不能晚于今天。")
        async with house.database.unit() as session:
            person = await cards.person_for(session, key_of(request), account)
            await group_changes.join(session, person, told.group, told.proof, told.since, account.actor, now)
    except Refused as refusal:
        return await _card(request, joining=filled.refused(refusal))
    await go(request, f"/staff/people/{key_of(request)}", said=f"已登记为“{told.group}”。")


async def end(request: web.Request) -> web.Response:
    """Let a membership end."""
    account, house, filled = (
        need(request, *CHANGERS, to="改群体"),
        request.app[HOUSE],
        await read_form(request, EndForm),
    )
    here = f"/staff/people/{key_of(request)}"
    if (told := filled.told) is None:
        await go(request, here, problem=filled.error("until") or filled.problem)
    async with house.database.unit() as session:
        person = await cards.person_for(session, key_of(request), account)
        await group_changes.end(session, person, told.group, told.until, account.actor, house.clock())
    await go(request, here, said=f"“{told.group}”到{told.until:%Y-%m-%d}结束。")


async def in_full(request: web.Request) -> web.Response:
    """The card with name, number and phone in full; what for is written down with who looked."""
    need(request, *SEES_NUMBERS, to="看全身份证号")
    return await _card(request, reason=await _reason(request))


async def export(request: web.Request) -> web.Response:
    """Everything that is held of the person, as a file for him."""
    account, house = need(request, *SEES_NUMBERS, to="导出个人信息"), request.app[HOUSE]
    reason, now = await _reason(request), house.clock()
    async with house.database.unit() as session:
        person = await cards.person_for(session, key_of(request), account)
        held = await personal_data.export(session, person, now)
        event = Event.PERSON_CARD_EXPORT
        await audit.append(session, event, account.actor, person.thing, now, reason=reason)
    content = json.dumps(held, ensure_ascii=False, indent=2)
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(f'个人信息-{person.id}.json')}"}
    return web.Response(text=content, content_type="application/json", headers=headers)


async def unbind(request: web.Request) -> web.Response:
    """Free the person from his WeChat account."""
    account, house = need(request, *CHANGERS, to="解绑微信"), request.app[HOUSE]
    reason = await _reason(request)
    async with house.database.unit() as session:
        person = await cards.person_for(session, key_of(request), account)
        await cards.unbind(session, person, reason, account, house.clock())
    await go(request, f"/staff/people/{person.id}", said="解绑了，本人用新微信发“绑定”就能重新绑上。")


async def _reason(request: web.Request) -> str:
    filled = await read_form(request, Why)
    if filled.told is None:
        await go(request, f"/staff/people/{key_of(request)}", problem=filled.error("reason") or filled.problem)
    return filled.told.reason


async def _listed(request: web.Request, filled: Filled[SeekForm], found: list[Person] | None = None) -> web.Response:
    house, account, asked = request.app[HOUSE], request[STAFF], read_page(request)
    async with house.database.unit() as session:
        towns, regions = await cards.towns(session, account), await cards.regions(session, account)
        wanted = {name: asked.asked(name) for name in ("region", "town", "group")}
        rows, total = await cards.listed(
            session, account, house.clock(), **wanted, offset=asked.offset, most=asked.size
        )
    return await show(
        request,
        "people.html",
        filled=filled,
        found=found,
        listing=asked.of(rows, total),
        regions={code: house.shelf.regions.name(code) for code in regions},
        towns={town: town for town in towns},
        groups={group: group for group in groups.names()},
        sources=SOURCE_NAMES,
    )


async def _card(request: web.Request, joining: Filled[JoinForm] | None = None, reason: str = "") -> web.Response:
    house, account = request.app[HOUSE], request[STAFF]
    today = house.clock().astimezone(CHINA).date()
    async with house.database.unit() as session:
        person = await cards.person_for(session, key_of(request), account)
        event, why = (Event.PERSON_NUMBER_VIEW, {"reason": reason}) if reason else (Event.PERSON_CARD_VIEW, {})
        await audit.append(session, event, account.actor, person.thing, house.clock(), **why)
        card = await cards.card(session, person, house.clock())
        trail = await _trail(session, person)
        absence = await absences.last_of(session, person)
        held = await personal_data.held(session, person, house.clock())
    return await show(
        request,
        "person.html",
        filled=joining or blank(JoinForm, since=today),
        card=card,
        person=person,
        full=_in_full(request, person) if reason else None,
        trail=trail,
        absence=absence,
        more={name: held[name] for name in _of_all(account) if held.get(name)},
        verdicts=VERDICT_NAMES,
        today=today,
        groups={group: group for group in groups.names()},
        may_change=account.holds(*CHANGERS),
        may_see=account.holds(*SEES_NUMBERS),
        sources=SOURCE_NAMES,
        seatings=SEATING_NAMES,
        works=WORK_NAMES,
        skills=SKILL_NAMES,
        voucher_states=SHOWN,
        claim_states=CLAIM_STATE_NAMES,
    )


def _of_all(account: Staff) -> tuple[str, ...]:
    """What else is shown of a person: what he said in the chat only to who may see his number."""
    return _RECORDS + (_SAID if account.holds(*SEES_NUMBERS) else ())


def _in_full(request: web.Request, person: Person) -> dict[str, str]:
    unseal = request.app[HOUSE].database.vault.open
    phone = unseal(person.phone_sealed) if person.phone_sealed else "没有登记"
    return {"姓名": unseal(person.name_sealed), "身份证号": unseal(person.id_sealed), "手机号": phone}


async def _trail(session: AsyncSession, person: Person) -> list[Deed]:
    entries = [entry for entry in await audit.history(session, person.thing) if entry.event in _EVENTS]
    told = deeds(entries, await staff.names(session), _EVENTS)
    return [
        replace(deed, note=_changed(entry.details)) if entry.event == Event.PERSON_GROUP_CHANGE else deed
        for entry, deed in reversed([*zip(entries, told, strict=True)])
    ]


def _changed(details: Mapping[str, Any]) -> str:
    """残疾人：残联名单，2024-01-01起 → 残联名单，2024-01-01至2026-04-30"""
    before = f"{_stood(details['before'])} → " if "before" in details else ""
    return f"{details['group']}：{before}{_stood(details['after'])}"


def _stood(state: Mapping[str, str | None]) -> str:
    return f"{state['proof'] or '没写依据'}，{state['since']}{'至' + state['until'] if state['until'] else '起'}"
