"""Question lists: read from whatever an office has, answered word for word, near-identical questions found."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from io import BytesIO
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from knowledge import likeness, sheets
from knowledge.errors import ListError
from knowledge.lists import QuestionList, Row, read_list
from knowledge.regions import Regions
from knowledge.shelf import Shelf

REGIONS = Regions()
GUXIAN, LINGCHUAN = "141025", "140524"
HEADER = "编号,问题,相似问法,答案,来源,地区"
LIST = f"{HEADER}\nA1,居住证怎么办,办居住证|居住证去哪办,到派出所。,窗口,古县\n,路灯坏了找谁,,打12345。,,\n"


def listed(folder: Path, text: str | bytes, name: str = "办事问答.csv") -> QuestionList:
    """The list in a file of these contents."""
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_list(path, REGIONS)


def workbook(*sheets_: Sequence[Sequence[object]]) -> bytes:
    """An XLSX file with these sheets."""
    book = Workbook()
    book.remove(book.active)
    for number, lines in enumerate(sheets_, 1):
        sheet = book.create_sheet(f"表{number}")
        for line in lines:
            sheet.append(list(line))
    raw = BytesIO()
    book.save(raw)
    return raw.getvalue()


def a_list(*rows: tuple[str, str], title: str = "办事问答") -> QuestionList:
    """Questions with their answers, numbered from 1."""
    return QuestionList(title, tuple(Row(str(n), question, answer) for n, (question, answer) in enumerate(rows, 1)))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_is_read_in_any_usual_form(tmp_path: Path, encoding: str, delimiter: str) -> None:
    found = listed(tmp_path, LIST.replace(",", delimiter).encode(encoding))
    assert found.title == "办事问答" and not found.problems
    assert found.rows == (
        Row("A1", "居住证怎么办", "到派出所。", ("办居住证", "居住证去哪办"), "窗口", GUXIAN),
        Row("2", "路灯坏了找谁", "打12345。"),
    )


def test_the_same_rows_in_a_workbook_are_the_same_list(tmp_path: Path) -> None:
    cells = [line.split(",") for line in LIST.splitlines()]
    book = listed(tmp_path, workbook([["某某县办事问答"], [], *cells]), "a.xlsx")
    assert book.checksum == listed(tmp_path, LIST).checksum
    assert book.title == "a"


def test_columns_are_known_by_their_english_and_chinese_names(tmp_path: Path) -> None:
    text = "ID,Question,wordings,Answer,source,region\n7,a?,b?|c?,d,e,陵川\n"
    assert listed(tmp_path, text).rows == (Row("7", "a?", "d", ("b?", "c?"), "e", LINGCHUAN),)
    text = "序号,标准问题（必填）,其他问法1,其他问法2,答复*\n7,a?,b?,c?,d\n"
    assert listed(tmp_path, text).rows == (Row("7", "a?", "d", ("b?", "c?")),)


def test_every_sheet_with_a_header_is_read(tmp_path: Path) -> None:
    book = workbook([["问题", "答案"], ["a", "b"]], [["说明"]], [["问题", "答案"], ["c", "d"], ["e", None]])
    found = listed(tmp_path, book, "a.xlsx")
    assert [(row.id, row.question) for row in found.rows] == [("1", "a"), ("2", "c")]
    assert [(p.where, p.says) for p in found.problems] == [("“表3”第3行", "没有答案。")]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("9,,,x,,", "没有问题"),
        ("9,a,,,,", "没有答案"),
        ("A1,a,,x,,", "编号“A1”和第2行重复"),
        ("9,a,,x,,火星县", "不认识地区“火星县”"),
        ("9,a,,=B2&B3,,", "答案是公式"),
        (f"9,{'长' * 201},,x,,", "问题有201个字，最多200个"),
    ],
)
def test_a_bad_row_is_told_with_its_number_and_costs_no_other(tmp_path: Path, line: str, says: str) -> None:
    found = listed(tmp_path, f"{LIST}{line}\n,井盖丢了找谁,,打12345。,,\n")
    assert [row.question for row in found.rows] == ["居住证怎么办", "路灯坏了找谁", "井盖丢了找谁"]
    assert [problem.where for problem in found.problems] == ["第4行"]
    assert says in found.problems[0].says


def test_a_formula_in_a_workbook_is_told(tmp_path: Path) -> None:
    found = listed(tmp_path, workbook([["问题", "答案"], ["a", "=1+1"]]), "a.xlsx")
    assert "公式" in found.problems[0].says and not found.rows


def _locked() -> bytes:
    raw = bytearray(workbook([["问题", "答案"]]))
    for place in range(len(raw) - 4):
        if raw[place : place + 4] == b"PK\x01\x02":
            raw[place + 8] |= 1  # the flag of an encrypted part, in the directory
        if raw[place : place + 4] == b"PK\x03\x04":
            raw[place + 6] |= 1
    return bytes(raw)


def _bomb() -> bytes:
    raw = BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b" " * (sheets._MAX_UNPACKED + 1))
    return raw.getvalue()


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        pytest.param(b"", "空的", id="empty"),
        pytest.param(b" \n\n", "空的", id="blank"),
        pytest.param("今天天气不错。".encode(), "没找到表头", id="prose"),
        pytest.param(b"a,b\n1,2\n", "没找到表头", id="no header"),
        pytest.param(f"{HEADER}\n".encode(), "没有一条问答", id="header alone"),
        pytest.param(b"MZ\x90\x00\x03\x00\xff\xff", "不是表格", id="program"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "密码", id="password or old format"),
        pytest.param(b"PK\x03\x04 cut off", "文件坏了", id="half a workbook"),
        pytest.param(_locked(), "不是能读的", id="locked parts"),
        pytest.param(_bomb(), "太大", id="zip bomb"),
        pytest.param(f'{HEADER}\n1,"{"a" * 140_000}'.encode(), "引号", id="quote left open"),
    ],
)
def test_what_is_no_list_is_refused_in_one_sentence(tmp_path: Path, raw: bytes, says: str) -> None:
    with pytest.raises(ListError, match=says):
        listed(tmp_path, raw)


def test_too_much_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with (tmp_path / "big.csv").open("wb") as file:
        file.truncate(sheets.MAX_BYTES + 1)
    with pytest.raises(ListError, match="最大50MB"):
        read_list(tmp_path / "big.csv", REGIONS)
    with pytest.raises(ListError, match="超过100000行"):
        listed(tmp_path, "问题,答案\n" + "a,b\n" * (sheets.MAX_ROWS + 1))
    with pytest.raises(ListError, match="打不开"):
        read_list(tmp_path / "nowhere.csv", REGIONS)


@given(raw=st.binary(max_size=200) | st.text(alphabet='问题答案,;|"\n=a', max_size=80).map(lambda t: t.encode()))
def test_any_bytes_are_a_list_or_a_clear_error(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(raw)
    try:
        said = read_list(path, REGIONS).title
    except ListError as error:
        said = error.source.removesuffix(".csv")
    assert said == "any"


# ---- on the shelf ------------------------------------------------------------------------------------------------


def test_an_answer_is_said_word_for_word_with_its_row_as_source() -> None:
    shelf = Shelf([], [a_list(("怎么填", "在{姓名}处写名字，{x#}不填。"))])
    (entry,) = (entries[0] for entries in shelf.by_topic.values())
    assert entry.policy.figures.fill(entry.answer.say) == "在{姓名}处写名字，{x#}不填。"
    assert (entry.policy.name, entry.answer.at) == ("办事问答", ("1",))


def test_a_long_answer_ends_with_a_sentence_and_says_that_there_is_more() -> None:
    (entries,) = Shelf([], [a_list(("怎么办", "先这样再那样。" * 60))]).by_topic.values()
    assert len(entries[0].answer.say) <= 280
    assert entries[0].answer.say.endswith("那样。……（全文请问工作人员）")


def test_the_same_question_of_two_places_is_one_topic_answered_by_place() -> None:
    rows = (Row("1", "签注几天", "三天", region=GUXIAN), Row("2", "签注几天？", "五天", region=LINGCHUAN))
    shelf = Shelf([], [QuestionList("问答", (*rows, Row("3", "签注几天", "七天")))])
    (entries,) = shelf.by_topic.values()
    assert len(entries) == 3 and not shelf.telling
    assert [each.region for each in shelf.lists(GUXIAN)] == [GUXIAN, "000000"]
    assert shelf.holds(entries[0].policy, GUXIAN) and not shelf.holds(entries[0].policy, LINGCHUAN)
    assert shelf.holds(entries[2].policy, None) and not shelf.documents(GUXIAN)


def test_the_service_owns_to_not_knowing_a_subject_until_a_list_covers_it() -> None:
    assert "outside.housing_fund" in Shelf().manners
    covered = Shelf(lists=[a_list(("公积金怎么提取", "网上提。"))]).manners
    assert "outside.housing_fund" not in covered and "outside.weather" in covered


# ---- near-identical questions ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "said_of_one", "said_of_other", "open_"),
    [
        ("身份证补领要带什么", "身份证换领要带什么", "身份证补一个", "身份证要换", "身份证要带啥"),
        ("深户怎么办居住证", "非深户怎么办居住证", "深户办居住证", "我非深户咋办居住证", "居住证咋办"),
        ("个人怎么交社保", "单位怎么交社保", "个人交社保", "单位要交社保", "社保咋交"),
    ],
)
def test_near_questions_are_told_apart_by_their_words(
    one: str, other: str, said_of_one: str, said_of_other: str, open_: str
) -> None:
    shelf = Shelf([], [a_list((one, "甲"), (other, "乙"))])
    first, second = (next(t for t, entries in shelf.by_topic.items() if entries[0].answer.at == (n,)) for n in "12")
    assert shelf.rivals(first, said_of_one) == [] and shelf.rivals(second, said_of_one) == [first]
    assert shelf.rivals(second, said_of_other) == [] and shelf.rivals(first, said_of_other) == [second]
    assert shelf.rivals(first, open_) == [second] and shelf.rivals(second, open_) == [first]


def test_of_two_questions_of_which_one_says_more_the_plain_one_needs_no_word() -> None:
    shelf = Shelf([], [a_list(("居住证怎么办", "甲"), ("居住证到期怎么办", "乙"))])
    first, second = shelf.by_topic
    assert shelf.rivals(first, "居住证咋办") == []
    assert shelf.rivals(second, "居住证咋办") == [first]
    assert shelf.rivals(second, "居住证到期了") == []


def test_the_same_question_with_two_answers_is_offered_by_the_answers_beginnings() -> None:
    questions = a_list(("居住证怎么办", "去派出所。"), ("怎么办居住证", "去社区。"))
    (pair,) = likeness.pairs(questions.rows)
    assert not pair.is_told
    shelf = Shelf([], [questions])
    first, second = shelf.by_topic
    assert shelf.rivals(first, "居住证咋办") == [second]
    assert [shelf.topic(each).title for each in (first, second)] == [
        "居住证怎么办（去派出所。）",
        "怎么办居住证（去社区。）",
    ]
    assert shelf.rivals(second, shelf.topic(second).title) == []


def test_questions_with_one_answer_or_of_two_places_are_no_pair() -> None:
    assert likeness.pairs(a_list(("居住证怎么办", "甲"), ("怎么办居住证", "甲")).rows) == []
    rows = (Row("1", "签注几天", "三天", region=GUXIAN), Row("2", "签注几天", "五天", region=LINGCHUAN))
    assert likeness.pairs(rows) == []


def test_a_list_made_of_one_sentence_gives_few_pairs_for_each_row() -> None:
    streets = "东西南北中上下前后新旧大小长短红黄蓝白黑"
    rows = [Row(f"{a}{b}", f"{a}{b}街居住证怎么办理", f"{a}{b}") for a, b in combinations(streets, 2)]
    found = likeness.pairs(rows)
    assert len(rows) <= len(found) <= 16 * len(rows)
    assert all(pair.is_told for pair in found)
