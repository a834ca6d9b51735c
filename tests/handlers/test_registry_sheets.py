"""A registry's sheet, row by row: what is read, and each kind of fault with what to do."""

from __future__ import annotations

from datetime import date

import pytest

from handlers import registry_sheets
from handlers.registry_sheets import Reader
from knowledge.regions import Regions
from records.errors import Refused
from records.registry import Line, Row
from tests.registry import HEADER, a_csv, a_row, an_xlsx

TODAY = date(2026, 11, 20)
REGIONS = Regions()


def read(content: bytes) -> list[Line]:
    return Reader(content, "140524", REGIONS, TODAY).read(100)


@pytest.mark.parametrize("content", [an_xlsx([a_row(1)]), a_csv([a_row(1)]), a_csv([a_row(1)], "gb18030")])
def test_a_row_is_read_from_every_kind_of_file(content: bytes) -> None:
    (line,) = read(content)
    assert line.row is not None and not line.faults
    assert (line.row.name, line.row.region, line.row.town) == ("李秀英", "140524", "附城镇")
    assert (line.row.groups, line.row.proof, line.row.since) == (("脱贫劳动力",), "乡村振兴局名单", date(2024, 3, 1))


def test_the_heading_may_stand_lower_under_other_names_and_other_columns_are_said() -> None:
    content = an_xlsx([("1", "李秀英", a_row(1)[1])], ("序号", "劳动力姓名", "公民身份号码*"), "陵川县劳动力档案")
    assert registry_sheets.heading(content).ignored == ("序号",)
    assert [line.row.name for line in read(content) if line.row] == ["李秀英"]


@pytest.mark.parametrize(
    "row, column, expected",
    [
        (a_row(1, id_number="14052419680506001"), "身份证号", "应是18位，这里只有17位"),
        (a_row(1, id_number=a_row(1)[1][:17] + ("0" if a_row(1)[1][17] != "0" else "1")), "身份证号", "校验不对"),
        (a_row(1, name=""), "姓名", "姓名不能空"),
        (a_row(1, phone="0356-12"), "手机号", "11位手机号"),
        (a_row(1, region="古县"), "地区", "应在陵川县"),
        (a_row(1, group="退役军仁"), "群体", "是不是“退役军人”"),
        (a_row(1, since="2024-13-01"), "起始日期", "应是日期"),
        (a_row(1, since="2027-01-01"), "起始日期", "不晚于今天"),
    ],
)
def test_a_fault_says_column_what_came_and_what_was_expected(row: tuple[str, ...], column: str, expected: str) -> None:
    (line,) = read(an_xlsx([row]))
    (fault,) = line.faults
    assert (line.row, fault.row, fault.column) == (None, "第2行", column)
    assert expected in fault.expected


def test_who_stands_twice_is_taken_once_and_another_name_is_a_fault() -> None:
    first, again, other = read(a_csv([a_row(1), a_row(1), a_row(1, name="王强")]))
    assert isinstance(first.row, Row)
    assert "同一个人" in again.faults[0].expected
    assert "李*英" in other.faults[0].expected and other.faults[0].came == "王*"


def test_a_sheet_of_something_else_is_refused() -> None:
    with pytest.raises(Refused, match="没找到表头"):
        registry_sheets.heading(an_xlsx([("a", "b")], ("券号", "金额")))
    with pytest.raises(Refused, match="下面没有人"):
        registry_sheets.count(an_xlsx([], HEADER))
    with pytest.raises(Refused, match="不是完整的"):
        registry_sheets.heading(b"PK\x03\x04 broken")
