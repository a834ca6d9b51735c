"""A sketch of where check-ins came from: the fence and the points, to scale, drawn without anybody's map."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from records.classes import TrainingClass
from records.proofs import Proof

WIDTH, HEIGHT = 320.0, 220.0
_MARGIN = 30.0
_ONE_DEGREE = 111_195.0  # metres to the north
_SMALLEST = 4.0  # of the fence where the points are far away
_NEAR = 12.0
_BAR = 0.3  # of the width, at most


@dataclass(frozen=True)
class Point:
    """One place that was offered, or several so near that they look like one; lengths in the picture's own units."""

    numbers: str  # of the facts: 2、4
    x: float
    y: float
    doubt: float  # radius
    is_outside: bool


@dataclass(frozen=True)
class Sketch:
    """The whole picture."""

    x: float  # the venue
    y: float
    radius: float
    points: Sequence[Point]
    bar: float
    bar_says: str
    says: str  # in words, for who cannot see it

    @property
    def way(self) -> str:
        """From place to place, in the order of time."""
        return " L".join(f"{point.x},{point.y}" for point in self.points)


def sketch(training_class: TrainingClass, facts: Sequence[Proof]) -> Sketch | None:
    """North is up; None where no place was offered. The numbers are those of the facts, from 1."""
    places = [(number, fact, _metres(training_class, fact)) for number, fact in enumerate(facts, 1) if fact.latitude]
    if not places:
        return None
    radius = float(training_class.radius)
    wide = [-radius, radius, *(east for _, _, (east, _) in places)]
    high = [-radius, radius, *(north for _, _, (_, north) in places)]
    scale = min(
        (WIDTH - 2 * _MARGIN) / (max(wide) - min(wide)), (HEIGHT - 2 * _MARGIN) / (max(high) - min(high))
    )  # units a metre
    left, top = (max(wide) + min(wide)) / 2, (max(high) + min(high)) / 2

    def at(east: float, north: float) -> tuple[float, float]:
        return round(WIDTH / 2 + (east - left) * scale, 1), round(HEIGHT / 2 - (north - top) * scale, 1)

    points = [
        Point(str(number), *at(east, north), round((fact.accuracy or 0.0) * scale, 1), (fact.distance or 0) > radius)
        for number, fact, (east, north) in places
    ]
    bar = _round_down(WIDTH * _BAR / scale)
    far = "；".join(f"第{number}条离教室{fact.distance}米" for number, fact, _ in places)
    return Sketch(
        *at(0, 0), round(max(_SMALLEST, radius * scale), 1), _merged(points), round(bar * scale, 1), _length(bar),
        f"围栏半径{training_class.radius}米；{far}",
    )  # fmt: skip


def _merged(points: Sequence[Point]) -> list[Point]:
    found: list[Point] = []
    for point in points:
        near = (each for each in found if math.hypot(each.x - point.x, each.y - point.y) < _NEAR)
        if each := next(near, None):
            found[found.index(each)] = replace(each, numbers=f"{each.numbers}、{point.numbers}")
        else:
            found.append(point)
    return found


def _metres(training_class: TrainingClass, fact: Proof) -> tuple[float, float]:
    """East and north of the venue."""
    assert fact.latitude is not None and fact.longitude is not None, "only places are drawn"
    shrunk = math.cos(math.radians(training_class.latitude))
    return (
        (fact.longitude - training_class.longitude) * _ONE_DEGREE * shrunk,
        (fact.latitude - training_class.latitude) * _ONE_DEGREE,
    )


def _round_down(value: float) -> int:
    """The next lower 1, 2 or 5 with zeros."""
    power = 10 ** math.floor(math.log10(max(1.0, value)))
    return int(power * max(step for step in (1, 2, 5) if step * power <= max(1.0, value)))


def _length(metres: int) -> str:
    return f"{metres}米" if metres < 1000 else f"{metres // 1000}公里"
