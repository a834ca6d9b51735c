"""The components, drawn by themselves."""

from __future__ import annotations

import re

import aiohttp_jinja2
import pytest
from aiohttp import web
from jinja2 import Environment

from bot.web import charts, look
from bot.web.forms import Filled
from tests.bot.web.workshop import ClassForm

EVIL = '"><script>alert(1)</script>'
IMPORT = '{% import "parts.html" as parts with context %}'


@pytest.fixture
def pages(app: web.Application) -> Environment:
    return aiohttp_jinja2.get_env(app._subapps[-1])


@pytest.mark.parametrize(
    "part",
    [
        *(
            f'parts.field(filled, "name", evil, kind="{kind}", hint=evil, options={{evil: evil}}, placeholder=evil)'
            for kind in [
                "text",
                "number",
                "date",
                "time",
                "textarea",
                "select",
                "choice",
                "checks",
                "file",
                "tick",
                "hidden",
            ]
        ),
        "parts.post(evil, evil, fields={evil: evil})",
        "parts.confirm(evil, evil, evil, reason=evil, fields={evil: evil})",
        "parts.steps([evil], 0)",
        "parts.progress(1, 2, evil, address=evil, told=evil)",
        "parts.tile(evil, evil, evil)",
        "parts.bars([(evil, 1)], evil)",
        "parts.line([(evil, 1)], evil)",
        "parts.ring(1, 2, evil)",
        "parts.empty(evil, evil, evil, evil)",
        "parts.chip(evil)",
        "parts.note(evil)",
        'parts.trail([{"what": evil, "who": evil, "note": evil, "at": none}])',
    ],
)
def test_what_people_type_is_shown_as_text(pages: Environment, part: str) -> None:
    filled: Filled[ClassForm] = Filled({"name": EVIL}, {"name": EVIL})
    html = pages.from_string(IMPORT + "{{ " + part + " }}").render(filled=filled, evil=EVIL, csrf="token")
    assert "<script" not in html
    assert "alert(1)" in html
    assert " style=" not in html


def test_every_form_of_the_parts_carries_the_token(pages: Environment) -> None:
    for part in ('parts.post("/x", "好")', 'parts.confirm("/x", "好", "真的？")'):
        html = pages.from_string(IMPORT + "{{ " + part + " }}").render(csrf="the token")
        assert '<input type="hidden" name="csrf" value="the token">' in html


def test_what_is_finished_is_not_asked_for_again(pages: Environment) -> None:
    def drawn(done: int) -> str:
        part = 'parts.progress(done, 10, "导入", address="/x")'
        return pages.from_string(IMPORT + "{{ " + part + " }}").render(csrf="", done=done)

    assert 'data-renew="/x"' in drawn(9) and "data-finished" not in drawn(9)
    assert "data-renew" not in drawn(10) and "data-finished" in drawn(10)


def test_a_chart_tells_its_figures_in_words(pages: Environment) -> None:
    html = pages.from_string(IMPORT + '{{ parts.line([("1日", 45), ("2日", 1480)], "人") }}').render(csrf="")
    assert 'aria-label="1日 45人；2日 1,480人；"' in html
    html = pages.from_string(IMPORT + "{{ parts.ring(43, 48, '已到') }}").render(csrf="")
    assert 'aria-label="已到 43 / 48"' in html
    assert re.search(r">\s*89%\s*<", html)


def test_charts_of_nothing_are_drawn_too(pages: Environment) -> None:
    for part in ("bars([])", "line([])", "line([('1日', 0)])", "ring(0, 0)", "progress(0, 0, '导入')"):
        assert "nan" not in pages.from_string(IMPORT + "{{ parts." + part + " }}").render(csrf="")


def test_the_longest_bar_is_full_and_a_line_stays_in_its_frame() -> None:
    assert [bar.percent for bar in charts.bars([("a", 20), ("b", 5), ("c", 0)])] == [100, 25, 0]
    drawn = charts.line([("a", 0), ("b", 37), ("c", 41)])
    assert drawn.top == 50
    assert drawn.dots == [(0.0, 100.0), (50.0, 26.0), (100.0, 18.0)]
    assert charts.line([(str(day), 1) for day in range(25)]).names == ["0", "5", "10", "14", "19", "24"]


def test_a_share_is_whole_only_when_it_is() -> None:
    assert [look.percent(share) for share in (0, 0.29, 0.999, 1)] == ["0%", "29%", "99%", "100%"]
