"""The attendance sheet read back from the file: every field is the register's, and it is set up to print."""

from __future__ import annotations

from io import BytesIO

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from handlers import sheets
from handlers.sheets import Named
from records import grids, register, standing
from records.grids import Grid, Symbol
from records.institutions import Institution
from records.marks import THERE, Side, Status
from tests.conftest import Clock, fresh
from tests.halls import Hall, a_hall, a_mark, an_entry

IN = st.sampled_from([None, Status.PRESENT, Status.LATE, Status.LEAVE, Status.MADE_UP, Status.ABSENT])
OUT = st.sampled_from([None, Status.OUT, Status.EARLY])
FIRST_LINE, FIRST_CELL = 6, 4  # row and column


def read(content: bytes) -> Worksheet:
    sheet = load_workbook(BytesIO(content))["考勤表"]
    assert isinstance(sheet, Worksheet)
    return sheet


async def written(hall: Hall, session: object, clock: Clock) -> tuple[Grid, Worksheet]:
    grid = await grids.of(session, hall.training_class, clock())  # type: ignore[arg-type]
    school = await session.get_one(Institution, hall.training_class.institution_id)  # type: ignore[attr-defined]
    named = {line.person.id: Named.masked(line.person) for line in grid.lines}
    return grid, read(sheets.attendance_sheet(grid, school, named))


@given(
    marks=st.lists(st.tuples(IN, OUT, IN), min_size=12, max_size=12),
    sign_out=st.booleans(),
    hours=st.sampled_from([6, 9, 50]),
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
async def test_every_field_and_sum_is_the_registers(
    marks: list[tuple[Status | None, Status | None, Status | None]], sign_out: bool, hours: int
) -> None:
    clock, database = Clock(), await fresh("sqlite+aiosqlite:///:memory:")
    async with database.unit() as session:
        hall = await a_hall(session, clock(), trainees=3, days=2, sign_out=sign_out)
        for number, (came, left, instead) in enumerate(marks):
            trainee, sitting = number % 3, number // 3
            if came is None:
                continue
            mark = await a_mark(session, hall, trainee, came, clock(), sitting)
            if instead is not None:
                entry = an_entry(instead, clock(), "staff:1", f"c-{mark.id}")
                mark = await register.correct(session, mark, entry, "点错了")
            if left is not None and mark.status in THERE:
                await a_mark(session, hall, trainee, left, clock(), sitting)
        clock.move(hours=hours)
        grid, sheet = await written(hall, session, clock)
        held = await register.holding(session, *(each.id for each in hall.sittings))
    await database.close()
    over = [each for each in hall.sittings if each.ends_at <= clock()]
    for place, enrolment in enumerate(hall.enrolments):
        row = FIRST_LINE + place
        cells = [sheet.cell(row, FIRST_CELL + number).value or "" for number in range(len(hall.sittings))]
        for sitting, cell in zip(hall.sittings, cells, strict=True):
            mark, out = (held.get((sitting.id, enrolment.id, side)) for side in Side)
            if sitting not in over:
                assert cell == ""
            elif mark is None or mark.status == Status.ABSENT:
                assert cell == "缺"
            elif mark.status == Status.LEAVE:
                assert cell == "假"
            elif sign_out and out is None and mark.status != Status.MADE_UP and not sitting.is_open_to_leave(clock()):
                assert cell == "未"
            else:
                early = "早" if out is not None and out.status == Status.EARLY else ""
                name = {Status.PRESENT: "" if early else "√", Status.LATE: "迟", Status.MADE_UP: "补"}[
                    Status(mark.status)
                ]
                assert cell == name + early
        told = standing.tally(hall.training_class, over, held, enrolment.id, 1, clock())
        sums = [sheet.cell(row, FIRST_CELL + len(cells) + number).value for number in range(3)]
        assert sums[:2] == [told.held - told.leave, told.attended]
        assert sum(cell not in ("", "缺", "假", "未") for cell in cells) == told.attended
        assert sum(cell not in ("", "假") for cell in cells) == told.held - told.leave
    last = FIRST_LINE + len(hall.enrolments)
    assert sheet.cell(last, 2).value == "实到人数"
    for number, attended in enumerate(grid.attended):
        assert (sheet.cell(last, FIRST_CELL + number).value or None) == (
            attended or (0 if attended == 0 else None) or None
        )


async def test_the_form_is_the_usual_one_and_prints_across(clock: Clock) -> None:
    database = await fresh("sqlite+aiosqlite:///:memory:")
    async with database.unit() as session:
        hall = await a_hall(session, clock(), trainees=2, days=2, name="=焊工3班", teachers=["冯老师"])
        clock.move(days=3)
        grid, sheet = await written(hall, session, clock)
    await database.close()
    words = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value]
    assert words[0] == "职业技能培训考勤表" and words[1].startswith("班级：=焊工3班")
    assert "2026年11月20日至11月21日，2天4节" in words[2] and "冯老师" in words[2]
    assert [sheet.cell(4, column).value for column in (1, 2, 3, 4, 6, 8, 9, 10)] == [
        "序号", "姓名", "身份证号", "11/20", "11/21", "应到", "实到", "出勤率",
    ]  # fmt: skip
    assert [sheet.cell(5, column).value for column in range(4, 8)] == ["上", "下", "上", "下"]
    assert [sheet.cell(6, column).value for column in (1, 2, 3)] == [1, "李*英", "1405**********002X"]
    assert sheet.cell(6, 10).value == 0 and sheet.cell(6, 10).number_format == "0.0%"
    assert any("教师签字" in each and "机构盖章" in each for each in words)
    legend = next(each for each in words if each.startswith("说明"))
    assert all(f"{each}" in legend for each in Symbol if each is not Symbol.UNSIGNED) and "没签退" not in legend
    assert sheet.freeze_panes == "D6" and sheet.print_title_rows == "$4:$5"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.page_setup.fitToWidth == 1 and sheet.page_setup.fitToHeight == 0
    assert sheet.sheet_properties.pageSetUpPr is not None and sheet.sheet_properties.pageSetUpPr.fitToPage
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert sheets.file_name(hall.training_class, grid) == "=焊工3班考勤表20261123.xlsx"
