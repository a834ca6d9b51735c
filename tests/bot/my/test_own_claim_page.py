"""A worker's own claim on its page: missing papers, the answer to a return, and nobody else's."""

from __future__ import annotations

import pytest

from handlers.context import House
from handlers.dispatch import handle
from handlers.message import Kind, Message, Outcome
from records import claim_desk, claim_drafts, claim_moves, claim_papers
from records.claim_drafts import Application, Line
from records.claim_states import ClaimState
from records.claims import Claim
from records.errors import Refused
from records.staff import Role, Staff
from tests.bot.jobs.test_photographer import Camera, Photographer
from tests.bot.my.conftest import Phone
from tests.bot.teach.test_certificates import form
from tests.conftest import Clock
from tests.handlers.skills import a_message
from tests.office import LINGCHUAN, a_follower, a_person, an_account
from tests.records.test_proving import JPEG, PNG


async def handed_in(house: House, clock: Clock) -> tuple[Claim, Staff]:
    """A claim of the worker `mine` that asks for one paper, and a reviewer."""
    async with house.database.unit() as session:
        person = await a_person(session, clock())
        await a_follower(session, "mine", clock(), person)
        await a_follower(session, "other", clock(), await a_person(session, clock()))
        reviewer = await an_account(session, "zhou", Role.REVIEWER, now=clock())
        line = Line(f"worker_upgrade:C{person.id}:1", 150_000, "1500元", person_id=person.id)
        application = Application(
            LINGCHUAN, "lingchuan-2020-62", "worker_upgrade", "worker", "李*英", [line],
            person_id=person.id, materials=["社保证明"], account="陵川农商行 62220210001", pay_months=2,
        )  # fmt: skip
        claim = await claim_drafts.make(session, application, "worker", "form-1", clock())
        await claim_desk.submit(session, claim, None, claim.version, clock())
    return claim, reviewer


async def now_of(house: House, claim: Claim) -> tuple[str, list[str]]:
    """The claim's state, and which papers have files."""
    async with house.database.unit() as session:
        held = await session.get_one(Claim, claim.id)
        return held.state, [each.material.name for each in await claim_papers.of(session, held) if each.file]


async def test_what_is_missing_comes_until_the_review_and_a_return_is_answered(
    phone: Phone, house: House, clock: Clock
) -> None:
    claim, reviewer = await handed_in(house, clock)
    here = f"/my/claims/{claim.id}"
    page = await phone.enter("mine", here)
    assert "社保证明" in page.text and "还没交" in page.text
    async with house.database.unit() as session:
        held = await session.get_one(Claim, claim.id)
        (paper,) = await claim_papers.of(session, held)
    one = f"{here}/papers/{paper.material.id}"
    assert "不是" in (await phone.send_form(one, form(phone.token, "scan", ("a.jpg", b"text")))).text
    assert "收下了" in (await phone.send_form(one, form(phone.token, "scan", ("a.jpg", JPEG)))).text
    assert "材料不能再换" in (await phone.send_form(one, form(phone.token, "scan", ("b.png", PNG)))).text
    for _ in range(2):
        await phone.send_form(f"{here}/papers", form(phone.token, "scan", ("b.png", PNG)))
    assert await now_of(house, claim) == (ClaimState.SUBMITTED, ["社保证明", "补充材料1"])
    assert (await phone.client.get(one)).content_type == "image/jpeg"

    async with house.database.unit() as session:
        held = await session.get_one(Claim, claim.id)
        await claim_desk.send_back(session, held, reviewer, "社保证明看不清", held.version, clock())
    page = await phone.open(here)
    assert "退回修改：社保证明看不清" in page.text and f"再交 {claim.number}" in page.text
    version = page.value("version")
    assert "收下了" in (await phone.send_form(one, form(phone.token, "scan", ("b.png", PNG)))).text
    assert "卡号改好了" in (await phone.send(f"{here}/account", bank="古县农商行", number="6222 0210 0011")).text
    assert "被别人动过" in (await phone.send(f"{here}/submit", version=version)).text
    version = (await phone.open(here)).value("version")
    for _ in range(2):
        assert "交上去了" in (await phone.send(f"{here}/submit", version=version, said="重拍了")).text
    async with house.database.unit() as session:
        history = await claim_moves.history(session, await session.get_one(Claim, claim.id))
        assert [(each.after, each.reason) for each in history[-2:]] == [
            ("returned", "社保证明看不清"), ("submitted", "重拍了"),
        ]  # fmt: skip
        held = await session.get_one(Claim, claim.id)
        await claim_desk.review(session, held, reviewer, held.version, clock())
    assert "材料不能再换" in (await phone.send_form(f"{here}/papers", form(phone.token, "scan", ("c.jpg", JPEG)))).text

    await phone.enter("other", "/my/claims")
    assert (await phone.open(here)).status == 403
    assert (await phone.open(one)).status == 403


async def test_in_the_chat_a_photo_is_the_missing_paper_and_a_return_is_answered(house: House, clock: Clock) -> None:
    claim, reviewer = await handed_in(house, clock)
    asked = await handle(Message("p1", "mine", Kind.IMAGE, clock(), media="m1"), house)
    assert f"1 {claim.number}的社保证明" in asked.text and f"2 {claim.number}的补充材料" in asked.text
    assert "放好了" in (await handle(a_message(house, "1", openid="mine"), house)).text
    await Photographer(house, Camera()).batch()
    assert await now_of(house, claim) == (ClaimState.SUBMITTED, ["社保证明"])
    assert "退回来要再交" in (await handle(a_message(house, "再交", openid="mine"), house)).text
    async with house.database.unit() as session:
        held = await session.get_one(Claim, claim.id)
        await claim_desk.send_back(session, held, reviewer, "少一页", held.version, clock())
    told = await handle(a_message(house, f"再交 {claim.number} 补上了", openid="mine"), house)
    assert told.outcome is Outcome.DONE
    assert (await now_of(house, claim))[0] == ClaimState.SUBMITTED
    theirs = await handle(a_message(house, f"再交 {claim.number}", openid="other"), house)
    assert "没有退回来" in theirs.text


async def test_no_more_papers_than_the_office_can_read(house: House, clock: Clock) -> None:
    claim, _ = await handed_in(house, clock)
    async with house.database.unit() as session:
        held = await session.get_one(Claim, claim.id)
        for number in range(claim_papers.MOST_ADDED):
            await claim_papers.add(session, held, "a.jpg", JPEG + bytes([number]), "worker", clock())
        with pytest.raises(Refused, match="最多9份"):
            await claim_papers.add(session, held, "a.jpg", PNG, "worker", clock())
