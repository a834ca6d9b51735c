"""The office's side: queues, two signatures, reasons, budgets, and a claim from its hand-in to its write-off."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from handlers.context import House
from records import budgeting
from records.audit import Entry
from records.claims import ClaimEvent
from records.staff import Role, Staff
from records.vouchers import Voucher
from tests.bot.claims.conftest import POLICY, SCHEME, Door, Town, cleared, published, steps, submitted, the_claim
from tests.conftest import Clock
from tests.office import an_account
from tests.taught import GUXIAN


async def test_the_list_says_what_waits_for_whom(door: Door, town: Town) -> None:
    key = await submitted(await door(town.feng.login), town)
    page = await (await door("zhou")).open("/staff/claims")
    assert "等初审 1 您能办" in page.text and "等复核 0 别的同事办" in page.text
    assert f"/staff/claims/{key}" in page.html and "2027年1月20日" in page.text
    zhang = await door("zhang")
    for query, is_there in (
        ("state=submitted", True), ("state=reviewed", False), ("due=soon", False), ("q=鑫达", True),
        (f"programme={POLICY}:{SCHEME}", True), (f"programme={POLICY}:startup_training", False), ("objected=1", False),
        ("school=999999", False),
    ):  # fmt: skip
        assert (f"/staff/claims/{key}" in (await zhang.open(f"/staff/claims?{query}")).html) is is_there, query


async def test_what_must_be_paid_soon_is_said_on_top(door: Door, town: Town, clock: Clock) -> None:
    await submitted(await door(town.feng.login), town)
    zhang = await door("zhang")
    assert "两周内要付" not in (await zhang.open("/staff/claims")).text.partition("期限")[0]
    clock.move(days=55)  # of two months
    assert "1笔两周内要付" in (await zhang.open("/staff/claims")).text
    clock.move(days=7)
    assert "1笔过了最晚付款日" in (await zhang.open("/staff/claims")).text


async def test_one_claim_shows_all_that_is_needed_to_sign(door: Door, town: Town) -> None:
    key = await submitted(await door(town.feng.login), town)
    page = await (await door("zhou")).open(f"/staff/claims/{key}")
    for shown in (
        "古人社发〔2024〕15号 三（一）2", "150×10＝1500元", "不能兑现", "合计 3,000元", "开班报告", "paper1.png",
        "还能批 100,000元", "最晚付款 2027年1月20日", "韩师傅",
    ):  # fmt: skip
        assert shown in page.text, shown
    assert "6228480012345678" not in page.html
    picture = await (await door("zhou")).client.get(f"/staff/claims/{key}/papers/1")
    assert picture.content_type == "image/png" and picture.headers["X-Content-Type-Options"] == "nosniff"


async def test_nobody_signs_twice_and_each_is_told_why(door: Door, town: Town, house: House) -> None:
    key = await submitted(await door(town.feng.login), town)
    zhang, li = await door("zhang"), await door("li")
    assert "初审要由有“审核”权限的同事来办" in (await zhang.open(f"/staff/claims/{key}")).text
    assert "没有“初审”的权限" in (await steps(zhang, key, "review")).text
    assert "初审通过了" in (await steps(li, key, "review")).text
    assert "这笔是您初审的，复核要由另一个人来做" in (await li.open(f"/staff/claims/{key}")).text
    assert "复核要由没有提交、也没有初审过" in (await steps(li, key, "approve")).text
    assert "复核通过了" in (await steps(await door("wu"), key, "approve")).text
    claim = await the_claim(house, key)
    assert claim.reviewed_by == town.li.id and claim.approved_by not in (None, town.li.id)


async def test_a_double_click_is_one_step(door: Door, town: Town, house: House) -> None:
    key = await submitted(await door(town.feng.login), town)
    zhou = await door("zhou")
    version = (await zhou.open(f"/staff/claims/{key}")).value("version")
    for _ in range(2):
        assert "初审通过了" in (await zhou.send(f"/staff/claims/{key}/review", version=version)).text
    async with house.database.unit() as session:
        moves = select(func.count()).where(ClaimEvent.claim_id == int(key), ClaimEvent.after == "reviewed")
        assert (await session.execute(moves)).scalar_one() == 1


async def test_who_read_an_older_claim_is_told(door: Door, town: Town, house: House) -> None:
    feng = await door(town.feng.login)
    key = await submitted(feng, town)
    zhou = await door("zhou")
    old = (await zhou.open(f"/staff/claims/{key}")).value("version")
    await steps(await door("li"), key, "return", reason="补一份")
    page = await feng.open(f"/teach/claims/{key}")
    await feng.send(f"/teach/claims/{key}/submit", version=page.value("version"))
    assert "被别人动过" in (await zhou.send(f"/staff/claims/{key}/review", version=old)).text
    assert (await the_claim(house, key)).state == "submitted"


@pytest.mark.parametrize("verb, state", [("return", "returned"), ("reject", "rejected")])
async def test_back_only_with_a_reason(door: Door, town: Town, house: House, verb: str, state: str) -> None:
    key = await submitted(await door(town.feng.login), town)
    zhou = await door("zhou")
    assert "请写一句原因" in (await steps(zhou, key, verb)).text
    await steps(zhou, key, verb, reason="花名册不对")
    assert (await the_claim(house, key)).state == state


async def test_over_the_budget_it_waits_visibly(door: Door, town: Town, house: House, clock: Clock) -> None:
    key = await submitted(await door(town.feng.login), town)
    await steps(await door("zhou"), key, "review")
    async with house.database.unit() as session:
        li = await session.get_one(Staff, town.li.id)
        await budgeting.set_to(session, GUXIAN, POLICY, SCHEME, 2026, 200_000, li, clock())
    wu = await door("wu")
    assert "超预算，先等着：今年还剩2,000元，这笔要3,000元" in (await wu.open(f"/staff/claims/{key}")).text
    assert "超预算等待" in (await steps(wu, key, "approve")).text
    assert "在审的比剩的多1,000元" in (await wu.open("/staff/claims/budgets")).text
    fields = {"programme": f"{POLICY}:{SCHEME}", "region": "古县", "year": "2026"}
    assert "最多两位小数" in (await wu.send("/staff/claims/budgets", fen="3000.005", **fields)).text
    assert "只能定古县" in (await wu.send("/staff/claims/budgets", fen="3000", **fields | {"region": "陵川"})).text
    assert "定好了" in (await wu.send("/staff/claims/budgets", fen="3,000元", **fields)).text
    assert "复核通过了" in (await steps(wu, key, "approve")).text
    assert "比这还少" in (await wu.send("/staff/claims/budgets", fen="1", **fields)).text
    assert "没有“定预算”的权限" in (await (await door("zhang")).send("/staff/claims/budgets", fen="1", **fields)).text


async def test_from_the_notice_to_the_write_off(door: Door, town: Town, house: House, clock: Clock) -> None:
    key = await cleared(door, town, house, clock)
    zhang = await door("zhang")
    await zhang.open(f"/staff/claims/{key}")
    told = {"fen": "3000", "reference": "HD-1", "paid_on": f"{clock():%Y-%m-%d}"}
    page = await zhang.send(f"/staff/claims/{key}/pay", **told | {"fen": "2999.99"})
    assert (
        page.status == 422 and "应付3,000.00元，您填的是2,999.99元" in page.text and page.value("reference") == "HD-1"
    )
    assert "要在公示结束以后" in (await zhang.send(f"/staff/claims/{key}/pay", **told | {"paid_on": "2026-11-20"})).text
    for _ in range(2):
        assert "付款记下了" in (await zhang.send(f"/staff/claims/{key}/pay", **told)).text
    assert "已经在" in (await zhang.send(f"/staff/claims/{key}/pay", **told | {"reference": "HD-2"})).text
    version = (await zhang.open(f"/staff/claims/{key}")).value("version")
    for _ in range(2):
        assert "核销了" in (await zhang.send(f"/staff/claims/{key}/write-off", version=version)).text
    claim = await the_claim(house, key)
    assert (claim.state, claim.payment_ref) == ("written_off", "HD-1")
    async with house.database.unit() as session:
        assert sorted(await session.scalars(select(Voucher.state))) == ["training", "written_off", "written_off"]


async def test_an_objection_is_answered_and_upheld_sends_the_claim_back(
    door: Door, town: Town, house: House, clock: Clock
) -> None:
    key = await published(door, town, clock)
    number = (await the_claim(house, key)).number
    anybody, zhou = await door(""), await door("zhou")
    await anybody.open(f"/notice/{number}")
    await anybody.send(f"/notice/{number}", said="第二个人没来上课")
    assert "等答复异议 1 您能办" in (await zhou.open("/staff/claims")).text
    assert "1条异议没有答复" in (await zhou.open(f"/staff/claims/{key}")).text
    assert "请选核实结果" in (await zhou.send(f"/staff/claims/{key}/objections/1", reason="查了")).text
    page = await zhou.send(f"/staff/claims/{key}/objections/1", upheld="true", reason="签到照片不是本人")
    assert "答复了" in page.text and "公示有异议属实：签到照片不是本人" in page.text
    assert (await the_claim(house, key)).state == "returned"
    assert "已经答复过了" in (await zhou.send(f"/staff/claims/{key}/objections/1", upheld="false", reason="再")).text


async def test_an_account_of_another_place_sees_nothing(door: Door, town: Town, house: House, clock: Clock) -> None:
    key = await submitted(await door(town.feng.login), town)
    async with house.database.unit() as session:
        await an_account(session, "far", Role.REVIEWER, Role.CLERK, now=clock())
    far = await door("far")
    assert (await far.open(f"/staff/claims/{key}")).status == 403
    assert (await far.open(f"/staff/claims/{key}/papers/1")).status == 403
    assert "不归您管" in (await far.send(f"/staff/claims/{key}/review", version="1")).text
    assert "还没有补贴申领" in (await far.open("/staff/claims")).text


async def test_every_download_of_a_list_is_written_down(door: Door, town: Town, house: House, clock: Clock) -> None:
    key = await cleared(door, town, house, clock)
    zhang = await door("zhang")
    await zhang.open("/staff/claims/payments")
    page = await zhang.send("/staff/claims/payments", claims=key)
    assert "付款单做好了" in page.text
    again = await zhang.send("/staff/claims/payments", claims=key)
    assert again.path == page.path, "sent twice it is one list"
    answer = await zhang.client.get(f"{page.path}/list.csv")
    assert "6228480012345678" in await answer.text()
    async with house.database.unit() as session:
        found = await session.scalars(select(Entry).where(Entry.event == "payment:batch:download"))
        assert [each.details["kind"] for each in found] == ["csv"]
    assert (await (await door("zhou")).client.get(f"{page.path}/list.csv")).status == 403
