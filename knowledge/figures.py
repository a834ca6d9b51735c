"""Figures as people read them, and figures that follow from other figures."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from knowledge.model import Figure

_REFERENCE = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)(#?)\}")
_OPERATIONS: dict[type[ast.operator], Any] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_YUAN = {"元": 1, "万元": 10_000, "亿元": 100_000_000}


class Figures:
    """The figures of one document by name; derived ones are worked out on reading."""

    def __init__(self, figures: Mapping[str, Figure]) -> None:
        self._figures = figures
        self._values: dict[str, Decimal] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._figures

    def names(self) -> list[str]:
        """Every name, in the order of the file."""
        return list(self._figures)

    def figure(self, name: str) -> Figure:
        """The figure as written; KeyError where the document has none of that name."""
        return self._figures[name]

    def value(self, name: str) -> Decimal:
        """The number in its own unit; a derived figure is worked out from the others."""
        if name not in self._values:
            figure = self._figures[name]
            self._values[name] = Decimal(str(figure.value)) if figure.sum is None else self._work_out(figure.sum)
        return self._values[name]

    def fen(self, name: str) -> int:
        """A sum of money in fen; ValueError for a figure that is not money."""
        unit = self._figures[name].unit
        if unit not in _YUAN:
            raise ValueError(f"expected a sum of money, {name} is in {unit!r}")
        return int(self.value(name) * _YUAN[unit] * 100)

    def share(self, name: str) -> Decimal:
        """A percentage as a fraction of one."""
        return self.value(name) / 100

    def shown(self, name: str) -> str:
        """The figure with its unit, as in a sentence."""
        figure = self._figures[name]
        return figure.shown or plain(self.value(name)) + figure.unit

    def fill(self, text: str, more: Mapping[str, str] | None = None) -> str:
        """Put figures into a text: {name} with its unit, {name#} the bare number."""

        def put(match: re.Match[str]) -> str:
            name, bare = match.groups()
            if more and name in more:
                return more[name]
            return plain(self.value(name)) if bare else self.shown(name)

        return _REFERENCE.sub(put, text)

    def _work_out(self, formula: str) -> Decimal:
        def read(node: ast.expr) -> Decimal:
            match node:
                case ast.BinOp():
                    return Decimal(_OPERATIONS[type(node.op)](read(node.left), read(node.right)))
                case ast.Name():
                    return self.share(node.id) if self._figures[node.id].unit == "%" else self.value(node.id)
                case ast.Constant(value=int()):
                    return Decimal(str(node.value))
            raise ValueError(f"expected names, whole numbers and + - * /, got {formula!r}")

        return read(ast.parse(formula, mode="eval").body)


def references(text: str) -> list[str]:
    """The names that a text refers to."""
    return [name for name, _ in _REFERENCE.findall(text)]


def plain(value: Decimal) -> str:
    """A number without trailing zeros or exponent: 72.5, 3500."""
    whole = value.to_integral_value()
    return str(int(whole)) if value == whole else format(value.normalize(), "f")


def yuan(fen: int) -> str:
    """A sum in fen as people read it: 3500元, 337.50元."""
    return f"{fen // 100}元" if fen % 100 == 0 else f"{fen / 100:.2f}元"
