"""`skillpass report`: the figures of a period, the sheet, and a period that is none."""

from __future__ import annotations

from pathlib import Path

from openpyxl import load_workbook
from typer.testing import CliRunner, Result

from bot.cli.db import app as db
from bot.cli.main import app
from tests.bot.cli.conftest import Setting


def told(*words: str) -> Result:
    return CliRunner().invoke(app, ["report", *words])


def test_the_report_is_told_and_kept_as_a_sheet(tmp_path: Path, setting: Setting) -> None:
    setting(
        SKILLPASS_DATABASE_URL=f"sqlite+aiosqlite:///{tmp_path}/records.db",
        SKILLPASS_SECRET_KEY="a secret for tests, nothing else",
    )
    assert CliRunner().invoke(db, ["upgrade"]).exit_code == 0
    kept = tmp_path / "report.xlsx"
    result = told("--period", "2021", "--region", "陵川县", "--by", "region", "--xlsx", str(kept))
    assert result.exit_code == 0, result.output
    assert "陵川县2021年" in result.stdout and "结业人次" in result.stdout
    assert load_workbook(kept).sheetnames == ["情况表", "2021年目标", "指标说明"]
    for words, says in ((["--period", "2021-13"], "2026-Q4"), (["--region", "无名县"], "不认识")):
        result = told(*words)
        assert result.exit_code == 1 and says in result.stderr
