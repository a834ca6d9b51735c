"""What a school does on its pages, from the plan of a class to its claim."""

from __future__ import annotations

import re
from typing import Any

from aiohttp import FormData
from sqlalchemy import select

from records.classes import TrainingClass
from records.vouchers import Voucher
from tests.bot.console.conftest import Page
from tests.bot.loop.town import Town

SCAN = b"\x89PNG\r\n\x1a\n" + b"0" * 40
PLAN: dict[str, object] = {
    "level": "初级工",
    "capacity": "40",
    "venue": "实训楼201",
    "latitude": "36.266800",
    "longitude": "111.920100",
    "pace": "workdays",
    "parts": "morning",
    "morning_starts": "08:30",
    "morning_ends": "11:30",
    "proof": "code",
    "teachers": "冯老师",
    "plan": "前一半讲安全和基本操作，后一半实训。",
    "resources": "教材，设备20台。",
    "assessment_plan": "理论占40%，实操占60%，双60分合格。",
}
_OUTCOMES = {"合格": "passed", "不合格": "failed", "没参加": "absent"}
_PROOFS = {"合同": "contract", "工资": "wages", "社保": "insurance", "执照": "licence"}


async def plan(town: Town, who: str, step: dict[str, Any]) -> Page:
    """写班级计划: {班名: 焊工1班, 天数: 25, 开课: 2021-03-08}"""
    told = step["plan"]
    school = await town.browser(who)
    await school.open("/teach/classes/new")
    given = {"region": town.case["region"], "occupation": town.case["teaches"], **PLAN, **told}
    page = await school.send("/teach/classes/new", **given)
    async with town.house.database.unit() as session:
        made = await session.scalars(select(TrainingClass).where(TrainingClass.name == told["name"]))
        town.class_id = made.one().id
    return page


async def take_in(town: Town, who: str, step: dict[str, Any]) -> Page:
    """加进花名册"""
    school, here = await town.browser(who), f"/teach/classes/{town.class_id}/roster"
    await school.open(here)
    for name in step["whom"]:
        page = await school.send(f"{here}/add", name=name, id_number=town.number(name))
    return page


async def submit_plan(town: Town, who: str, step: dict[str, Any]) -> Page:
    """提交开班"""
    school, here = await town.browser(who), f"/teach/classes/{town.class_id}"
    await school.open(here)
    return await school.send(f"{here}/submit")


async def verify(town: Town, who: str, step: dict[str, Any]) -> Page:
    """核验券: the number is looked up, then the person is compared with his card."""
    school, here = await town.browser(who), f"/teach/classes/{town.class_id}/vouchers"
    for name in step["whom"]:
        async with town.house.database.unit() as session:
            mine = select(Voucher.number).where(Voucher.person_id == town.people[name].id)
            number = (await session.scalars(mine)).one()
        await school.open(here)
        page = await school.send(here, number=number)
        assert town.people[name].name_masked[0] in page.text, page.text
        page = await school.send(f"{here}/verify", number=number)
    return page


async def end(town: Town, who: str, step: dict[str, Any]) -> Page:
    """结业"""
    return await _press(town, who, "closing", "end")


async def enter_results(town: Town, who: str, step: dict[str, Any]) -> Page:
    """登记成绩: {李秀英: 合格}"""
    school, here = await town.browser(who), f"/teach/classes/{town.class_id}/results"
    await school.open(here)
    told = {f"outcome-{await town.seat(name)}": _OUTCOMES[each] for name, each in step["results"].items()}
    return await school.send(here, on=str(step["day"]), **told)


async def hand_in(town: Town, who: str, step: dict[str, Any]) -> Page:
    """上交"""
    return await _press(town, who, "closing", "hand-in")


async def certify(town: Town, who: str, step: dict[str, Any]) -> Page:
    """登记证书: {李秀英: S000014140524215000001}"""
    school, here = await town.browser(who), f"/teach/classes/{town.class_id}/certificates"
    for name, number in step["certificates"].items():
        await school.open(here)
        told = {"kind": "职业技能等级证书", "level": "初级工", "issuer": "鉴定中心", **step.get("told", {})}
        page = await school.send(
            here, enrolment=await town.seat(name), number=number, issued_on=str(step["day"]), **told
        )
    return page


async def prove_work(town: Town, who: str, step: dict[str, Any]) -> Page:
    """传就业证明: {李秀英: 鑫源厂 合同}"""
    school, here = await town.browser(who), f"/teach/classes/{town.class_id}/employment"
    for place, (name, told) in enumerate(step["work"].items()):
        await school.open(here)
        employer, proof = told.split()
        fields = {"enrolment": await town.seat(name), "proof": _PROOFS[proof], "employer": employer}
        form = FormData({"csrf": school.token} | {key: str(value) for key, value in fields.items()})
        form.add_field("scan", SCAN + bytes([place]), filename="证明.png")
        page = await school.send_form(here, form)
    return page


async def claim(town: Town, who: str, step: dict[str, Any]) -> Page:
    """申领: the school begins a claim for its class."""
    school, here = await town.browser(who), f"/teach/classes/{town.class_id}/claim"
    page = await school.open(here)
    if 'name="key"' not in page.html:  # nothing is left that fits the class
        return page
    wish, key = f"{town.case['document']}:{step['claims']}:{step.get('part', 1)}", page.value("key")
    page = await school.send(here, wish=wish, bank="农商银行", number="6228480012345678", key=key)
    if page.path != here:
        town.claims[f"{step['claims']}:{step.get('part', 1)}"] = int(page.path.rpartition("/")[2])
    return page


async def tell(town: Town, who: str, step: dict[str, Any]) -> Page:
    """填数: what no record knows of the class."""
    school, here = await town.browser(who), f"/teach/claims/{town.claim(step)}"
    page = await school.open(here)
    return await school.send(f"{here}/told", version=page.value("version"), **step["told"])


async def submit_claim(town: Town, who: str, step: dict[str, Any]) -> Page:
    """交材料，提交"""
    school, here = await town.browser(who), f"/teach/claims/{town.claim(step)}"
    page = await school.open(here)
    for address in re.findall(rf'action="({here}/papers/\d+)"', page.html):
        page = await school.send(address, said="纸质原件在窗口")
    return await school.send(f"{here}/submit", version=page.value("version"))


async def look(town: Town, who: str, step: dict[str, Any]) -> Page:
    """看自己的申领"""
    return await (await town.browser(who)).open(f"/teach/claims/{town.claim(step)}")


async def _press(town: Town, who: str, place: str, button: str) -> Page:
    school, here = await town.browser(who), f"/teach/classes/{town.class_id}"
    await school.open(f"{here}/{place}")
    return await school.send(f"{here}/{button}")
