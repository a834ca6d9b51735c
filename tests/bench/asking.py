"""Puts the questions of tests/questions to the service, each from a fresh worker, the way a WeChat message goes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bot.cli.ask import Day, answer_row, scratch_house
from tests.bench.judging import Verdict, judge
from tests.bench.questions import Row


@dataclass(frozen=True)
class Answered:
    """A question with the reply to its last turn."""

    row: Row
    reply: dict[str, Any]  # as `skillpass ask --jsonl` writes it

    @property
    def verdict(self) -> Verdict:
        """How the reply is judged."""
        return judge(self.row, self.reply["text"], self.reply["outcome"])


async def ask(rows: Iterable[Row]) -> list[Answered]:
    """All replies, in the order of the questions."""
    clock = Day()
    house = await scratch_house(clock)
    answered = []
    for number, row in enumerate(rows):
        given = {"id": row.id, "region": row.region, "today": row.today, "turns": list(row.turns)}
        line = await answer_row(given, number, house, clock)
        answered.append(Answered(row, line["replies"][-1]))
    await house.database.close()
    return answered
