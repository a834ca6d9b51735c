"""A class from its roster to its hand-in on the trainer's pages, and the sheets from paper at the office."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook

from handlers.context import House
from records import assessing, audit, closing, excusing, register, seats
from records.class_states import ClassState
from records.classes import TrainingClass
from records.enrolments import Enrolment, Seat, Seating
from records.excuses import Wish
from records.guesses import Way, figures
from records.results import Outcome
from records.voucher_states import State
from records.vouchers import Voucher
from tests.bot.console.conftest import Browser, Page
from tests.bot.teach.conftest import Door
from tests.conftest import Clock
from tests.records.test_proving import JPEG, PNG
from tests.taught import Taught, a_taught_class, a_trainee, a_voucher, all_marks, renewed


@pytest.fixture
async def taught(house: House) -> Taught:
    async with house.database.unit() as session:
        return await a_taught_class(session, house.clock())


@pytest.fixture
async def ended(house: House, taught: Taught) -> Taught:
    async with house.database.unit() as session:
        training_class = await session.get_one(TrainingClass, taught.training_class.id)
        await all_marks(session, taught, house.clock())
        await closing.end(session, training_class, taught.trainer, house.clock())
    return taught


@pytest.fixture
async def han(door: Door, taught: Taught) -> Browser:
    """The class's trainer."""
    browser = await door()
    await browser.sign_in(taught.trainer.login)
    return browser


@pytest.fixture
async def clerk(door: Door, taught: Taught) -> Browser:
    """A clerk of the county's office."""
    browser = await door()
    await browser.sign_in(taught.clerk.login)
    return browser


@pytest.fixture
async def stranger(door: Door, house: House) -> Browser:
    """The trainer of another school."""
    async with house.database.unit() as session:
        other = await a_taught_class(session, house.clock(), name="别的班")
    browser = await door()
    await browser.sign_in(other.trainer.login)
    return browser


def at(taught: Taught, place: str) -> str:
    return f"/teach/classes/{taught.training_class.id}/{place}"


PLACES = ("roster", "vouchers", "evidence", "papers", "results", "closing")


async def test_another_school_and_who_is_not_signed_in_see_nothing(
    stranger: Browser, door: Door, taught: Taught, house: House
) -> None:
    for place in (*PLACES, "results/sheet.xlsx"):
        page = await stranger.open(at(taught, place))
        assert (page.status, "不归您管" in page.text) == (403, True)
        assert (await (await door()).open(at(taught, place))).path == "/staff/login"
    for place in ("evidence", "end", "hand-in", "results", "vouchers", f"roster/{taught.enrolments[0].id}/leave"):
        page = await stranger.send(at(taught, place), reason="x", number="x")
        assert "不归您管" in page.text
    sheet = f"/teach/sessions/{taught.sittings[0].id}/paper"
    for page in (await stranger.open(sheet), await stranger.send(sheet, reason="x")):
        assert "不归您管" in page.text
    async with house.database.unit() as session:
        assert len(await seats.roster(session, taught.training_class.id)) == 3


async def test_the_roster_names_everybody_and_the_look_is_noted_once(
    han: Browser, taught: Taught, house: House
) -> None:
    async with house.database.unit() as session:
        await renewed(session, taught)
        await all_marks(session, taught, house.clock())
        voucher = await a_voucher(session, taught.persons[0], house.clock())
        (await session.get_one(Enrolment, taught.enrolments[0].id)).voucher_id = voucher.id
        waits = await a_trainee(session, 444, house.clock())
        session.add(
            Enrolment(
                class_id=taught.training_class.id, person_id=waits.id, enrolled_at=house.clock(), seating=Seating.WAITING
            )
        )  # fmt: skip
    for _ in range(2):
        page = await han.open(at(taught, "roster"))
    vault = house.database.vault
    for person in taught.persons:
        assert vault.open(person.name_sealed) in page.text
        assert person.id_masked in page.text
        assert vault.open(person.id_sealed) not in page.html
        assert vault.open(str(person.phone_sealed)) not in page.html
    assert "3 / 60 个名额 · 候补 1 人" in page.text
    assert "没核验" in page.text
    assert "4/4 100%" in page.text
    async with house.database.unit() as session:
        acts = [entry.event for entry in await audit.history(session, taught.training_class.thing)]
    assert acts == ["class:roster:view"]


async def test_taking_somebody_out_needs_a_reason_and_seats_who_waits(
    han: Browser, taught: Taught, house: House
) -> None:
    await han.open(at(taught, "roster"))
    leave = at(taught, f"roster/{taught.enrolments[0].id}/leave")
    assert "要写原因" in (await han.send(leave, reason=" ")).text
    page = await han.send(leave, reason="外出打工")
    assert "移出了" in page.text
    async with house.database.unit() as session:
        left = await session.get_one(Enrolment, taught.enrolments[0].id)
        assert (left.seating, left.left_why) == (Seating.LEFT, "外出打工")
    assert "他不在这个班的名册里" in (await han.send(at(taught, "roster/99999/leave"), reason="x")).text


async def test_a_voucher_is_looked_up_compared_and_verified(han: Browser, taught: Taught, house: House) -> None:
    async with house.database.unit() as session:
        await renewed(session, taught)
        voucher = await a_voucher(session, taught.persons[0], house.clock())
    page = await han.open(at(taught, "vouchers"))
    page = await han.send(at(taught, "vouchers"), number=voucher.number.lower())
    assert taught.persons[0].name_masked in page.text
    assert taught.persons[0].id_masked in page.text
    async with house.database.unit() as session:
        assert (await session.get_one(Voucher, voucher.id)).state == State.ISSUED
    page = await han.send(at(taught, "vouchers/verify"), number=voucher.number)
    assert "核验好了，已报到" in page.text
    page = await han.send(at(taught, "vouchers/verify"), number=voucher.number)
    assert "之前就核验过了" in page.text
    page = await han.send(at(taught, "vouchers"), number="GX26")
    assert (page.status, "券号应是12位" in page.text) == (422, True)
    assert "已报到" in (await han.open(at(taught, "roster"))).text


async def test_guessing_numbers_is_counted_across_requests(han: Browser, taught: Taught, house: House) -> None:
    async with house.database.unit() as session:
        theirs = await a_voucher(session, await a_trainee(session, 321, house.clock()), house.clock())
    await han.open(at(taught, "vouchers"))
    for _ in range(figures().limits[Way.STAFF].most):
        page = await han.send(at(taught, "vouchers"), number=theirs.number)
        assert "不是这个班学员的" in page.text
        assert "李" not in page.text.split("券号")[-1]
    assert "15分钟后再试" in (await han.send(at(taught, "vouchers"), number=theirs.number)).text


async def test_a_photo_is_kept_shown_and_only_for_who_may(
    han: Browser, clerk: Browser, stranger: Browser, taught: Taught
) -> None:
    await han.open(at(taught, "evidence"))
    page = await han.send(
        at(taught, "evidence"), photo=BytesIO(JPEG), said="上午实操", sitting=str(taught.sittings[0].id)
    )
    assert "已存好，保存到2028年11月20日" in page.text
    assert "上午实操" in page.text
    assert "古人社发〔2024〕15号六（三）" in page.text
    page = await han.send(at(taught, "evidence"), photo=BytesIO(JPEG))
    assert "没有重复存" in page.text
    photo = "/teach/evidence/1/photo"
    assert photo in page.html
    for browser in (han, clerk):
        shown = await browser.client.get(photo)
        assert (shown.status, shown.content_type, await shown.read()) == (200, "image/jpeg", JPEG)
        assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert (await stranger.open(photo)).status == 403


async def test_wrong_evidence_keeps_what_was_typed(han: Browser, taught: Taught) -> None:
    await han.open(at(taught, "evidence"))
    page = await han.send(at(taught, "evidence"), link="http://v.example.cn/1", said="全程录像")
    assert page.status == 422
    assert "要以https://开头" in page.text
    assert page.value("said") == "全程录像"
    page = await han.send(at(taught, "evidence"), photo=BytesIO(b"<script>"), said="x")
    assert "照片要JPG、PNG或WebP格式" in page.text
    assert "一次一样" in (await han.send(at(taught, "evidence"), said="x")).text


async def paper(han: Browser, taught: Taught, **more: object) -> Page:
    sheet = f"/teach/sessions/{taught.sittings[0].id}/paper"
    await han.open(sheet)
    return await han.send(sheet, **more)


async def test_a_sheet_goes_up_comes_back_and_counts(
    han: Browser, clerk: Browser, taught: Taught, house: House
) -> None:
    chosen = {f"status-{each.id}": "present" for each in taught.enrolments}
    page = await paper(han, taught, reason="停电", **dict(list(chosen.items())[:2]))
    assert page.status == 422 and "给签到表拍一张照片" in page.text
    page = await paper(han, taught, reason="停电", photo=BytesIO(PNG), **dict(list(chosen.items())[:2]))
    assert "还有1个人没有选" in page.text
    assert page.html.count('value="present" checked') == 2
    page = await paper(han, taught, reason="停电", photo=BytesIO(PNG), **chosen)
    assert page.path == at(taught, "papers")
    assert "等县人社局批" in page.text
    page = await clerk.open("/staff/papers")
    assert "焊工3班 11月18日上午课" in page.text
    page = await clerk.open("/staff/papers/1")
    assert taught.persons[0].name_masked in page.text
    assert house.database.vault.open(taught.persons[0].name_sealed) not in page.text
    assert "哪里不对，老师才知道" in (await clerk.send("/staff/papers/1/refuse", reason="")).text
    assert "退回了" in (await clerk.send("/staff/papers/1/refuse", reason="看不清签名")).text
    assert "不用再批" in (await clerk.send("/staff/papers/1/approve")).text
    page = await han.open(f"/teach/sessions/{taught.sittings[0].id}/paper")
    assert "看不清签名" in page.text
    assert page.html.count('value="present" checked') == 3
    await paper(han, taught, reason="停电", **chosen)
    assert "记进考勤3条" in (await clerk.send("/staff/papers/2/approve")).text
    async with house.database.unit() as session:
        assert len(await register.holding(session, taught.sittings[0].id)) == 3
    assert "3 / 3" in (await han.open(at(taught, "papers"))).text


async def test_the_trainer_cannot_reach_the_offices_page(han: Browser) -> None:
    page = await han.open("/staff/papers")
    assert (page.status, "没有“批签到表”的权限" in page.text) == (403, True)


def xlsx(content: bytes) -> BytesIO:
    """As a file input sends it: aiohttp takes the name from the stream."""
    sent = BytesIO(content)
    sent.name = "成绩表.xlsx"
    return sent


def filled_sheet(content: bytes, *rows: tuple[object, ...]) -> bytes:
    """The downloaded sheet with result, score and day filled in."""
    book = load_workbook(BytesIO(content))
    sheet = book.active
    assert sheet is not None
    for number, row in enumerate(rows, 2):
        for column, value in enumerate(row, 4):
            sheet.cell(number, column, value)  # type: ignore[arg-type]
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


async def test_results_are_typed_kept_when_wrong_and_saved(han: Browser, ended: Taught, house: House) -> None:
    first, second, third = (each.id for each in ended.enrolments)
    await han.open(at(ended, "results"))
    wrong = {
        f"outcome-{first}": "passed",
        f"score-{first}": "九十",
        f"outcome-{second}": "absent",
        f"score-{second}": "60",
    }
    page = await han.send(at(ended, "results"), on="2026-11-20", **wrong)
    assert page.status == 422
    assert "分数要填整数" in page.text and "没参加评价的人不填分数" in page.text
    assert page.value(f"score-{first}") == "九十"
    right = {f"outcome-{first}": "passed", f"score-{first}": "９０", f"outcome-{second}": "absent"}
    page = await han.send(at(ended, "results"), on="2026-11-19", **right)
    assert "改动2人。还有1人没有成绩" in page.text
    page = await han.send(
        at(ended, "results"), on="2026-11-19", **right, **{f"outcome-{third}": "failed", f"on-{third}": "2026-11-20"}
    )
    assert "所有人都有成绩了" in page.text
    async with house.database.unit() as session:
        found = await assessing.of_class(session, ended.training_class)
    assert [(r.outcome, r.score, r.on.day) for r in found.values()] == [
        (Outcome.PASSED, 90, 19), (Outcome.ABSENT, None, 19), (Outcome.FAILED, None, 20),
    ]  # fmt: skip
    assert "评价日期要填日期" in (await han.send(at(ended, "results"), on="昨天", **right)).text


async def test_a_filled_sheet_fills_the_grid_and_saves_nothing(han: Browser, ended: Taught, house: House) -> None:
    await han.open(at(ended, "results"))
    sheet = await (await han.client.get(at(ended, "results/sheet.xlsx"))).read()
    content = filled_sheet(sheet, ("合格", 88, "2026-11-19"), ("优秀", 99, ""), ("未参加", "", "2026/11/18"))
    page = await han.send(at(ended, "results/sheet"), sheet=xlsx(content))
    assert page.status == 422
    assert "表里3人填到下面了，还没存。有1个人要改" in page.text
    assert "没有“优秀”这一项" in page.text
    assert page.value(f"score-{ended.enrolments[0].id}") == "88"
    page = await han.send(at(ended, "results/sheet"), sheet=xlsx(filled_sheet(sheet, ("合格", 88, ""))))
    assert page.status == 200 and "看一遍没问题" in page.text
    async with house.database.unit() as session:
        assert await assessing.of_class(session, ended.training_class) == {}


async def test_a_sheet_of_another_class_or_no_sheet_is_refused(han: Browser, ended: Taught) -> None:
    await han.open(at(ended, "results"))
    book = Workbook()
    assert book.active is not None
    book.active.append(["报名号", "姓名", "结果"])
    book.active.append([99999, "李秀英", "合格"])
    kept = BytesIO()
    book.save(kept)
    for content, said in [
        (kept.getvalue(), "第2行的报名号“99999”不在这个班的名册里"),
        (b"PK\x03\x04 broken", "文件坏了"),
        (b"", "空的"),
    ]:
        page = await han.send(at(ended, "results/sheet"), sheet=xlsx(content))
        assert (page.status, said in page.text) == (422, True)


async def test_the_way_from_the_last_session_to_the_hand_in(
    han: Browser, taught: Taught, house: House, clock: Clock
) -> None:
    page = await han.open(at(taught, "closing"))
    assert "确定结业" in page.text
    async with house.database.unit() as session:
        await all_marks(session, taught, house.clock())
    page = await han.send(at(taught, "end"))
    assert page.path == at(taught, "results") and "结业了" in page.text
    page = await han.send(at(taught, "hand-in"))
    assert "现在还不能上交。还有3人没有成绩" in page.text
    told = {f"outcome-{each.id}": "passed" for each in taught.enrolments}
    await han.send(at(taught, "results"), on="2026-11-20", **told)
    page = await han.open(at(taught, "closing"))
    assert "3人，2天，出勤率100%，合格3人" in page.text
    page = await han.send(at(taught, "hand-in"))
    assert "不能再改" in page.text and "确定上交" not in page.text
    async with house.database.unit() as session:
        assert (await session.get_one(TrainingClass, taught.training_class.id)).state == ClassState.HANDED_IN
    page = await han.send(
        at(taught, "results"), on="2026-11-20", **told | {f"outcome-{taught.enrolments[0].id}": "failed"}
    )
    assert "已经上交" in page.text
    assert "存成绩" not in (await han.open(at(taught, "results"))).text
    assert "移出" not in (await han.open(at(taught, "roster"))).text
    page = await han.send(at(taught, f"roster/{taught.enrolments[0].id}/leave"), reason="x")
    assert "已上交" in page.text


async def test_what_stands_in_the_way_of_the_end_is_listed(han: Browser, taught: Taught, house: House) -> None:
    async with house.database.unit() as session:
        await renewed(session, taught)
        seat = Seat(taught.enrolments[0], taught.training_class, taught.sittings[-1])
        await excusing.ask(session, seat, Wish.MAKE_UP, "手机没电", house.clock())
    page = await han.open(at(taught, "closing"))
    assert "先把这些办完" in page.text and "还有1个请假或补签没批" in page.text
    assert "确定结业" not in page.text
