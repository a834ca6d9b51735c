"""`skillpass registry import`: a trial, the import, the rows to mend as a sheet, who is missing, and files it cannot read."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner, Result

from bot.cli import registry
from bot.cli.main import app
from tests.conftest import Clock
from tests.registry import a_csv, a_row, an_xlsx


def told(*words: object) -> Result:
    return CliRunner().invoke(app, ["registry", "import", "--region", "陵川县", *map(str, words)])


def test_a_sheet_is_tried_taken_in_and_again_changes_nothing(office: str, tmp_path: Path) -> None:
    sheet, faults = tmp_path / "档案.xlsx", tmp_path / "问题.xlsx"
    sheet.write_bytes(an_xlsx([a_row(1), a_row(2), a_row(3, phone="12")]))
    tried = told(sheet, "--trial")
    assert tried.exit_code == 0, tried.output
    assert "试读3行：新增2，" in tried.stdout and "有问题1。" in tried.stdout and "没有保存" in tried.stdout
    done = told(sheet, "--faults", faults)
    assert "导入3行：新增2，" in done.stdout and "第4行 手机号“12”" in done.stdout
    assert [cell.value for cell in load_workbook(faults).active[2]][:2] == ["第4行", "手机号"]  # type: ignore[index]
    assert "没有变化2，有问题1" in told(sheet).stdout


def test_who_is_missing_from_a_later_sheet_is_counted(
    office: str, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet, later = tmp_path / "档案.csv", tmp_path / "新档案.csv"
    sheet.write_bytes(a_csv([a_row(1), a_row(2)]))
    later.write_bytes(a_csv([a_row(1)]))
    monkeypatch.setattr(registry, "now", clock)
    assert "新增2" in told(sheet).stdout
    clock.move(days=90)
    assert "以前有、这次没有的1人都还在档案里" in told(later).stdout


def test_a_file_that_is_none_and_a_place_nobody_knows_are_said(office: str, tmp_path: Path) -> None:
    sheet = tmp_path / "别的.csv"
    sheet.write_bytes("券号,金额\n1,2".encode())
    for words, says in (
        ([sheet], "没找到表头"),
        ([tmp_path / "没有.xlsx"], "打不开"),
        ([sheet, "--region", "无名县"], "不认识"),
    ):
        result = told(*words)
        assert result.exit_code == 1 and says in result.stderr, result.output
