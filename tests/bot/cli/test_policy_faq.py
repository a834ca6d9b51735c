"""`skillpass policy import-faq`: what it shows, what it keeps, and that the service answers from it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from bot.cli.policy import app
from handlers.context import House
from handlers.dispatch import handle
from handlers.message import Kind, Message, Outcome, Reply
from handlers.renewal import renew
from records import followers
from tests.conftest import fresh

LIST = """编号,问题,相似问法,答案,来源
1,居住证签注怎么办,居住证年审,"到期前到社区签注，带{身份证}。",窗口
2,身份证补领要带什么,,户口本。,
3,身份证换领要带什么,,旧证。,
4,暖气报停找谁,,找热力公司。,
5,找谁报停暖气,,找物业。,
6,,,没有问题的答案,
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "办事问答.csv"
    path.write_text(LIST, encoding="gb18030")
    return path


def told(*words: str | Path) -> Result:
    return CliRunner().invoke(app, ["import-faq", *map(str, words)])


def test_it_shows_rows_left_out_and_near_questions(office: str, file: Path) -> None:
    shown = told(file, "--dry-run").stdout
    assert "读了6行，收下5行，1行没收" in shown and "第7行：没有问题。" in shown
    assert "2“身份证补领要带什么”、3“身份证换领要带什么”　区别：补领／换领" in shown
    assert "分不开的问题1对" in shown and "4“暖气报停找谁”、5“找谁报停暖气”" in shown
    assert "没有保存" in shown


def test_the_same_file_twice_is_one_list(office: str, file: Path) -> None:
    assert "已导入" in told(file).stdout
    assert "没有变化" in told(file).stdout
    file.write_text(LIST.replace("旧证", "旧证和照片"), encoding="utf-8")
    assert "已换成新的一版" in told(file).stdout
    file.write_text(LIST, encoding="utf-8")
    assert "已换回" in told(file).stdout


@pytest.mark.parametrize(("text", "says"), [("", "空的"), ("a,b\n1,2", "表头"), ("问题,答案\na,", "没有一行能用")])
def test_what_cannot_be_used_is_refused_with_exit_code_1(office: str, file: Path, text: str, says: str) -> None:
    file.write_text(text, encoding="utf-8")
    result = told(file)
    assert result.exit_code == 1 and says in result.stderr


def test_an_unknown_place_is_refused(office: str, file: Path) -> None:
    result = told(file, "--region", "火星县")
    assert result.exit_code == 1 and "火星县" in result.stderr


async def test_a_running_service_answers_from_the_list_that_was_imported(
    office: str, file: Path, shipped: House
) -> None:
    assert (await asyncio.to_thread(told, file)).exit_code == 0
    house = replace(shipped, database=await fresh(office))
    assert (await said(house, "居住证年审咋弄")).outcome is Outcome.UNKNOWN
    assert await renew(house)
    reply = await said(house, "居住证年审咋办")
    assert "到期前到社区签注，带{身份证}。" in reply.text and "来源：窗口" in reply.text
    assert "依据：办事问答 第1条" in reply.text
    assert reply.outcome is Outcome.ANSWER and [(c.document, c.section) for c in reply.citations] == [("办事问答", "1")]
    assert (await said(house, "焊工培训补多少")).citations[0].document == "古人社发〔2024〕15号"
    await house.database.close()


async def said(house: House, text: str) -> Reply:
    """The reply to a worker of 古县."""
    async with house.database.unit() as session:
        follower = await followers.meet(session, "worker", house.clock())
        follower.region = "141025"
    return await handle(Message(text, "worker", Kind.TEXT, house.clock(), text), house)
