"""The school's side: what fits its class, the draft with its papers, and its way to the office."""

from __future__ import annotations

from aiohttp import FormData
from sqlalchemy import select

from handlers.context import House
from records.class_states import ClassState
from records.classes import TrainingClass
from records.staff import Role
from records.voucher_states import State
from records.vouchers import Voucher
from tests.bot.claims.conftest import PNG, Door, Town, a_draft, steps, submitted, the_claim
from tests.office import an_account
from tests.schools import a_school, a_trainer


async def test_what_fits_is_offered_and_the_rest_says_why_not(door: Door, town: Town) -> None:
    feng = await door(town.feng.login)
    page = await feng.open("/teach/claims")
    assert "可以申领的班 焊工3班" in page.text
    page = await feng.open(f"/teach/classes/{town.taught.training_class.id}/claim")
    fitting, _, others = page.text.partition("不能申领的项目")
    assert "订单式、项目制培训补贴" in fitting and "3个学员的券是按它发的" in fitting
    assert "古人社发〔2024〕15号 三（一）2" in fitting
    assert "开班时文件的执行期已经过了，也没有延续执行的决定" in others
    assert "创业培训补贴（先付）" in others and "这个班学员的券不是按它发的" in others


async def test_a_draft_has_each_line_worked_out_or_why_it_is_not_paid(door: Door, town: Town, house: House) -> None:
    feng = await door(town.feng.login)
    page = await a_draft(feng, town)
    assert page.text.count("150×10＝1500元") == 2
    assert "还没有取证，不能兑现" in page.text and "合计 3,000元" in page.text
    assert "古县农商银行城关支行 ····5678" in page.text
    assert "还缺4样" in page.text
    assert (await feng.send(f"{page.path}/submit", version=page.value("version"))).text.count("还缺4样") == 2


async def test_a_form_sent_twice_is_one_claim(door: Door, town: Town) -> None:
    feng = await door(town.feng.login)
    address = f"/teach/classes/{town.taught.training_class.id}/claim"
    key = (await feng.open(address)).value("key")
    fields = {"wish": "guxian-2024-15:order_training:1", "bank": "农商行", "number": "62284800123", "key": key}
    first, second = await feng.send(address, **fields), await feng.send(address, **fields)
    assert first.path == second.path != address


async def test_a_wrong_account_keeps_what_was_typed(door: Door, town: Town) -> None:
    feng = await door(town.feng.login)
    address = f"/teach/classes/{town.taught.training_class.id}/claim"
    key = (await feng.open(address)).value("key")
    fields = {"wish": "guxian-2024-15:order_training:1", "bank": "农商行", "number": "六二二八", "key": key}
    page = await feng.send(address, **fields)
    assert page.status == 422 and "账号要8到30位数字" in page.text and page.value("bank") == "农商行"


async def test_a_paper_is_known_by_its_first_bytes(door: Door, town: Town) -> None:
    feng = await door(town.feng.login)
    address = (await a_draft(feng, town)).path
    form = FormData({"csrf": feng.token})
    form.add_field("file", b"MZ\x90 a program", filename="花名册.png", content_type="image/png")
    assert "这个文件不是" in (await feng.send_form(f"{address}/papers/1", form)).text
    form = FormData({"csrf": feng.token})
    form.add_field("file", PNG, filename="花名册.txt", content_type="text/plain")
    assert "材料收下了" in (await feng.send_form(f"{address}/papers/1", form)).text
    shown = await feng.client.get(f"{address}/papers/1")
    assert shown.content_type == "image/png" and await shown.read() == PNG
    assert "纸质原件在窗口" in (await feng.send(f"{address}/papers/2", said="纸质原件在窗口")).text


async def test_a_returned_claim_is_on_top_with_its_reason_and_comes_again(door: Door, town: Town, house: House) -> None:
    feng, zhou = await door(town.feng.login), await door("zhou")
    key = await submitted(feng, town)
    page = await steps(zhou, key, "return", reason="花名册少一个人的签字")
    assert "退回了" in page.text
    assert "退回：花名册少一个人的签字" in (await feng.open("/teach/claims")).text
    page = await feng.open(f"/teach/claims/{key}")
    page = await feng.send(f"{page.path}/told", version=page.value("version"))
    assert "结果没有变" in page.text  # what it holds itself does not stand in its own way
    page = await feng.send(f"/teach/claims/{key}/submit", version=page.value("version"))
    assert "提交了" in page.text
    assert (await the_claim(house, key)).state == "submitted"


async def test_what_changed_since_it_was_read_is_not_submitted_unread(door: Door, town: Town, house: House) -> None:
    feng = await door(town.feng.login)
    key = await submitted(feng, town)
    await steps(await door("zhou"), key, "return", reason="再核对")
    page = await feng.open(f"/teach/claims/{key}")
    async with house.database.unit() as session:
        late = (await session.scalars(select(Voucher).where(Voucher.state == State.TRAINING))).one()
        late.state, late.certificate = State.CERTIFIED, "C3"
    page = await feng.send(f"/teach/claims/{key}/submit", version=page.value("version"))
    assert "金额重新算过了" in page.text and "合计 4,500元" in page.text
    assert (await the_claim(house, key)).state == "returned"
    page = await feng.send(f"/teach/claims/{key}/submit", version=page.value("version"))
    assert (await the_claim(house, key)).fen == 450_000 and "提交了" in page.text


async def test_a_class_that_is_not_handed_in_waits(door: Door, town: Town, house: House) -> None:
    async with house.database.unit() as session:
        training_class = await session.get_one(TrainingClass, town.taught.training_class.id)
        training_class.state = ClassState.ENDED
    feng = await door(town.feng.login)
    page = await a_draft(feng, town)
    assert "班级还没有上交" in page.text
    page = await feng.send(f"{page.path}/submit", version=page.value("version"))
    assert "还没有上交，先到班级的“结业上交”里上交" in page.text


async def test_a_claim_is_its_own_schools_business(door: Door, town: Town, house: House) -> None:
    key = await submitted(await door(town.feng.login), town)
    async with house.database.unit() as session:
        await a_trainer(session, await a_school(session), house.clock(), "other")
        loose = await an_account(session, "loose", Role.TRAINER, now=house.clock())
        assert loose.institution_id is None
    for login in ("other", "loose"):
        browser = await door(login)
        assert (await browser.open(f"/teach/claims/{key}")).status == 403
        assert (await browser.open(f"/teach/claims/{key}/papers/1")).status == 403
        assert "SL-" not in (await browser.open("/teach/claims")).text
        assert (await browser.open(f"/staff/claims/{key}")).status == 403


async def test_withdrawn_it_can_be_claimed_again(door: Door, town: Town, house: House) -> None:
    feng = await door(town.feng.login)
    key = await submitted(feng, town)
    page = await feng.open(f"/teach/claims/{key}")
    page = await feng.send(f"{page.path}/withdraw", version=page.value("version"))
    assert "撤回了" in page.text and "可以申领的班 焊工3班" in page.text
    assert (await a_draft(feng, town)).path != f"/teach/claims/{key}"
