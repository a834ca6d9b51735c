"""A claim that a clerk writes: by certificate, by person and by thing, with what cannot be read told line by line."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from handlers.context import House
from records import people
from records.certificates import Certificate
from records.claims import Claim
from records.class_states import ClassState
from records.staff import Role
from tests.bot.claims.conftest import Door
from tests.bot.console.conftest import Browser, Page
from tests.conftest import Clock
from tests.office import LINGCHUAN, an_account
from tests.seeds import a_policy_that_goes_on, a_worker_of_the_registry, an_id_number
from tests.taught import a_taught_class, all_marks

NEW = "/staff/claims/new"
PAID_TO = {"payee": "陵川县职业技能鉴定中心", "bank": "陵川农商行", "number": "6228480012345678"}


@pytest.fixture
async def zhang(house: House, door: Door) -> Browser:
    """陵川's clerk; 李秀英 is in the registry with a certificate, and the office's document goes on."""
    now = house.clock()
    async with house.database.unit() as session:
        await a_policy_that_goes_on(session, now, "lingchuan-2020-62")
        await an_account(session, "zhang", Role.CLERK, now=now, name="张晓梅", region=LINGCHUAN)
        await an_account(session, "zhou", Role.REVIEWER, now=now, name="周敏", region=LINGCHUAN)
        worker = await a_worker_of_the_registry(session, now, region=LINGCHUAN)
        session.add(
            Certificate(
                person_id=worker.person.id,
                kind="职业技能等级证书",
                occupation="焊工",
                level="高级工",
                number="S0001",
                issuer="鉴定中心",
                issued_on=date(2026, 11, 1),
                entered_by="test",
                entered_at=now,
            )
        )
    return await door("zhang")


async def written(clerk: Browser, scheme: str, do: str = "reckon", key: str = "", **fields: str) -> Page:
    """What the page of a scheme answers to what was typed."""
    page = await clerk.open(f"{NEW}?policy=lingchuan-2020-62&scheme={scheme}")
    chosen = {"policy": "lingchuan-2020-62", "scheme": scheme, "key": key or page.value("key"), "do": do}
    return await clerk.send(NEW, **(PAID_TO | chosen | fields))


async def test_what_is_offered_is_in_force_and_none_of_a_class(zhang: Browser) -> None:
    page = await zhang.open("/staff/claims")
    assert NEW in page.html
    page = await zhang.open(NEW)
    assert "scheme=certificate_subsidy" in page.html and "scheme=project_library" in page.html
    assert "shanxi-2021" not in page.html and "brand_forklift" not in page.html


async def test_by_certificate_a_line_is_worked_out_or_says_what_is_wrong(zhang: Browser, house: House) -> None:
    facts = {"fact_free_of_charge": "true", "fact_first_time": "true"}
    page = await written(zhang, "certificate_subsidy", lines="s 0001\nS0002\nS0001", **facts)
    assert "李*英" in page.text and "第2行“S0002”：证书登记里没有这个编号" in page.text
    assert "第3行“S0001”：和第1行是同一个" in page.text
    assert page.value("bank") == "陵川农商行" and "S0002" in page.html
    fen = page.text.partition("合计 ")[2].partition("元")[0]
    assert fen not in ("", "0")
    page = await written(zhang, "certificate_subsidy", "keep", lines="S0001\nS0002", **facts)
    assert page.status == 422 and "有几行认不出来" in page.text and "第2行“S0002”" in page.text
    page = await written(zhang, "certificate_subsidy", lines="S0001")
    assert "还不知道" in page.text and "不付" in page.text


async def test_by_person_the_facts_are_told_once_for_all(zhang: Browser) -> None:
    page = await zhang.open(f"{NEW}?policy=lingchuan-2020-62&scheme=work_training_insured")
    assert "一共几个月？" in page.text and "是参保企业吗？" in page.text and "企业是哪种规模？" not in page.text
    lines = f"{an_id_number()}\n{an_id_number(serial=13)}"
    page = await written(zhang, "work_training_insured", lines=lines, fact_months="2", fact_insured_firm="true")
    assert "不符合：招的是就业困难人员" in page.text and "名册里没有这个身份证号" in page.text
    page = await written(zhang, "work_training_insured", lines=lines, fact_months="两个")
    assert page.status == 422 and "要填数字" in page.text and an_id_number() in page.html
    page = await written(zhang, "enterprise_training", lines=an_id_number())
    assert "还不知道：一共培训几天" in page.text and "合计 0元" in page.text
    page = await written(zhang, "enterprise_training", lines=an_id_number(), fact_days="10")
    assert "李*英" in page.text and "不付" not in page.text and "合计 0元" not in page.text


async def test_by_thing_an_open_sum_is_typed_with_its_paper(zhang: Browser) -> None:
    page = await written(zhang, "own_assessment", lines="技能评价 20000", fact_staff="300")
    assert "要填按哪份文件" in page.text and "不付" in page.text
    page = await written(zhang, "own_assessment", lines="技能评价 20000", fact_staff="3000", basis="县会议纪要3号")
    assert "县会议纪要3号" in page.text and "合计 20,000元" in page.text


async def test_a_form_sent_twice_is_one_claim_and_goes_its_way(zhang: Browser, house: House, door: Door) -> None:
    first = await written(zhang, "project_library", "keep", key="form-0001", lines="农家乐项目\n电商项目")
    again = await written(zhang, "project_library", "keep", key="form-0001", lines="农家乐项目\n电商项目")
    assert first.path == again.path != NEW and "草稿存好了" in first.text and "农家乐项目" in first.text
    async with house.database.unit() as session:
        assert await session.scalar(select(func.count()).select_from(Claim)) == 1
    page = await zhang.send(f"{first.path}/submit", version=first.value("version"), reason="纸质原件在窗口")
    assert "提交了" in page.text and "待初审" in page.text
    zhou = await door("zhou")
    page = await zhou.open(first.path)
    assert "待复核" in (await zhou.send(f"{first.path}/review", version=page.value("version"))).text


async def test_a_worker_is_paid_for_his_own_certificate_only(zhang: Browser, house: House) -> None:
    facts = {"fact_insurance_months": "24", "fact_upgrade_training": "true", "lines": "S0001"}
    page = await written(zhang, "worker_upgrade", "keep", payee=an_id_number(serial=13), **facts)
    assert page.status == 422 and "名册里没有这个身份证号" in page.text
    page = await written(zhang, "worker_upgrade", "keep", payee=an_id_number(), **facts)
    assert "草稿存好了" in page.text and "李*英" in page.text and an_id_number() not in page.html


async def test_only_clerks_write(zhang: Browser, door: Door) -> None:
    zhou = await door("zhou")
    page = await zhou.open(NEW)
    assert "写补贴申领" in page.text and "scheme=" not in page.html
    assert NEW not in (await zhou.open("/staff/claims")).html


async def test_a_draft_is_opened_again_as_it_was_typed_and_changed(zhang: Browser, house: House, door: Door) -> None:
    first = await written(zhang, "project_library", "keep", lines="农家乐项目\n电商项目")
    edit = f"{first.path}/edit"
    assert edit in first.html
    page = await zhang.open(edit)
    assert "农家乐项目\n电商项目" in page.html and page.value("payee") == "陵川县职业技能鉴定中心"
    assert "6228480012345678" not in page.html
    fields = {
        "payee": "陵川县创业服务中心",
        "lines": "农家乐项目",
        "version": page.value("version"),
        "key": "form-edit",
    }
    reckoned = await zhang.send(edit, **fields, do="reckon")
    assert "算下来" in reckoned.text and reckoned.path == edit
    for _ in range(2):
        page = await zhang.send(edit, **fields, do="keep")
        assert page.path == first.path and "改好了" in page.text and "电商项目" not in page.text
    assert "陵川县创业服务中心" in page.text and "····5678" in page.text, "an account that was not typed stays"
    other = await zhang.send(edit, **(fields | {"lines": "别的项目"}), do="keep")
    assert other.status == 422 and "被别人动过" in other.text, "what was read is not what is there"
    assert "有几行认不出来" in (await zhang.send(edit, **(fields | {"lines": "长" * 61}), do="keep")).text
    zhou = await door("zhou")
    assert (await zhou.open(edit)).status == 403
    page = await zhang.open(first.path)
    await zhang.send(f"{first.path}/submit", version=page.value("version"), reason="纸质原件在窗口")
    assert "不能再改" in (await zhang.open(edit)).text


async def test_whom_a_draft_names_is_never_shown_by_his_number(zhang: Browser, house: House) -> None:
    facts = {"fact_insurance_months": "24", "fact_upgrade_training": "true"}
    first = await written(zhang, "worker_upgrade", "keep", payee=an_id_number(), lines="S0001", **facts)
    page = await zhang.open(f"{first.path}/edit")
    assert an_id_number() not in page.html and page.value("payee").startswith("档案")
    told = {"version": page.value("version"), "key": "form-edit", "payee": page.value("payee"), "lines": "S0001"}
    page = await zhang.send(f"{first.path}/edit", do="keep", **(told | facts | {"fact_insurance_months": "30"}))
    assert "改好了" in page.text and "2,000元" in page.text
    page = await zhang.open(f"{first.path}/edit")
    assert page.value("fact_insurance_months") == "30"
    stranger = await zhang.send(f"{first.path}/edit", do="keep", **(told | facts | {"payee": "档案999"}))
    assert "名册里没有" in stranger.text


async def test_what_a_trainee_is_paid_for_his_days_is_written_by_person(
    zhang: Browser, house: House, clock: Clock
) -> None:
    lines = an_id_number()
    page = await written(zhang, "living_allowance", payee=lines, lines=lines)
    assert "没有上完的班" in page.text
    async with house.database.unit() as session:
        taught = await a_taught_class(session, clock(), trainees=1, days=4)
        await all_marks(session, taught, clock())
        taught.training_class.state, taught.training_class.ended_at = ClassState.ENDED, clock()
        taught.persons[0].region = taught.training_class.region = LINGCHUAN
        number = house.database.vault.open(taught.persons[0].id_sealed)
    page = await written(zhang, "living_allowance", payee=number, lines=number)
    assert "不符合：是贫困劳动力" in page.text
    async with house.database.unit() as session:
        await people.join(session, taught.persons[0], "建档立卡贫困劳动力", "乡村振兴局名单", date(2024, 1, 1))
    page = await written(zhang, "living_allowance", "keep", payee=number, lines=number)
    assert "草稿存好了" in page.text and "×4＝" in page.text
