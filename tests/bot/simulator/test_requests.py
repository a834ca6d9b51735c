"""The frame of the API: its refusals, its counting, its faults on demand."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bot.simulator.conftest import Desk, Seat, to
from tests.bot.simulator.small_bot import APP_ID

SEND = "message/custom/send"


class TestRequests:
    async def test_refusals_of_the_frame(self, desk: Desk) -> None:
        assert await desk.code("message/unheard/of", {}) == 40066
        assert await desk.code(SEND) == 43002
        assert await desk.code("user/info", {}) == 43001

    @pytest.mark.parametrize("body, code", [(b"", 44002), (b"{", 47001), (b"[]", 47001), (b"\xff", 47001)])
    async def test_bodies_that_are_none(self, desk: Desk, body: bytes, code: int) -> None:
        params = {"access_token": await desk.log_in()}
        response = await desk.client.post(f"/cgi-bin/{SEND}", params=params, data=body)
        assert (response.status, (await response.json())["errcode"]) == (200, code)

    async def test_escaped_characters_are_shown_as_they_were_sent(self, desk: Desk) -> None:
        openid = await desk.phone()
        await desk.do(openid, "text", text="在吗")
        params = {"access_token": await desk.log_in()}

        await desk.client.post(f"/cgi-bin/{SEND}", params=params, json=to(openid, "你好"))
        await desk.call(SEND, to(openid, "你好"))

        assert (await desk.chat(openid))[2:] == [("theirs", "\\u4f60\\u597d"), ("theirs", "你好")]

    async def test_the_day_is_counted_and_can_be_cleared(self, seat: Seat) -> None:
        desk = await seat(daily={"user/info": 2})
        openid = await desk.phone()
        codes = [await desk.code("user/info", openid=openid) for _ in range(3)]
        quota = await desk.call("openapi/quota/get", {"cgi_path": "/cgi-bin/user/info"})

        assert codes == [0, 0, 45009]
        assert quota["quota"] == {"daily_limit": 2, "used": 2, "remain": 0}
        assert await desk.code("clear_quota", {"appid": APP_ID}) == 0
        assert await desk.code("user/info", openid=openid) == 0

    async def test_a_new_day_in_china_counts_anew(self, seat: Seat) -> None:
        desk = await seat(daily={"menu/get": 1})
        assert [await desk.code("menu/get") for _ in range(2)] == [46003, 45009]
        desk.clock.forward(hours=15, minutes=30)  # midnight in China
        desk.token = ""
        assert await desk.code("menu/get") == 46003

    async def test_clearing_is_limited_to_ten_a_month(self, desk: Desk) -> None:
        codes = [await desk.code("clear_quota", {"appid": APP_ID}) for _ in range(11)]
        assert codes == [0] * 10 + [48006]


class TestFaults:
    async def order(self, desk: Desk, **fault: Any) -> None:
        assert (await desk.client.post("/simulator/faults", json=fault)).status == 200

    async def test_a_code_as_often_as_ordered(self, desk: Desk) -> None:
        await self.order(desk, api=SEND, errcode=45011, times=2)
        openid = await desk.phone()
        await desk.do(openid, "text", text="在吗")

        assert [await desk.code(SEND, to(openid)) for _ in range(3)] == [45011, 45011, 0]
        assert await (await desk.client.get("/simulator/faults")).json() == []

    async def test_a_broken_gateway(self, desk: Desk) -> None:
        await self.order(desk, api="/cgi-bin/stable_token", http_status=502)
        response = await desk.client.post("/cgi-bin/stable_token", json={"grant_type": "client_credential"})
        assert (response.status, response.content_type) == (502, "text/html")

    async def test_an_answer_that_is_lost_after_the_deed(self, desk: Desk) -> None:
        openid = await desk.phone()
        await desk.do(openid, "text", text="在吗")
        await self.order(desk, api=SEND, http_status=504, after=True)

        response = await desk.client.post(
            f"/cgi-bin/{SEND}", params={"access_token": await desk.log_in()}, json=to(openid, "ok")
        )

        assert response.status == 504
        assert (await desk.chat(openid))[-1] == ("theirs", "ok")

    async def test_a_delay_alone_changes_nothing_else(self, desk: Desk) -> None:
        await self.order(desk, api="*", delay_seconds=0.01)
        assert await desk.code("menu/get") == 46003

    async def test_faults_can_be_called_off(self, desk: Desk) -> None:
        await self.order(desk, api="menu/get", errcode=-1, times=9)
        await desk.client.delete("/simulator/faults")
        assert await desk.code("menu/get") == 46003

    async def test_an_order_that_makes_no_sense_is_refused(self, desk: Desk) -> None:
        response = await desk.client.post("/simulator/faults", json={"api": "menu/get", "errkode": 1})
        assert response.status == 400
        assert "errkode" in (await response.json())["error"]

    async def test_calls_are_written_down(self, desk: Desk) -> None:
        await desk.code(SEND, to("oNobody"))
        calls = await (await desk.client.get("/simulator/calls", params={"api": SEND})).json()
        assert [(call["errcode"], call["body"]["touser"]) for call in calls] == [(40003, "oNobody")]
