"""The demo's made-up county: who lives there and whose phones follow the account; the same at every start."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from records import id_number

_ELDEST = date(1967, 1, 8)
_APART = 73  # days between two birthdays, which must differ: all ID numbers have the order code 000


@dataclass(frozen=True)
class Worker:
    """A made-up worker of the registry."""

    name: str
    id_number: str
    region: str
    town: str
    group: str
    phone: str


@dataclass(frozen=True)
class Phone:
    """A worker's phone that follows the account."""

    openid: str
    worker: Worker
    note: str
    is_known: bool  # bound to its worker already


@cache
def plan() -> dict[str, Any]:
    """What the county is made of."""
    read: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("county.yaml").read_text(encoding="utf-8"))
    return read


@cache
def workers() -> Sequence[Worker]:
    """The registry; the first are those with phones on the desk."""
    dice, made = random.Random(62), plan()
    count = made["workers"]
    names = [surname + given for surname in made["surnames"] for given in made["given_names"]]
    dice.shuffle(names)
    regions = [region for region, place in made["places"].items() for _ in range(round(place["share"] * count))]
    drawn = dice.choices(list(made["groups"]), list(made["groups"].values()), k=count)
    groups = [*(phone["group"] for phone in made["phones"]), *drawn]
    birthdays = [_ELDEST + timedelta(days=_APART * number + dice.randrange(_APART)) for number in range(count)]
    dice.shuffle(birthdays)
    return [
        _worker(number, *told, dice) for number, told in enumerate(zip(names, regions, groups, birthdays, strict=False))
    ]


def _worker(number: int, name: str, region: str, group: str, born: date, dice: random.Random) -> Worker:
    first = f"{region}{born:%Y%m%d}000"
    town = dice.choice(plan()["places"][region]["towns"])
    return Worker(name, first + id_number.check_character(first), region, town, group, f"1990000{number:04d}")


def phones() -> list[Phone]:
    """Every phone that follows the account: those on the desk, whose people still have to say who they are, first."""
    made, everybody = plan(), workers()
    desk = [
        Phone(phone["openid"], worker, f"{worker.name} {worker.id_number}（{phone['note']}）", False)
        for phone, worker in zip(made["phones"], everybody, strict=False)
    ]
    others = everybody[len(desk) :: 3][: made["followers"]]
    known = [
        Phone(f"oDemoFollower{number:015d}", worker, f"{worker.town}，已实名", True)
        for number, worker in enumerate(others, 1)
    ]
    return desk + known
