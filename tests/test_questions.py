"""What people ask, in words that the service was never taught: every fact is found, and hardly anything is answered wrongly."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict

import pytest

from config.settings import Settings
from handlers.house import open_house
from tests.bench.asking import Answered, ask
from tests.bench.judging import Verdict
from tests.bench.questions import rows
from tests.conftest import SECRET
from tests.shared import needs_reference
from tests.shared import rows as reference


@pytest.fixture(scope="module")
def answered() -> list[Answered]:
    return asyncio.run(ask(rows()))


@needs_reference
def test_every_fact_is_asked_in_at_least_two_ways() -> None:
    asked = Counter(fact for row in rows() for fact in row.facts)
    assert [fact["id"] for fact in reference("gold/facts.jsonl") if asked[fact["id"]] < 2] == []


def test_no_question_is_among_the_wordings_that_are_known() -> None:
    house = open_house(Settings(database_url="sqlite+aiosqlite:///:memory:", secret_key=SECRET))
    known = {wording for _, wording in house.shelf.questions()}
    assert [row.id for row in rows() if row.turns[-1] in known] == []


def test_nearly_every_question_is_answered_right_and_hardly_any_wrongly(answered: list[Answered]) -> None:
    verdicts = Counter(each.verdict for each in answered)
    assert verdicts[Verdict.RIGHT] / len(answered) >= 0.93
    assert verdicts[Verdict.WRONG] / len(answered) <= 0.05


def test_every_fact_is_found_by_one_of_its_questions(answered: list[Answered]) -> None:
    found: dict[str, set[Verdict]] = defaultdict(set)
    for each in answered:
        for fact in each.row.facts:
            found[fact].add(each.verdict)
    lost = [fact for fact, verdicts in found.items() if Verdict.RIGHT not in verdicts]
    assert len(lost) <= 0.01 * len(found), lost


def test_no_reply_is_longer_than_a_phone_shows_and_answers_cite(answered: list[Answered]) -> None:
    assert [each.row.id for each in answered if len(each.reply["text"]) > 400] == []
    assert [
        each.row.id
        for each in answered
        if each.reply["intent"].startswith("ask.") and each.reply["outcome"] == "answer" and not each.reply["citations"]
    ] == []
