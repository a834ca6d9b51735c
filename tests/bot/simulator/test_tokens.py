"""Access tokens come, stay, end and are refused as WeChat's do."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bot.simulator.conftest import Desk
from tests.bot.simulator.small_bot import APP_ID, APP_SECRET


class TestTokens:
    ASKED = {"grant_type": "client_credential", "appid": APP_ID, "secret": APP_SECRET}

    async def stable(self, desk: Desk, **more: Any) -> dict[str, Any]:
        response = await desk.client.post("/cgi-bin/stable_token", json={**self.ASKED, **more})
        data: dict[str, Any] = await response.json()
        return data

    async def test_the_stable_token_stays_the_same(self, desk: Desk) -> None:
        first = await self.stable(desk)
        desk.clock.forward(minutes=100)
        second = await self.stable(desk)

        assert (first["expires_in"], second["expires_in"]) == (7200, 1200)
        assert first["access_token"] == second["access_token"]
        assert len(first["access_token"]) == 512

    async def test_a_new_one_comes_five_minutes_early_and_both_are_good(self, desk: Desk) -> None:
        first = await self.stable(desk)
        desk.clock.forward(minutes=116)
        second = await self.stable(desk)

        assert first["access_token"] != second["access_token"]
        for token in (first, second):
            assert await desk.code("menu/get", access_token=token["access_token"]) == 46003

    async def test_forcing_ends_the_old_one_but_not_twice_in_half_a_minute(self, desk: Desk) -> None:
        first = await self.stable(desk)
        second = await self.stable(desk, force_refresh=True)
        third = await self.stable(desk, force_refresh=True)

        assert await desk.code("menu/get", access_token=first["access_token"]) == 42001
        assert second["access_token"] == third["access_token"] != first["access_token"]

    async def test_forcing_is_limited_to_twenty_a_day(self, desk: Desk) -> None:
        codes = []
        for _ in range(21):
            codes.append((await self.stable(desk, force_refresh=True)).get("errcode", 0))
            desk.clock.forward(seconds=31)

        assert codes == [0] * 20 + [45009]

    async def test_the_classic_token_ends_the_one_before_after_five_minutes(self, desk: Desk) -> None:
        tokens = [(await (await desk.client.get("/cgi-bin/token", params=self.ASKED)).json()) for _ in range(2)]
        old, new = (token["access_token"] for token in tokens)

        assert await desk.code("menu/get", access_token=old) == 46003
        desk.clock.forward(minutes=5)
        assert await desk.code("menu/get", access_token=old) == 42001
        assert await desk.code("menu/get", access_token=new) == 46003

    @pytest.mark.parametrize(
        "change, code",
        [
            ({"grant_type": "password"}, 40002),
            ({"appid": ""}, 41002),
            ({"appid": "wx0"}, 40013),
            ({"secret": ""}, 41004),
            ({"secret": "guess"}, 40125),
        ],
    )
    async def test_wrong_credentials(self, desk: Desk, change: dict[str, str], code: int) -> None:
        assert (await self.stable(desk, **change))["errcode"] == code

    async def test_bad_missing_and_old_tokens(self, desk: Desk) -> None:
        assert await desk.code("menu/get", access_token="guess") == 40001
        assert (await (await desk.client.get("/cgi-bin/menu/get")).json())["errcode"] == 41001
        await desk.log_in()
        desk.clock.forward(hours=2)
        assert await desk.code("menu/get") == 42001

    async def test_all_tokens_can_be_ended(self, desk: Desk) -> None:
        await desk.log_in()
        await desk.client.post("/simulator/tokens/expire")
        assert await desk.code("menu/get") == 42001
        await desk.log_in()
        assert await desk.code("menu/get") == 46003
