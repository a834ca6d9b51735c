"""Draws the reliability curve as SVG: how often what was said with so much sureness was right."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_SIDE, _EDGE = 360, 46
_HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {w}" font-family="sans-serif" font-size="12" fill="#333">'
    '<rect width="{w}" height="{w}" fill="#fff"/>'
)


def reliability(p: NDArray[np.float64], y: NDArray[np.float64], counts: NDArray[np.float64], target: Path) -> None:
    """Write the curve; a dot for each tenth of sureness, as large as it has questions."""
    width = _SIDE + 2 * _EDGE
    parts = [_HEAD.format(w=width), _line((0, 0), (1, 1), "#bbb", dashed=True)]
    for tenth in np.arange(0, 1.01, 0.2):
        parts.append(_line((tenth, 0), (tenth, 1), "#eee") + _line((0, tenth), (1, tenth), "#eee"))
        x, y0 = _at(tenth, 0)
        parts.append(f'<text x="{x}" y="{y0 + 18}" text-anchor="middle">{tenth:.1f}</text>')
        x0, yt = _at(0, tenth)
        parts.append(f'<text x="{x0 - 8}" y="{yt + 4}" text-anchor="end">{tenth:.1f}</text>')
    for low in np.arange(0, 1, 0.1):
        band = (p >= low) & (p < low + 0.1)
        if band.any():
            x, yt = _at(
                float(np.average(p[band], weights=counts[band])), float(np.average(y[band], weights=counts[band]))
            )
            parts.append(
                f'<circle cx="{x:.1f}" cy="{yt:.1f}" r="{3 + np.sqrt(band.sum()) / 4:.1f}" fill="#07c160" opacity=".75"/>'
            )
            parts.append(
                f'<text x="{x:.1f}" y="{yt - 12 - np.sqrt(band.sum()) / 4:.1f}" text-anchor="middle">{band.sum()}</text>'
            )
    parts.append(f'<text x="{width / 2}" y="{width - 8}" text-anchor="middle">sureness of the first topic</text>')
    parts.append(
        f'<text x="14" y="{width / 2}" text-anchor="middle" transform="rotate(-90 14 {width / 2})">share right</text>'
    )
    target.write_text("\n".join([*parts, "</svg>\n"]), encoding="utf-8")


def _at(x: float, y: float) -> tuple[float, float]:
    return round(_EDGE + x * _SIDE, 1), round(_EDGE + (1 - y) * _SIDE, 1)


def _line(start: tuple[float, float], end: tuple[float, float], colour: str, *, dashed: bool = False) -> str:
    (x1, y1), (x2, y2) = _at(*start), _at(*end)
    dash = ' stroke-dasharray="4 4"' if dashed else ""
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{colour}"{dash}/>'
