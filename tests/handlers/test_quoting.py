"""Quoting an official document: word for word, marked as a quotation, only where a clause speaks of what is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from handlers import quoting, reading
from handlers.context import Context, House
from handlers.house import knowing
from handlers.message import Citation, Outcome, Reply
from handlers.talk import Talk
from knowledge.listed import EVERYWHERE
from knowledge.official import Official
from knowledge.papers import Line
from knowledge.sections import sections_of
from knowledge.shelf import Shelf

QINSHUI, GUXIAN = "140521", "141025"
PLAN = """沁水县养蜂扶持办法
一、补助
（一）蜂箱。新购标准蜂箱的养蜂户，每箱给予补助80元，每户最多补助50箱。补助款于每年10月底前打入一卡通。（责任单位：县农业农村局）
（二）转场。蜂农转场放蜂的，凭运费票据报销一半运费。
二、办理
养蜂户向村委会提出申请，提交身份证、蜂箱购买发票和蜂场照片。
三、其他
蜂农年满60周岁的，优先安排技术员上门指导。"""


def official(text: str, region: str = QINSHUI, number: str | None = "沁政发〔2026〕3号", year: int = 2026) -> Official:
    sections = tuple(sections_of([Line(line) for line in text.split("\n")]))
    return Official("沁水县养蜂扶持办法", number, "沁水县人民政府", region, date(year, 3, 6), sections)


@pytest.fixture(scope="module")
def office(shipped: House) -> House:
    return with_documents(shipped, official(PLAN))


def with_documents(house: House, *documents: Official) -> House:
    return replace(house, knowing=knowing(Shelf(), documents))


def quoted(house: House, text: str, region: str = QINSHUI, **given: object) -> Reply | None:
    context = Context.apart(house, region)
    asked = reading.question(house.understanding.read(text), Talk(region=region), region, house.shelf)
    return quoting.quote(asked, context, **given)  # type: ignore[arg-type]


def test_the_clause_is_quoted_as_such_with_its_section(office: House) -> None:
    reply = quoted(office, "新购蜂箱每箱补助多少钱")
    assert reply is not None and reply.outcome is Outcome.ANSWER
    assert reply.citations == (Citation("沁政发〔2026〕3号", "一（一）"),)
    assert reply.text.split("\n") == [
        "文件原文这样写（摘录）：",
        "「新购标准蜂箱的养蜂户，每箱给予补助80元，每户最多补助50箱。」",
        "依据：沁政发〔2026〕3号 一（一）",
    ]


@pytest.mark.parametrize(
    ("asked", "section"),
    [
        ("放蜂转场的运费报不报", "一（二）"),
        ("养蜂户申请蜂箱补助交什么材料", "二"),
        ("蜂农多大年龄优先上门指导", "三"),
        ("沁水县的蜂箱补助几月打款", "一（一）"),
    ],
)
def test_the_right_clause_is_found(office: House, asked: str, section: str) -> None:
    reply = quoted(office, asked)
    assert reply is not None and reply.citations[0].section == section


@pytest.mark.parametrize(
    "asked", ["公积金怎么提取", "蜂农考下高级技师证补多少钱", "今天天气怎么样", "转场运费一公里报多少钱"]
)
def test_nothing_is_quoted_where_no_clause_speaks_of_it(office: House, asked: str) -> None:
    assert quoted(office, asked) is None


def test_another_county_is_not_quoted(office: House) -> None:
    assert quoted(office, "新购蜂箱每箱补助多少钱", GUXIAN) is None


def test_what_holds_everywhere_is_quoted_in_every_place_and_the_places_own_first(shipped: House) -> None:
    own, national = official(PLAN), official(PLAN.replace("80元", "60元"), EVERYWHERE, "农发〔2026〕9号")
    house = with_documents(shipped, national, own)
    found = [quoted(house, "新购蜂箱每箱补助多少钱", place) for place in (QINSHUI, GUXIAN)]
    assert ["80元" in found[0].text, "60元" in found[1].text] == [True, True]  # type: ignore[union-attr]


def test_of_two_documents_of_one_place_the_later_counts(shipped: House) -> None:
    old = official(PLAN.replace("80元", "70元"), number="沁政发〔2019〕1号", year=2019)
    reply = quoted(with_documents(shipped, old, official(PLAN)), "新购蜂箱每箱补助多少钱")
    assert reply is not None and "80元" in reply.text


def test_an_old_document_is_not_passed_off_as_current(shipped: House) -> None:
    reply = quoted(with_documents(shipped, official(PLAN, year=2019)), "新购蜂箱每箱补助多少钱")
    assert reply is not None and "文件是2019年3月印发的，现在是否还执行" in reply.text


def test_a_nearer_document_is_quoted_instead_of_a_prepared_answer_and_a_farther_one_is_not(office: House) -> None:
    policies = {policy.region: policy for policy in office.shelf.policies}
    asked = "新购蜂箱每箱补助多少钱"
    assert quoted(office, asked, instead_of=policies["140000"]) is not None
    county = replace(policies["140000"], document=policies["140000"].document.model_copy(deep=True))
    identity = county.document.document.model_copy(update={"region": QINSHUI})
    own = replace(county, document=county.document.model_copy(update={"document": identity}))
    assert quoted(office, asked, instead_of=own) is None


def test_a_document_with_prepared_answers_is_cited_by_the_locators_of_its_own(shipped: House) -> None:
    text = "方案\n一、想法\n二、目标\n三、重点工作\n（一）养蜂\n1.蜂箱。新购蜂箱每箱补助80元。\n（二）放蜂\n15.转场放蜂的蜂农，凭运费票据每次报销运费300元。"
    document = official(text.replace("（二）放蜂\n15.", "（二）放蜂\n2."), "140800", "运政办发〔2020〕14号")
    sections = tuple(replace(s, at=s.at.replace("（二）2", "（二）15")) for s in document.sections)
    house = with_documents(shipped, replace(document, sections=sections))
    reply = quoted(house, "转场放蜂的蜂农凭运费票据报销多少运费", "140800")
    assert reply is not None and reply.citations == (Citation("运政办发〔2020〕14号", "三15"),)
