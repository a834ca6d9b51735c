"""Measures how many right answers one slip a message costs, by its kind.

Run: python -m tests.bench.noise [--show N]. Every single question of tests/questions is asked as it stands and with
one edit of each kind (tests/noise.py), and judged alike.
"""

from __future__ import annotations

import argparse
import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from random import Random

from bot.cli.ask import Day, scratch_house
from handlers import skills
from handlers.context import Context
from handlers.message import Kind as Message_Kind
from handlers.message import Message, Reply
from tests.bench.judging import Verdict, judge
from tests.bench.questions import Row, rows
from tests.noise import Kind, one_edit


@dataclass(frozen=True)
class Asked:
    """A question as it was put, and what came of it."""

    row: Row
    reply: Reply
    verdict: Verdict


async def ask(given: Iterable[Row]) -> list[Asked]:
    """The reply to each single question, outside any talk; nothing is kept."""
    clock = Day()
    house = await scratch_house(clock)
    asked = []
    async with house.database.unit() as session:
        for row in given:
            clock.day = date.fromisoformat(row.today)
            code = house.shelf.regions.find(row.region) if row.region else None
            context = replace(Context.apart(house, code or ""), session=session)
            context.talk.region = context.follower.region = code
            meaning = house.understanding.read(row.turns[0])
            message = Message(row.id, "", Message_Kind.TEXT, house.clock(), row.turns[0])
            reply = await skills.handler_for(message, meaning)(message, meaning, context)
            asked.append(Asked(row, reply, judge(row, reply.text, reply.outcome)))
        await session.rollback()
    await house.database.close()
    return asked


def single() -> list[Row]:
    """The questions that stand alone."""
    return [row for row in rows() if len(row.turns) == 1]


def noisy(given: Sequence[Row], kind: Kind) -> list[Row]:
    """The questions with one edit each, the same ones every time; those that offer no place for it stay away."""
    edited = ((row, one_edit(row.turns[0], kind, Random(f"{row.id} {kind}"))) for row in given)
    return [replace(row, turns=(text,)) for row, text in edited if text != row.turns[0]]


def share(asked: Sequence[Asked], verdict: Verdict = Verdict.RIGHT) -> float:
    """How many of the replies got a verdict, in percent."""
    return 100 * sum(each.verdict is verdict for each in asked) / max(1, len(asked))


def line(name: str, asked: Sequence[Asked], clean: dict[str, Asked]) -> str:
    """The figures of one kind, beside those of the same questions without the slip."""
    same = [clean[each.row.id] for each in asked]
    fall = share(same) - share(asked)
    return f"{name:<12}{len(asked):>8}{share(asked):>9.1f}{share(asked, Verdict.WRONG):>9.1f}{fall:>8.1f}"


def main() -> None:
    """Print right and wrong, clean and by kind, in percent, and the fall in points."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--show", type=int, default=0, help="print so many questions of each kind that a slip lost")
    show = parser.parse_args().show
    given = single()
    by_kind = {kind: noisy(given, kind) for kind in Kind}
    asked = asyncio.run(ask([*given, *(row for kind in Kind for row in by_kind[kind])]))
    clean = {each.row.id: each for each in asked[: len(given)]}
    print(f"{'':<12}{'asked':>8}{'right':>9}{'wrong':>9}{'fall':>8}")
    print(line("clean", asked[: len(given)], clean))
    rest = iter(asked[len(given) :])
    for kind in Kind:
        found = [next(rest) for _ in by_kind[kind]]
        print(line(kind, found, clean))
        lost = [each for each in found if each.verdict is not Verdict.RIGHT is clean[each.row.id].verdict]
        for each in lost[:show]:
            was = clean[each.row.id].row.turns[0]
            print(f"  {each.row.id} {was} → {each.row.turns[0]} → {each.reply.intent} {each.reply.text[:60]!r}")
        print(f"  lost to {dict(Counter(each.reply.intent for each in lost).most_common(4))}") if show else None
    print(line("all", asked[len(given) :], clean))


if __name__ == "__main__":
    main()
