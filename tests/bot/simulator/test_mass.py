"""Messages to many: accepted, limited, and counted in an event."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bot.simulator.conftest import Desk, Seat, to


def mass(*openids: str, **more: Any) -> dict[str, Any]:
    return {"touser": list(openids), "msgtype": "text", "text": {"content": "电工班招生"}, **more}


class TestMass:
    SEND = "message/mass/send"

    async def test_everybody_gets_it_and_the_count_follows(self, desk: Desk) -> None:
        await desk.phone("oA")
        await desk.phone("oB")
        await desk.phone("oGone", followed=False)

        answer = await desk.call(self.SEND, mass("oA", "oB", "oGone", "oNobody"))
        [event] = await desk.bot.hears(1)

        assert [(await desk.entries(openid))[0]["text"] for openid in ("oA", "oB")] == ["电工班招生"] * 2
        assert (event.event, event.id, event.status) == ("masssendjobfinish", answer["msg_id"], "send success")
        assert (event.total_count, event.filter_count, event.sent_count, event.error_count) == (3, 2, 2, 0)
        state = await desk.call("message/mass/get", {"msg_id": answer["msg_id"]})
        assert state["msg_status"] == "SEND_SUCCESS"

    async def test_the_fifth_of_a_month_does_not_arrive(self, desk: Desk) -> None:
        for openid in ("oA", "oB"):
            await desk.phone(openid)
        for number in range(5):
            assert await desk.code(self.SEND, mass("oA", "oB", clientmsgid=f"job-{number}")) == 0

        events = await desk.bot.hears(5)

        assert sorted(event.sent_count for event in events) == [0, 2, 2, 2, 2]
        assert len(await desk.entries("oA")) == 4
        desk.clock.forward(days=10)
        await desk.log_in()
        assert await desk.code(self.SEND, mass("oA", "oB", clientmsgid="next-month")) == 0
        await desk.bot.hears(6)
        assert len(await desk.entries("oA")) == 5

    @pytest.mark.parametrize("count", [0, 1, 10_001])
    async def test_lists_that_are_too_short_or_too_long(self, desk: Desk, count: int) -> None:
        assert await desk.code(self.SEND, mass(*(f"o{number}" for number in range(count)))) == 40130

    @pytest.mark.parametrize("own_id", [{"clientmsgid": "job-1"}, {}])
    async def test_the_same_job_is_refused_with_its_number(self, desk: Desk, own_id: dict[str, str]) -> None:
        for openid in ("oA", "oB"):
            await desk.phone(openid)
        first = await desk.call(self.SEND, mass("oA", "oB", **own_id))
        again = await desk.call(self.SEND, mass("oA", "oB", **own_id))

        assert (again["errcode"], again["msg_id"]) == (45065, first["msg_id"])
        await desk.bot.hears(1)
        assert len(await desk.entries("oA")) == 1

    async def test_limits(self, seat: Seat) -> None:
        desk = await seat(daily={"message/mass/send": 1})
        for openid in ("oA", "oB"):
            await desk.phone(openid)

        assert await desk.code(self.SEND, mass("oA", "oB")) == 0
        assert await desk.code(self.SEND, mass("oA", "oB", clientmsgid="2")) == 45028

    async def test_sixty_a_minute(self, desk: Desk) -> None:
        for openid in ("oA", "oB"):
            await desk.phone(openid)
        codes = [await desk.code(self.SEND, mass("oA", "oB", clientmsgid=str(number))) for number in range(61)]
        assert codes == [0] * 60 + [45011]

    async def test_a_preview_reaches_one_and_does_not_count(self, desk: Desk) -> None:
        openid = await desk.phone()
        assert await desk.code("message/mass/preview", to(openid, "电工班招生")) == 0
        assert [(e["channel"], e["text"]) for e in await desk.entries(openid)] == [("preview", "电工班招生")]

    async def test_an_id_may_have_sixty_four_bytes(self, desk: Desk) -> None:
        for openid in ("oA", "oB"):
            await desk.phone(openid)
        assert await desk.code(self.SEND, mass("oA", "oB", clientmsgid="x" * 65)) == 45067
        assert await desk.code(self.SEND, mass("oA", "oB", clientmsgid="x" * 64)) == 0
