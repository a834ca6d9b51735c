"""The subsidised days of an occupation while a class is planned, by the documents of its place."""

from __future__ import annotations

from datetime import date

import pytest

from handlers.context import House
from handlers.subsidised import standing, subsidised
from tests.conftest import Clock
from tests.schools import GUXIAN
from tests.seeds import a_policy_that_goes_on

LINGCHUAN, TODAY = "140524", date(2026, 11, 20)


@pytest.mark.parametrize(
    "region, occupation, days, each, fits, said",
    [
        (GUXIAN, "焊工", 25, 3000, True, "焊工属A类，最多补45天；计划25天，每人可补3000元"),
        (GUXIAN, "焊工", 45, 5000, True, "计划45天，每人可补5000元"),
        (GUXIAN, "焊工", 60, 5000, False, "计划60天，只按45天算，每人可补5000元"),
        (GUXIAN, "焊工", 8, 1200, True, "计划8天，每人可补1200元"),
        (GUXIAN, "养老护理员", 30, 3500, True, "养老护理员属C类，最多补30天"),
        (GUXIAN, "家庭保洁", 26, 3000, False, "家庭保洁属D类，最多补25天；计划26天，只按25天算"),
        (LINGCHUAN, "焊工", 25, 4000, True, "陵川焊工培训定25天，每人补4000元；计划25天，正好"),
        (LINGCHUAN, "叉车工", 15, 3500, False, "定20天，每人补3500元；计划15天，和文件定的不一样，请改成20天"),
    ],
)
def test_what_is_paid(
    shipped: House, region: str, occupation: str, days: int, each: int, fits: bool, said: str
) -> None:
    found = subsidised(shipped.shelf, region, occupation, days, TODAY)
    assert found is not None
    assert said in found.said
    assert (found.each, found.fits) == (each * 100, fits)


@pytest.mark.parametrize("region, occupation", [(GUXIAN, "叉车工"), (LINGCHUAN, "电工"), ("410400", "焊工")])
def test_where_the_documents_fix_nothing_nothing_is_claimed(shipped: House, region: str, occupation: str) -> None:
    assert subsidised(shipped.shelf, region, occupation, 20, TODAY) is None


def test_every_figure_has_its_place(shipped: House) -> None:
    found = subsidised(shipped.shelf, GUXIAN, "焊工", 25, TODAY)
    assert found is not None
    assert found.basis == "依据：古人社发〔2024〕15号 三（一）2、附件"


async def test_whether_the_document_still_holds_is_said(house: House, clock: Clock) -> None:
    then = subsidised(house.shelf, GUXIAN, "焊工", 25, date(2024, 6, 1))
    now = subsidised(house.shelf, GUXIAN, "焊工", 25, TODAY)
    assert then is not None and now is not None
    assert (then.holds, now.holds) == (True, False)
    async with house.database.unit() as session:
        assert await standing(session, then, date(2024, 6, 1)) == ""
        assert "执行期到2024年12月31日，已过" in await standing(session, now, TODAY)
        await a_policy_that_goes_on(session, clock())
        assert "按延续执行算（县人社局会议纪要，到2027年11月20日）" in await standing(session, now, TODAY)
