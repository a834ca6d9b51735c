"""`skillpass policy`: the shelf, a document, and files that do not hold."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from bot.cli.policy import app
from knowledge.library import POLICIES
from tests.shared import SHARED, needs_reference

GUXIAN = POLICIES / "guxian-2024-15.yaml"
SHIPPED = sorted(path.name for path in POLICIES.glob("*.yaml"))


def told(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def with_change(folder: Path, before: str, after: str) -> Path:
    """The county's plan with one thing changed."""
    text = GUXIAN.read_text(encoding="utf-8")
    assert before in text
    changed = folder / "changed.yaml"
    changed.write_text(text.replace(before, after, 1), encoding="utf-8")
    return changed


def test_the_list_tells_place_number_period_and_whether_it_holds() -> None:
    lines = told("list").stdout.splitlines()
    assert len(lines) == len(SHIPPED)
    guxian = next(line for line in lines if "guxian-2024-15" in line)
    assert all(word in guxian for word in ("古县", "古人社发〔2024〕15号", "2024-12-31", "已过期"))


@pytest.mark.parametrize("called", ["guxian-2024-15", "古人社发〔2024〕15号", "15号文"])
def test_a_document_is_shown_by_whatever_it_is_called(called: str) -> None:
    shown = told("show", called).stdout
    assert "前10天每天150元，以后每天100元" in shown and "每人最多5000元" in shown
    assert "三（一）2　订单式、项目制培训补多少、补几天、怎么结账" in shown


def test_a_document_that_is_not_there_is_said_to_be_so() -> None:
    result = told("show", "16号文")
    assert result.exit_code == 1
    assert "guxian-2024-15" in result.stderr


def test_every_shipped_file_holds() -> None:
    result = told("check")
    assert result.exit_code == 0, result.stderr
    assert [line.partition("：")[0] for line in result.stdout.splitlines()] == SHIPPED


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        (
            "rate_first: {value: 150, unit: 元, at: 三（一）2}",
            "rate_first: {value: 150, unit: 元}",
            "figures.rate_first.at",
        ),
        (
            "rate_first: {value: 150, unit: 元, at: 三（一）2}",
            "rate_first: {value: 150, unit: 元, at: 九}",
            "section '九'",
        ),
        ("fact: willing", "fact: eager", "'eager' is not in facts.yaml"),
        ("防止返贫监测对象, 毕业年度", "登山爱好者, 毕业年度", "'登山爱好者' is not in groups.yaml"),
        ("    scheme: order_training", "    scheme: ordered", "'ordered' is not among the schemes"),
        ('region: "141025"', 'region: "999999"', "999999 is not in regions.yaml"),
        ("rate_first: {value: 150,", "rate_first: {value: 151,", "examples:"),
    ],
)
def test_a_file_that_does_not_hold_is_refused_with_file_and_place(
    tmp_path: Path, before: str, after: str, says: str
) -> None:
    result = told("check", with_change(tmp_path, before, after))
    assert result.exit_code == 1
    assert f"{tmp_path / 'changed.yaml'}: " in result.stderr and says in result.stderr


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    result = told("check", tmp_path / "nowhere.yaml")
    assert result.exit_code == 1 and "nowhere.yaml" in result.stderr


def test_a_figure_that_the_official_text_has_nowhere_is_told(tmp_path: Path) -> None:
    text = tmp_path / "official.txt"
    text.write_text("每天补贴１５０元，累计不超过5,000元。", encoding="utf-8")
    result = told("check", GUXIAN, "--text", text)
    assert result.exit_code == 1
    assert "figures.rate_after: 100元 (at 三（一）2)" in result.stderr
    assert "rate_first" not in result.stderr and "cap_person" not in result.stderr


@needs_reference
@pytest.mark.parametrize("name", SHIPPED)
def test_the_figures_stand_in_the_official_texts(name: str) -> None:
    text = SHARED / "policies" / name.replace(".yaml", ".txt")
    result = told("check", POLICIES / name, "--text", text)
    assert result.exit_code == 0, result.stderr
