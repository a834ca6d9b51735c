"""A long table: filters and pages keep each other."""

from __future__ import annotations

import re

from bot.web.tables import Page
from tests.bot.console.conftest import Browser
from tests.bot.console.conftest import Page as Shown


def names(page: Shown) -> list[str]:
    return re.findall(r'data-label="姓名">([^<]*)<', page.html)


async def test_paging_keeps_the_filter(wang: Browser) -> None:
    page = await wang.open("/teach/table?trade=焊工")
    assert names(page)[:2] == ["学员1", "学员3"]
    assert "共 30 条" in page.text
    onward = re.search(r'href="([^"]*)" rel="next"', page.html)
    assert onward
    page = await wang.open(onward[1].replace("&amp;", "&"))
    assert names(page)[0] == "学员21"
    assert '<option value="焊工" selected>' in page.html


async def test_filtering_begins_at_the_first_page_and_keeps_the_other_filters(wang: Browser) -> None:
    page = await wang.open("/teach/table?trade=焊工&q=1&order=name&page=2")
    assert page.value("q") == "1"
    assert page.value("order") == "name"
    assert 'name="page"' not in page.html


async def test_a_page_that_is_none_is_the_first(wang: Browser) -> None:
    for number in ("0", "-1", "x", "", "1e3", "²", "9" * 30):
        assert names(await wang.open(f"/teach/table?page={number}"))[0] == "学员1", number


async def test_a_page_past_the_end_leads_back(wang: Browser) -> None:
    page = await wang.open("/teach/table?page=99")
    assert names(page) == []
    assert 'href="/teach/table?page=6"' in page.html


async def test_what_is_searched_for_is_shown_as_text(wang: Browser) -> None:
    page = await wang.open('/teach/table?q="><script>alert(1)</script>')
    assert "<script>alert" not in page.html
    assert page.value("q") == '"><script>alert(1)</script>'


def test_the_pages_offered_are_the_ends_and_the_neighbours() -> None:
    def near(number: int, total: int) -> list[int]:
        return Page(number, 10, "/", {}).of([], total).near()

    assert near(1, 0) == [1]
    assert near(1, 30) == [1, 2, 3]
    assert near(5, 100) == [1, 0, 4, 5, 6, 0, 10]
    assert near(10, 100) == [1, 0, 9, 10]
