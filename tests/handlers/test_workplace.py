"""Where people are sent to work, seen from the province whose rules are asked about."""

from __future__ import annotations

import pytest

from handlers.workplace import work_place
from intents.understanding import Understanding
from knowledge.shelf import Shelf

SHELF = Shelf()
UNDERSTANDING = Understanding([("work", "去哪里上班")], (), SHELF.names())
HENAN, SHANXI = "410400", "140000"


@pytest.mark.parametrize(
    ("said", "region", "place"),
    [
        ("介绍到郑州上班", HENAN, "省内"),
        ("介绍到郑州上班", SHANXI, "省外"),
        ("人去了昆山厂里", HENAN, "省外"),
        ("在太原打工", SHANXI, "省内"),
        ("送到浙江", SHANXI, "省外"),
        ("我是太原的", SHANXI, None),
        ("郑州的补贴有多少", HENAN, None),
        ("介绍到郑州上班", None, None),
    ],
)
def test_a_place_where_one_is_sent_to_is_within_the_province_or_not(
    said: str, region: str | None, place: str | None
) -> None:
    assert work_place(UNDERSTANDING.read(said), region) == place
