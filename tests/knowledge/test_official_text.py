"""Official documents: whatever they are made with, the same sections with the same locators come out."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from knowledge import papers
from knowledge.errors import PaperError
from knowledge.library import POLICIES
from knowledge.official import Official, of_paper, read_official
from knowledge.passages import LONGEST, passages
from knowledge.regions import Regions
from tests.papers import docx, pdf
from tests.shared import SHARED, needs_reference, rows

REGIONS = Regions()
PLAN = """古县人力资源和社会保障局文件

古人社发〔２０２５〕７号

关于印发《古县护工培训试行方案》的通知

各乡（镇）人民政府：

《古县护工培训试行方案》已经同意，请照此办理。

古县人力资源和社会保障局
2025年3月6日

古县护工培训试行方案

为让更多人学会照护，定这个方案。

# 一、学什么

**（一）护工班。**教喂饭、翻身、量血压。

1. 班期

每班１０天，学满８天才算。每天上课６小时，午饭自理，路上花的钱凭票报，最多报3

００元。
2．收多少人。每班不超过30人，其中：
（1）脱贫户优先；
（2）50岁以上的放宽。
- （二）育婴班
二、给多少钱
对一、二、三类班分别补。护工班每人补1.5万元，三班
一起办的另算。
（三）考证。考下来补500元。
三、附则
本方案自印发之日起执行。
附件：1.护工班课表
2.报名表

— 3 —
附件1
护工班课表
| 日子 | 课 | 学时 |
| --- | --- | --- |
| 1 | 喂饭 | 6 |
| 2 | 翻身 | 6 |
附件2
报名表
姓名\t年龄\t电话
\t\t
抄送：县财政局。
古县人力资源和社会保障局办公室　2025年3月7日印发
"""


def read(raw: bytes, name: str = "方案.txt") -> Official:
    return of_paper(papers.from_bytes(name, raw), REGIONS)


def sections(raw: bytes) -> dict[str, str]:
    return {section.at: section.text for section in read(raw).sections}


@pytest.fixture(scope="module")
def plan() -> Official:
    return read(PLAN.encode())


def test_the_imprint_is_read_from_head_and_end(plan: Official) -> None:
    assert (plan.title, plan.number) == ("古县护工培训试行方案", "古人社发〔2025〕7号")
    assert (plan.issuer, plan.region, plan.issued) == ("古县人力资源和社会保障局", "141025", date(2025, 3, 6))


def test_sections_have_the_locators_of_their_headings(plan: Official) -> None:
    assert plan.locators == [
        *("文头", "前言", "一", "一（一）", "一（一）1", "一（一）2", "一（一）2（1）", "一（一）2（2）", "一（二）"),
        *("二", "二（三）", "三", "文末", "附件1", "附件2"),
    ]


@pytest.mark.parametrize(
    ("at", "says"),
    [
        ("一（一）", "护工班。教喂饭、翻身、量血压。"),  # a heading glued to its text, marks of Markdown
        ("一（一）1", "最多报300元。"),  # broken by a page within a figure in full width
        ("一（一）2", "收多少人。每班不超过30人"),
        ("二", "对一、二、三类班分别补。护工班每人补1.5万元，三班一起办的另算。"),  # neither 一、 nor 1. is a heading
        ("二（三）", "考下来补500元"),  # numbered on from another chapter
        ("附件1", "2｜翻身｜6"),
        ("附件2", "姓名｜年龄｜电话"),
        ("附件", "喂饭"),
        ("文末", "2025年3月7日印发"),
        ("文首", "古人社发〔2025〕7号"),
        ("引言", "为让更多人学会照护"),
        ("一", "脱贫户优先"),
        ("全文", "抄送"),
    ],
)
def test_text_stands_in_its_section(plan: Official, at: str, says: str) -> None:
    assert says in plan.text(at)


def test_what_is_printed_on_a_page_is_no_text(plan: Official) -> None:
    assert "— 3 —" not in plan.text("全文") and "#" not in plan.text("全文") and "**" not in plan.text("全文")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_text_file_is_read_in_any_usual_encoding(plan: Official, encoding: str) -> None:
    assert read(PLAN.encode(encoding)) == plan


def test_articles_are_cited_without_their_chapter() -> None:
    found = sections(
        "试行办法\n第一章 总则\n第一条 为了照护，定本办法。\n第二章 补贴\n第二条 补贴这样给：\n（一）护工补300元；\n".encode()
    )
    assert list(found) == ["文头", "第一章", "第一条", "第二章", "第二条", "第二条（一）"]


def test_numbers_that_run_straight_through_a_chapter_may_be_cited_so() -> None:
    text = "方案\n一、事\n（一）甲事\n1.去办。\n2.去问。\n（二）乙事\n3.去交。\n二、钱\n（一）丙事\n1.补300元。\n（二）丁事\n1.补500元。\n"
    official = read(f"{text}这几行只是为了凑够字数。".encode())
    assert official.text("一3") == "去交。" and official.straight("一（二）3") == "一3"
    assert official.text("二1") == "" and official.straight("二（一）1") == "二（一）1"


def test_a_plan_behind_a_covering_letter_is_the_document_itself() -> None:
    letter = "关于印发护工方案的通知\n各乡镇：\n现将方案印发给你们。\n附件：护工方案\n古县人社局\n2025年3月6日\n"
    official = read(f"{letter}附件\n古县护工方案\n一、学什么\n学照护。\n二、给多少钱\n每人补300元。\n".encode())
    assert official.text("二") == "给多少钱\n每人补300元。" and official.title == "古县护工方案"
    assert official.issued == date(2025, 3, 6)


def test_word_files_keep_the_order_of_paragraphs_and_tables_and_the_numbers_that_word_makes() -> None:
    blocks = ["古县护工方案", (0, "课"), "学这些：", [["课", "学时"], ["喂饭", "6"]], "课就这些。"]
    found = sections(docx(*blocks, (0, "钱"), (1, "学费"), (1, "路费"), (0, "别的"), (1, "午饭自理")))
    assert found["一"].split("\n") == ["课", "学这些：", "课｜学时", "喂饭｜6", "课就这些。"]
    assert list(found)[2:] == ["二", "二（一）", "二（二）", "三", "三（一）"] and found["三（一）"] == "午饭自理"


def test_pdf_pages_are_joined_without_their_headers_and_numbers() -> None:
    body = [
        "古县护工方案",
        "一、课",
        "学喂饭、翻身、量血压，每天六小时，学满",
        "八天才算，午饭自理，路上花的钱凭票报，",
        "最多报三百元。",
    ]
    header = "古县人社局文件汇编"
    pages = [[header, *body[:3], "- 1 -"], [header, *body[3:], "2"], [header, "二、钱", "每人补300元。", "第3页 共3页"]]
    official = read(pdf(pages), "方案.pdf")
    assert (
        official.text("一")
        == "课\n学喂饭、翻身、量血压，每天六小时，学满八天才算，午饭自理，路上花的钱凭票报，最多报三百元。"
    )
    assert official.text("二") == "钱\n每人补300元。" and official.sections[-1].page == 3
    assert header not in official.text("全文")


def test_pages_without_text_are_told() -> None:
    paper = papers.from_bytes("方案.pdf", pdf([["古县护工方案请大家照此办理"], [], []]))
    assert paper.problems == ("第2、3页没有文字（空白或扫描的图片），没有读进来。",)


def zipped(**parts: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "空的"),
        (b" \r\n\t", "空的"),
        (b"MZ\x90\x00\x03\x00\x00\x00" * 40, "不是文字文件"),
        (bytes(range(128, 256)) * 30, "不是文字文件"),
        (b"Dear all, nothing here is Chinese. " * 9, "不像一份文件"),
        (b"{\\rtf1 abc}", "RTF"),
        ("<!DOCTYPE html><p>护工方案护工方案护工方案</p>".encode(), "网页"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, "旧的 .doc"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "加了密码"),
        (pdf([[], [], []]), "扫描件：3页"),
        (pdf([["护工方案请大家照此办理"]], password="1234"), "加了密码"),
        (b"%PDF-1.7\nnothing more", "PDF 坏了"),
        (docx("古县护工方案")[:900], "不是完整的 .docx"),
        (docx("古县护工方案").replace(b"word/document.xml", b"word/documenx.xml"), "没有 Word 正文"),
        (zipped(xl__workbook_xml=b"<a/>"), "import-faq"),
        (zipped(word__document_xml=b" " * 31 * 1024 * 1024), "太大"),
        (zipped(word__document_xml=b"<a/>"), "不是能读的 .docx"),
    ],
)
def test_what_is_no_document_is_refused_in_one_sentence(raw: bytes, says: str) -> None:
    with pytest.raises(PaperError, match=r"^附件\.bin：") as refused:
        papers.from_bytes("附件.bin", raw)
    assert says in str(refused.value) and "\n" not in str(refused.value)


def test_a_file_that_is_too_large_is_not_opened(tmp_path: Path) -> None:
    large = tmp_path / "方案.pdf"
    with large.open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    with pytest.raises(PaperError, match=r"200MB.*没有打开"):
        papers.read(large)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(PaperError, match=r"没有的\.txt：打不开"):
        papers.read(tmp_path / "没有的.txt")


WORD, PDF = docx("古县护工方案", "一、学照护", [["课", "学时"]]), pdf([["古县护工方案请大家照此办理"]])
_FRAGMENTS = st.sampled_from(
    [
        "一、",
        "（一）",
        "1.",
        "第一条",
        "附件",
        "附件1：课表",
        "①",
        "2025年3月6日",
        "\f",
        "|a|b|c|",
        "护工每人补300元。\n",
        "\n",
        "各位：",
        "２",
    ]
)


@given(st.one_of(st.binary(max_size=300), st.lists(_FRAGMENTS, max_size=60).map(lambda parts: "".join(parts).encode())))
@example(b"PK\x03\x04")
@example("附件\n附件\n附件：这是一份很短的文件而已".encode())
def test_any_bytes_are_a_document_or_a_clear_error(raw: bytes) -> None:
    _is_read_or_refused(raw)


@given(st.sampled_from([WORD, PDF]), st.integers(0, 40_000), st.binary(min_size=1, max_size=12))
def test_a_damaged_file_is_a_document_or_a_clear_error(raw: bytes, place: int, put: bytes) -> None:
    place %= len(raw)
    _is_read_or_refused(raw[:place] + put + raw[place + len(put) :])


def _is_read_or_refused(raw: bytes) -> None:
    with suppress(PaperError):
        official = read(raw)
        assert official.title and "".join(section.text for section in official.sections)


def test_clauses_are_short_and_lose_nothing(plan: Official) -> None:
    found = list(passages(plan))
    assert all(0 < len(passage.text) <= LONGEST for passage in found)
    assert [passage.under for passage in found if passage.at == "一（一）1"] == ["学什么护工班班期"]
    body = [section for section in plan.sections if section.at not in {"文头", "文末"}]
    lost = {
        s.at
        for s in body
        if not all(
            word in "".join(p.under + p.text for p in found if p.at == s.at or s.at in p.at) for word in s.text.split()
        )
    }
    assert lost == set()


@needs_reference
@pytest.mark.parametrize("name", sorted(path.stem for path in POLICIES.glob("*.yaml")))
def test_every_section_of_the_reference_is_found(name: str) -> None:
    official = read_official(SHARED / "policies" / f"{name}.txt", REGIONS).official
    facts = [fact for fact in rows("gold/facts.jsonl") if fact["id"].startswith(name.split("-")[0])]
    assert facts and {fact["section"] for fact in facts if not official.text(fact["section"])} == set()
