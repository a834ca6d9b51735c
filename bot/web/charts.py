"""The geometry of the charts; parts.html draws them as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import pi

RADIUS = 52.0
_NAMES = 6  # under a line chart
HEIGHT = 100.0  # of a line chart; its width is 100 too, and the picture is stretched to its place


@dataclass(frozen=True)
class Bar:
    """One bar of a bar chart."""

    name: str
    value: float
    percent: float  # of the longest


@dataclass(frozen=True)
class Aim:
    """One bar beside the mark that it should reach, in percent of the picture's width."""

    name: str
    done: float
    wanted: float
    percent: float
    mark: float


@dataclass(frozen=True)
class Line:
    """A line through points, with what is written beside it."""

    path: str
    area: str
    dots: Sequence[tuple[float, float]]
    top: int
    names: Sequence[str]


def bars(series: Sequence[tuple[str, float]]) -> list[Bar]:
    """Bars in the order given, the longest full."""
    longest = max((value for _, value in series), default=0) or 1
    return [Bar(name, value, round(max(0.0, value) / longest * 100, 1)) for name, value in series]


def aims(series: Sequence[tuple[str, float, float]]) -> list[Aim]:
    """Bars of (name, done, wanted), each on a scale of its own, a little longer than the longer of the two."""
    return [
        Aim(name, done, wanted, round(max(0.0, done) / scale * 100, 1), round(wanted / scale * 100, 1))
        for name, done, wanted in series
        for scale in [1.04 * max(done, wanted) or 1]
    ]


def line(points: Sequence[tuple[str, float]]) -> Line:
    """A line from left to right; a figure that is the same all the time is a level line."""
    top = _round_up(max((value for _, value in points), default=0))
    step = 100 / max(1, len(points) - 1)
    dots = [
        (round(number * step, 2), round(HEIGHT - value / top * HEIGHT, 2)) for number, (_, value) in enumerate(points)
    ]
    path = " L".join(f"{x},{y}" for x, y in dots)
    area = f"M0,{HEIGHT} L{path} L{dots[-1][0]},{HEIGHT} Z" if dots else ""
    return Line(f"M{path}" if dots else "", area, dots, int(top), _some([name for name, _ in points]))


def ring(part: float, whole: float) -> tuple[float, float]:
    """How long the filled part of a ring is, and the whole way round."""
    around = 2 * pi * RADIUS
    return round(around * min(1.0, max(0.0, part / whole if whole else 0.0)), 2), round(around, 2)


def _some(names: list[str]) -> list[str]:
    """As many names as there is room for, evenly spaced, with the first and the last."""
    if len(names) <= _NAMES:
        return names
    return [names[round(number * (len(names) - 1) / (_NAMES - 1))] for number in range(_NAMES)]


def _round_up(value: float) -> float:
    """The next 1, 2 or 5 with zeros: what stands at the top of the scale."""
    top = 1.0
    while top < value:
        top *= 2.5 if str(top)[0] == "2" else 2
    return top
