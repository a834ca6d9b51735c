"""Cases from a question to the write-off, told in YAML: who says or presses what, what he reads, what the money does."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import select

from bot import money
from config.settings import CHINA
from handlers import programmes
from handlers.context import House
from knowledge.workdays import working_days_between
from records import audit, budgeting, codes
from records.claims import Claim, ClaimLine
from records.sessions import Session
from tests.bot.console.conftest import Page
from tests.bot.loop import office, school
from tests.bot.loop.town import Town, town
from tests.conftest import Clock
from tests.records.claim_world import is_sound

CASES = [
    pytest.param(yaml.safe_load(path.read_text(encoding="utf-8")), id=path.stem)
    for path in sorted(Path(__file__).parent.glob("*.yaml"))
]
Deed = Callable[[Town, str, dict[str, Any]], Awaitable[Page]]
DEEDS: dict[str, Deed] = {
    "写班级计划": school.plan,
    "加进花名册": school.take_in,
    "提交开班": school.submit_plan,
    "批准开班": office.approve_class,
    "核验券": school.verify,
    "结业": school.end,
    "登记成绩": school.enter_results,
    "上交": school.hand_in,
    "登记证书": school.certify,
    "传就业证明": school.prove_work,
    "核对就业": office.accept_work,
    "定预算": office.set_budget,
    "申领": school.claim,
    "填数": school.tell,
    "提交申领": school.submit_claim,
    "看自己的申领": school.look,
    "写申领": office.write_claim,
    "提交本办的申领": office.submit,
    "看申领": office.look,
    "退回": office.send_back,
    "初审": office.review,
    "复核": office.recheck,
    "公示": office.publish,
    "看公示": office.read_notice,
    "做付款单": office.list_for_bank,
    "导入银行回单": office.take_in_slip,
    "记付款": office.pay,
    "核销": office.write_off,
}


@pytest.mark.parametrize("case", CASES)
async def test_case(case: dict[str, Any], house: House, clock: Clock) -> None:
    async with town(house, clock, case) as there:
        for step in case["steps"]:
            await _step(there, step)
        await _ends_well(there)


async def _step(there: Town, step: dict[str, Any]) -> None:
    if "at" in step:
        there.move(step["at"])
        await there.sweep()
    if "each_session" in step:
        await _attend(there, step["who"], step["each_session"])
    elif "says" in step:
        _reads(await there.says(step["who"], step["says"]), step)
    elif "does" in step:
        _reads(await _does(there, step), step)
    await there.sweep()
    for name, wanted in step.get("hears", {}).items():
        news = "\n".join(there.phones.arrived.pop(name, []))
        assert all(each in news for each in wanted), f"{step}\n{name} heard: {news or 'nothing'}"
    await _holds(there, step)


async def _does(there: Town, step: dict[str, Any]) -> str:
    """What is shown after a deed; where several do it at once, to all of them."""
    deed, who = DEEDS[step["does"]], step["who"]
    if isinstance(who, str):
        return (await deed(there, who, step)).text
    for each in who:
        await there.browser(each)
    return "\n".join(page.text for page in await asyncio.gather(*(deed(there, each, step) for each in who)))


def _reads(shown: str, step: dict[str, Any]) -> None:
    for wanted in step.get("reads", ()):
        assert str(wanted) in shown, f"{step}\nshown: {shown}"


async def _attend(there: Town, who: list[str], wanted: list[str]) -> None:
    """Everybody sends the code of the screen, in every session of the class."""
    async with there.house.database.unit() as session:
        mine = select(Session).where(Session.class_id == there.class_id).order_by(Session.starts_at)
        sittings = list(await session.scalars(mine))
    for sitting in sittings:
        there.clock.now = sitting.starts_at - timedelta(minutes=5)
        for name in who:
            reply = await there.says(name, codes.code(there.house.database.vault, sitting, there.clock()))
            assert all(each in reply for each in wanted), reply
    there.clock.now = sittings[-1].ends_at + timedelta(hours=4)  # the afternoon of the last day


async def _holds(there: Town, step: dict[str, Any]) -> None:
    """What the records say of the money after a step."""
    async with there.house.database.unit() as session:
        if "pays" in step:
            claim = await session.get_one(Claim, there.claim(step))
            lines = await session.scalars(select(ClaimLine).where(ClaimLine.claim_id == claim.id))
            names = {person.id: name for name, person in there.people.items()}
            paid = {names.get(line.person_id or 0, line.merit.split(":")[1]): line.fen for line in lines}
            wanted = {name: money.fen(str(each)) for name, each in step["pays"].items()}
            assert paid == wanted and claim.fen == sum(wanted.values()), paid
            found = programmes.find(there.house.shelf, claim.policy_id, claim.scheme_id)
            assert found is not None and step["by"] in found.scheme.at, found
        if "put_up" in step:
            claim = await session.get_one(Claim, there.claim(step))
            first, last, days = step["put_up"]
            assert (claim.notice_from, claim.notice_until) == (first, last)
            assert working_days_between(first, last) == days
        if "budget" in step:
            year = step.get("year", there.clock().astimezone(CHINA).year)
            found_ = {each.budget.scheme_id: each for each in await budgeting.of_year(session, there.region, year)}
            for scheme, sums in step["budget"].items():
                stands = found_[scheme]
                shown = {name: getattr(stands, name) for name in sums}
                assert shown == {name: money.fen(str(each)) for name, each in sums.items()}, (step, stands)


async def _ends_well(there: Town) -> None:
    """Every claim was paid once and written off, every right is taken once, and nobody touched the log."""
    await is_sound(there.house.database)
    async with there.house.database.unit() as session:
        claims = list(await session.scalars(select(Claim).where(Claim.fen > 0)))
        assert {claim.state for claim in claims} == {"written_off"}
        assert len({claim.payment_ref for claim in claims}) == len(claims)
        assert (await audit.verify(session)).broken is None
