"""我的补贴 on a page: what is paid for a trainee, where it stands, and why a line was left out."""

from __future__ import annotations

from handlers.context import House
from records import claim_desk, claim_drafts, people
from records.claim_drafts import Application, Line
from records.followers import Follower
from tests.bot.my.conftest import WORKERS, Phone, Teach
from tests.conftest import Clock
from tests.office import LINGCHUAN


async def test_a_claim_made_for_him_and_one_that_was_left_out(
    phone: Phone, teach: Teach, house: House, clock: Clock
) -> None:
    await teach()
    assert "还没有申领记录" in (await phone.enter(path="/my/claims")).text
    async with house.database.unit() as session:
        follower = await session.get_one(Follower, WORKERS[0])
        assert follower.person_id is not None
        person = await people.get(session, follower.person_id)
        assert person is not None
        for number, blocked in enumerate(((), ("出勤率70%，不到80%",))):
            lines = [
                Line(f"training:E{number}:1", 350_000, "3500元", person_id=person.id, blocked=blocked),
                Line(f"training:X{number}:1", 350_000, "3500元"),
            ]
            application = Application(
                LINGCHUAN, "lingchuan-2020-62", "brand_forklift", "institution", "示范职校", lines, pay_months=2
            )
            claim = await claim_drafts.make(session, application, "staff:1", f"form-{number}", clock())
            await claim_desk.submit(session, claim, None, claim.version, clock())
    page = await phone.open("/my/claims")
    assert "3,500元" in page.text or "3500元" in page.text
    assert "付给示范职校，您免费学" in page.text and "等初审" in page.text
    assert "没算上" in page.text and "出勤率70%，不到80%" in page.text
