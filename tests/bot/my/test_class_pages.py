"""Finding a class, signing up, waiting, leaving: on the pages."""

from __future__ import annotations

from datetime import date

import pytest

from handlers.context import House
from records import enrolling, ties
from records.class_states import ClassState
from records.classes import TrainingClass
from records.enrolments import Seating
from records.people import Person, Source
from tests.bot.my.conftest import HERE, WORKERS, Phone
from tests.classes import a_voucher, an_open_class, seated, somebody
from tests.office import a_follower

GUXIAN = "141025"


@pytest.fixture
async def reader(house: House, phone: Phone) -> Person:
    """Somebody of 陵川's registry, whose phone is open on the home page."""
    async with house.database.unit() as session:
        person = await somebody(session, house.clock())
        await a_follower(session, WORKERS[0], house.clock(), person)
    await phone.enter()
    return person


async def opened(house: House, name: str = "焊工3班", **changes: object) -> TrainingClass:
    async with house.database.unit() as session:
        return await an_open_class(session, name, **changes)


async def seating(house: House, training_class: TrainingClass, person: Person) -> str | None:
    async with house.database.unit() as session:
        enrolment = await enrolling.of(session, training_class, person)
        return enrolment.seating if enrolment else None


async def test_classes_are_listed_with_the_seats_that_are_left(phone: Phone, house: House, reader: Person) -> None:
    await opened(house)
    full = await opened(house, "电工2班", occupation="电工", capacity=1)
    async with house.database.unit() as session:
        await seated(session, await session.merge(full), 1, house.clock())
    text = (await phone.open("/my/classes")).text
    assert "焊工3班 还剩40个名额 焊工，12月1日开课，20天" in text
    assert "电工2班 满了，可候补" in text
    assert "陵川县 实训楼201" in text


@pytest.mark.parametrize(
    "query, names",
    [
        ("", {"焊工3班", "电工2班", "焊工9班"}),
        ("occupation=焊工", {"焊工3班", "焊工9班"}),
        ("occupation=焊工&month=2027-01", {"焊工9班"}),
        (f"region={GUXIAN}", {"电工2班"}),
        ("occupation=厨师", set()),
    ],
)
async def test_they_are_filtered(phone: Phone, house: House, reader: Person, query: str, names: set[str]) -> None:
    await opened(house)
    await opened(house, "电工2班", occupation="电工", region=GUXIAN)
    await opened(house, "焊工9班", starts=date(2027, 1, 5))
    page = await phone.open(f"/my/classes?{query}")
    assert {name for name in ("焊工3班", "电工2班", "焊工9班") if name in page.text} == names
    assert names or "没有这样的班" in page.text


async def test_the_nearest_comes_first_where_the_place_is_told(phone: Phone, house: House, reader: Person) -> None:
    await opened(house, "远处的班")
    await opened(house, "近处的班", latitude=36.2668, longitude=111.9201)
    page = await phone.open(f"/my/classes?latitude={HERE['latitude']}&longitude={HERE['longitude']}")
    assert page.text.index("近处的班") < page.text.index("远处的班")
    assert "离您约" in page.text and "公里" in page.text


@pytest.mark.parametrize("place", ["latitude=x&longitude=y", "latitude=nan&longitude=inf", "latitude=1"])
async def test_a_place_that_is_none_changes_nothing(phone: Phone, house: House, reader: Person, place: str) -> None:
    await opened(house)
    page = await phone.open(f"/my/classes?{place}")
    assert page.status == 200 and "焊工3班" in page.text and "离您" not in page.text


async def test_a_class_tells_everything_before_one_signs_up(phone: Phone, house: House, reader: Person) -> None:
    training_class = await opened(house, level="初级工")
    text = (await phone.open(f"/my/classes/{training_class.id}")).text
    for told in ("焊工 初级工", "请打电话问清", "2026年12月1日 周二", "20天", "上午课 8:30—11:30", "下午课 14:00—17:00",
                 "鑫达职校 19900009001", "冯老师", "40人，已报0人"):  # fmt: skip
        assert told in text, told


async def test_signing_up_with_his_voucher_and_leaving_again(phone: Phone, house: House, reader: Person) -> None:
    training_class = await opened(house)
    async with house.database.unit() as session:
        voucher = await a_voucher(session, await session.merge(reader), house.clock())
    address = f"/my/classes/{training_class.id}"
    assert voucher.number in (await phone.open(address)).text
    page = await phone.send(f"{address}/enrol")
    assert "报上了，您是第1个。12月1日开课，带身份证来" in page.text and "有座位" in page.text
    async with house.database.unit() as session:
        enrolment = await enrolling.of(session, training_class, reader)
        assert enrolment is not None and enrolment.voucher_id == voucher.id
    assert "焊工3班 有座位" in (await phone.open("/my/classes/mine")).text
    await phone.open(address)
    page = await phone.send(f"{address}/leave")
    assert "已经退出" in page.text and "还剩40个名额" in page.text
    assert await seating(house, training_class, reader) == Seating.LEFT


async def test_signing_up_twice_takes_one_seat(phone: Phone, house: House, reader: Person) -> None:
    training_class = await opened(house)
    await phone.open(f"/my/classes/{training_class.id}")
    for _ in range(2):
        assert "第1个" in (await phone.send(f"/my/classes/{training_class.id}/enrol")).text
    assert "已报1人" in (await phone.open(f"/my/classes/{training_class.id}")).text


async def test_a_full_class_gives_a_place_in_the_queue(phone: Phone, house: House, reader: Person) -> None:
    training_class = await opened(house, capacity=2)
    async with house.database.unit() as session:
        await seated(session, await session.merge(training_class), 4, house.clock())
    address = f"/my/classes/{training_class.id}"
    assert "满了，先排队。前面有2人" in (await phone.open(address)).text
    page = await phone.send(f"{address}/enrol")
    assert "给您排在候补第3位" in page.text
    assert await seating(house, training_class, reader) == Seating.WAITING
    assert "您在候补" in (await phone.open("/my/")).text


async def test_who_may_not_join_reads_why_and_cannot(phone: Phone, house: House, reader: Person) -> None:
    first, second = await opened(house), await opened(house, "电工2班", occupation="电工")
    await phone.open(f"/my/classes/{first.id}")
    await phone.send(f"/my/classes/{first.id}/enrol")
    page = await phone.open(f"/my/classes/{second.id}")
    assert "现在还不能报这个班" in page.text and "时间撞上了" in page.text
    assert "/enrol" not in page.html
    assert (await phone.send(f"/my/classes/{second.id}/enrol")).status == 403
    assert await seating(house, second, reader) is None


async def test_who_is_not_in_the_registry_is_shown_the_way_in(phone: Phone, house: House, reader: Person) -> None:
    training_class = await opened(house)
    async with house.database.unit() as session:
        (await session.merge(reader)).source = Source.SELF
    assert "回复“人工”" in (await phone.open(f"/my/classes/{training_class.id}")).text


@pytest.mark.parametrize("state", [ClassState.DRAFT, ClassState.SUBMITTED, ClassState.RETURNED])
async def test_a_class_that_is_still_planned_is_not_shown(
    phone: Phone, house: House, reader: Person, state: ClassState
) -> None:
    training_class = await opened(house, state=state)
    assert "焊工3班" not in (await phone.open("/my/classes")).text
    page = await phone.open(f"/my/classes/{training_class.id}")
    assert page.status == 403 and "没有这个班" in page.text
    assert (await phone.send(f"/my/classes/{training_class.id}/enrol")).status == 403


async def test_a_cancelled_class_says_why(phone: Phone, house: House, reader: Person) -> None:
    training_class = await opened(house, state=ClassState.CANCELLED, remark="报名的人太少")
    page = await phone.open(f"/my/classes/{training_class.id}")
    assert "取消了：报名的人太少" in page.text and "/enrol" not in page.html


async def test_once_it_has_begun_leaving_goes_by_the_trainer(phone: Phone, house: House, reader: Person) -> None:
    training_class = await opened(house, starts=house.clock().date())
    await phone.open(f"/my/classes/{training_class.id}")
    page = await phone.send(f"/my/classes/{training_class.id}/enrol")
    assert "要退班，请跟老师说" in page.text and "/leave" not in page.html
    assert (await phone.send(f"/my/classes/{training_class.id}/leave")).status == 403
    assert await seating(house, training_class, reader) == Seating.SEATED


async def test_without_a_name_classes_are_shown_and_nothing_else(phone: Phone, house: House) -> None:
    training_class = await opened(house)
    async with house.database.unit() as session:
        await a_follower(session, WORKERS[0], house.clock())
    await phone.enter(path="/my/classes")
    page = await phone.open(f"/my/classes/{training_class.id}")
    assert "报名要先实名" in page.text and "/enrol" not in page.html
    assert (await phone.send(f"/my/classes/{training_class.id}/enrol")).status == 403


async def test_a_voucher_that_does_not_fit_is_not_used(phone: Phone, house: House, reader: Person) -> None:
    training_class = await opened(house, "电工2班", occupation="电工")
    async with house.database.unit() as session:
        await a_voucher(session, await session.merge(reader), house.clock())
        assert await ties.fitting(session, training_class, reader, house.clock()) is None
    assert "您还没有电工的培训券" in (await phone.open(f"/my/classes/{training_class.id}")).text
