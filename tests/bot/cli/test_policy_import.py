"""`skillpass policy import`: what it shows and refuses, and that the service quotes and checks by what it keeps."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from bot.cli.main import app as skillpass
from bot.cli.policy import app
from handlers.context import House
from handlers.dispatch import handle
from handlers.message import Kind, Message, Outcome
from handlers.renewal import renew
from knowledge.library import POLICIES
from records import followers
from tests.conftest import fresh
from tests.papers import docx, pdf
from tests.shared import SHARED, needs_reference

PLAN = """洛阳市人社局文件
洛人社发〔2026〕3号
洛阳市新型学徒制补助办法
一、补助
企业新型学徒制培训，每名学徒每年补助80元。
| 厂 | 人数 |
| 一厂 | 50 |
二、办理
企业向人社局申请，交学徒名册。
洛阳市人社局
2026年9月6日
"""
ASKED = "企业新型学徒制每人每年补多少钱"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "学徒.txt"
    path.write_text(PLAN, encoding="gb18030")
    return path


def told(*words: str | Path) -> Result:
    return CliRunner().invoke(app, list(map(str, words)))


def test_it_shows_what_it_read(office: str, file: Path) -> None:
    shown = told("import", file, "--dry-run").stdout
    assert "《洛阳市新型学徒制补助办法》洛人社发〔2026〕3号" in shown
    assert "洛阳市人社局　洛阳市　2026-09-06印发" in shown
    assert "文头、一、二、文末，共4节" in shown and "表格2行" in shown and "没有保存" in shown


def test_the_same_file_twice_is_one_document(office: str, file: Path) -> None:
    assert "已导入" in told("import", file).stdout
    assert "没有变化" in told("import", file).stdout
    file.write_text(PLAN.replace("80元", "90元"), encoding="utf-8")
    assert "已换成这一版" in told("import", file).stdout
    file.write_text(PLAN, encoding="gb18030")
    assert "已换回" in told("import", file).stdout


def test_what_cannot_be_read_is_said_and_the_others_are_imported(office: str, file: Path, tmp_path: Path) -> None:
    scan, program = tmp_path / "扫描.pdf", tmp_path / "程序.docx"
    scan.write_bytes(pdf([[], []]))
    program.write_bytes(b"MZ\x90\x00" * 100)
    result = told("import", scan, file, program, tmp_path / "没有.txt")
    assert result.exit_code == 1 and "已导入" in result.stdout
    for says in ("扫描.pdf：是扫描件：2页", "程序.docx：不是文字文件", "没有.txt：打不开", "4份里有3份没有导入"):
        assert says in result.stderr
    assert "Traceback" not in result.stderr


def test_a_place_that_the_text_does_not_tell_must_be_named(office: str, tmp_path: Path) -> None:
    path = tmp_path / "办法.docx"
    path.write_bytes(docx("新型学徒制补助办法", "一、补助", "每名学徒每年补助80元。"))
    assert "--region" in told("import", path).stderr
    assert "火星县" in told("import", path, "--region", "火星县").stderr
    assert "古县" in told("import", path, "--region", "古县").stdout
    assert "全国" in told("import", path, "--region", "全国").stdout


async def test_a_running_service_quotes_what_was_imported(office: str, file: Path, shipped: House) -> None:
    house = replace(shipped, database=await fresh(office))
    async with house.database.unit() as session:
        follower = await followers.meet(session, "worker", house.clock())
        follower.region = "410300"
    before = await handle(Message("1", "worker", Kind.TEXT, house.clock(), ASKED), house)
    assert before.outcome is not Outcome.ANSWER
    assert (await asyncio.to_thread(told, "import", file)).exit_code == 0
    assert await renew(house)
    reply = await handle(Message("2", "worker", Kind.TEXT, house.clock(), ASKED), house)
    assert "「企业新型学徒制培训，每名学徒每年补助80元。」" in reply.text and reply.outcome is Outcome.ANSWER
    assert [(cited.document, cited.section) for cited in reply.citations] == [("洛人社发〔2026〕3号", "一")]
    await house.database.close()


def test_documents_and_lists_are_added_for_one_run(file: Path, tmp_path: Path) -> None:
    listed = tmp_path / "办事问答.csv"
    listed.write_text("编号,问题,答案\n7,居住证签注怎么办,到社区签注。\n", encoding="utf-8")
    rows = [
        {"id": "apprentice", "region": "洛阳市", "turns": [ASKED]},
        {"id": "elsewhere", "region": "陵川县", "turns": [ASKED]},
        {"id": "list", "region": "古县", "turns": ["居住证签注怎么办"]},
    ]
    given = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    words = ["ask", "--jsonl", "--knowledge", str(file), "--knowledge", str(listed)]
    result = CliRunner().invoke(skillpass, words, input=given)
    assert result.exit_code == 0, result.output
    apprentice, elsewhere, row = [json.loads(line)["replies"][0] for line in result.stdout.splitlines()]
    assert apprentice["outcome"] == "answer" and apprentice["citations"] == [
        {"document": "洛人社发〔2026〕3号", "section": "一"}
    ]
    assert "80元" not in elsewhere["text"]
    assert row["citations"] == [{"document": "办事问答", "section": "7"}]


@pytest.mark.parametrize(("name", "says"), [("问答.doc", "要文件原文"), ("没有.txt", "打不开"), ("空.pdf", "空的")])
def test_a_file_that_cannot_be_added_is_named(tmp_path: Path, name: str, says: str) -> None:
    if "没有" not in name:
        (tmp_path / name).write_bytes(b"")
    result = CliRunner().invoke(skillpass, ["ask", "--jsonl", "--knowledge", str(tmp_path / name)], input="")
    assert result.exit_code == 1 and name in result.stderr and says in result.stderr


@needs_reference
def test_every_shipped_file_holds_against_the_official_texts_that_were_imported(office: str) -> None:
    assert "没核对章节和数字" in told("check").stdout
    assert told("import", *sorted((SHARED / "policies").glob("*.txt"))).exit_code == 0
    result = told("check")
    assert result.exit_code == 0, result.stderr
    assert "没核对" not in result.stdout and result.stdout.count("没有问题") == len(list(POLICIES.glob("*.yaml")))


def test_a_section_and_a_figure_that_the_imported_text_has_elsewhere_are_told(office: str, tmp_path: Path) -> None:
    text = tmp_path / "official.txt"
    text.write_text(
        "古县方案\n古人社发〔2024〕15号\n一、思想\n二、目标\n三、培训\n（一）订单\n1.对象。脱贫户。\n2.标准。前10天每天150元。\n"
        "（二）企业\n1.别的。之后每天100元。",
        encoding="utf-8",
    )
    assert told("import", text).exit_code == 0
    problems = told("check", POLICIES / "guxian-2024-15.yaml").stderr
    assert "sections: 六（四） is not in the official text" in problems
    assert "figures.rate_after: 100元 stands in the official text, but not at 三（一）2" in problems
    assert "rate_first" not in problems
