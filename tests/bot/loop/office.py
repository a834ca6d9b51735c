"""What the office does on its pages, from the approval of a class to the write-off of a claim."""

from __future__ import annotations

import re
from typing import Any

from aiohttp import FormData

from config.settings import CHINA
from records.claims import Claim
from tests.bot.console.conftest import Page
from tests.bot.loop.town import ANYBODY, Town

_FACT = "fact_"


async def approve_class(town: Town, who: str, step: dict[str, Any]) -> Page:
    """批准开班"""
    desk, here = await town.browser(who), f"/staff/classes/{town.class_id}"
    await desk.open(here)
    return await desk.send(f"{here}/approve")


async def accept_work(town: Town, who: str, step: dict[str, Any]) -> Page:
    """核对就业证明"""
    desk, here = await town.browser(who), f"/staff/classes/{town.class_id}/employment"
    for name in step["whom"]:
        seat = await town.seat(name)
        page = await desk.open(here)
        seen = re.search(rf'employment/{seat}/accept.*?name="file" value="(\d+)"', page.html, re.DOTALL)
        assert seen, f"no proof of {name} to be looked at"
        page = await desk.send(f"{here}/{seat}/accept", file=seen[1])
    return page


async def set_budget(town: Town, who: str, step: dict[str, Any]) -> Page:
    """定预算"""
    desk, here = await town.browser(who), "/staff/claims/budgets"
    await desk.open(here)
    year, region = town.clock().astimezone(CHINA).year, town.case["region"]
    for scheme, yuan in step["budgets"].items():
        programme = f"{town.case['document']}:{scheme}"
        page = await desk.send(here, programme=programme, region=region, year=year, fen=yuan)
    return page


async def write_claim(town: Town, who: str, step: dict[str, Any]) -> Page:
    """写申领: for who has no class; lines are people by name, certificates by number, or things, with a sum where it is open."""
    desk, here = await town.browser(who), "/staff/claims/new"
    page = await desk.open(f"{here}?policy={town.case['document']}&scheme={step['claims']}")
    wanted = step["lines_for"]
    sums = wanted if isinstance(wanted, dict) else dict.fromkeys(wanted, "")
    lines = "\n".join(f"{town.number(each) if each in town.people else each} {yuan}" for each, yuan in sums.items())
    payee = step["payee"]
    fields = {
        "policy": town.case["document"],
        "scheme": step["claims"],
        "key": page.value("key"),
        "do": "keep",
        "payee": town.number(payee) if payee in town.people else payee,
        "bank": "农商银行",
        "number": "6228480012345678",
        "lines": lines,
        "part": step.get("part", 1),
        "basis": step.get("basis", ""),
        **{_FACT + name: value for name, value in step.get("told", {}).items()},
    }
    page = await desk.send(here, **fields)
    if page.path != here:
        town.claims[f"{step['claims']}:{step.get('part', 1)}"] = int(page.path.rpartition("/")[2])
    return page


async def submit(town: Town, who: str, step: dict[str, Any]) -> Page:
    """提交本办写的申领"""
    return await _step(town, who, step, "submit", reason="纸质原件在窗口")


async def review(town: Town, who: str, step: dict[str, Any]) -> Page:
    """初审"""
    return await _step(town, who, step, "review")


async def recheck(town: Town, who: str, step: dict[str, Any]) -> Page:
    """复核"""
    return await _step(town, who, step, "approve")


async def publish(town: Town, who: str, step: dict[str, Any]) -> Page:
    """公示"""
    return await _step(town, who, step, "publish")


async def send_back(town: Town, who: str, step: dict[str, Any]) -> Page:
    """退回"""
    return await _step(town, who, step, "return", reason=step["reason"])


async def look(town: Town, who: str, step: dict[str, Any]) -> Page:
    """看申领"""
    return await (await town.browser(who)).open(f"/staff/claims/{town.claim(step)}")


async def read_notice(town: Town, who: str, step: dict[str, Any]) -> Page:
    """看公示, as anybody may"""
    async with town.house.database.unit() as session:
        claim = await session.get_one(Claim, town.claim(step))
    return await (await town.browser(ANYBODY)).open(f"/notice/{claim.number}")


async def list_for_bank(town: Town, who: str, step: dict[str, Any]) -> Page:
    """做付款单"""
    desk = await town.browser(who)
    await desk.open("/staff/claims/payments")
    return await desk.send("/staff/claims/payments", claims=town.claim(step))


async def take_in_slip(town: Town, who: str, step: dict[str, Any]) -> Page:
    """导入银行回单: {回单号: HD-1, 金额: 8000}; without a sum, what the claim comes to"""
    desk = await town.browser(who)
    async with town.house.database.unit() as session:
        claim = await session.get_one(Claim, town.claim(step))
    yuan = step.get("sum", f"{claim.fen / 100:.2f}")
    today = f"{town.clock().astimezone(CHINA):%Y-%m-%d}"
    content = f"申领编号,金额（元）,回单号,付款日期\n{claim.number},{yuan},{step['slip']},{today}\n"
    page = await desk.open(f"/staff/claims/payments/{claim.batch_id}")
    form = FormData({"csrf": desk.token, "paid_on": today})
    form.add_field("sheet", content.encode("gb18030"), filename="回单.csv", content_type="text/csv")
    return await desk.send_form(f"{page.path}/returned", form)


async def pay(town: Town, who: str, step: dict[str, Any]) -> Page:
    """记付款, of one claim by hand"""
    desk, here = await town.browser(who), f"/staff/claims/{town.claim(step)}"
    await desk.open(here)
    today = f"{town.clock().astimezone(CHINA):%Y-%m-%d}"
    return await desk.send(f"{here}/pay", fen=step["sum"], reference=step["slip"], paid_on=today)


async def write_off(town: Town, who: str, step: dict[str, Any]) -> Page:
    """核销"""
    return await _step(town, who, step, "write-off")


async def _step(town: Town, who: str, step: dict[str, Any], verb: str, **fields: object) -> Page:
    desk, here = await town.browser(who), f"/staff/claims/{town.claim(step)}"
    await desk.open(here)
    async with town.house.database.unit() as session:
        version = (await session.get_one(Claim, town.claim(step))).version
    return await desk.send(f"{here}/{verb}", version=version, **fields)
