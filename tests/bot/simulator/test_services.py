"""Menu, codes, followers and uploads."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp import FormData

from tests.bot.simulator.conftest import Desk


class TestAccount:
    MENU = {"button": [{"type": "click", "name": "问政策", "key": "ask"}, {"name": "我的", "sub_button": [
        {"type": "view", "name": "我的卡", "url": "http://a/my"}]}]}  # fmt: skip

    async def test_the_menu_is_set_shown_and_taken_away(self, desk: Desk) -> None:
        before = (await (await desk.client.get("/simulator/state")).json())["menu"]
        assert [button["name"] for button in before["button"]] == ["问政策", "领券打卡", "我的"]

        assert await desk.code("menu/create", self.MENU) == 0
        assert await desk.call("menu/get") == {"menu": self.MENU}
        assert (await (await desk.client.get("/simulator/state")).json())["menu"] == self.MENU
        assert await desk.code("menu/delete") == 0
        assert await desk.code("menu/get") == 46003

    @pytest.mark.parametrize(
        "buttons, code",
        [
            ([], 40016),
            ([{"type": "click", "name": "问", "key": "k"}] * 4, 40016),
            ([{"type": "click", "name": "问政策和补贴", "key": "k"}], 40018),
            ([{"type": "click", "name": "问"}], 40019),
            ([{"type": "click", "name": "问", "key": "k" * 129}], 40019),
            ([{"type": "view", "name": "问", "url": ""}], 40020),
            ([{"type": "dance", "name": "问"}], 40017),
            ([{"name": "我", "sub_button": [{"type": "click", "name": "问", "key": "k"}] * 6}], 40023),
            ([{"name": "我", "sub_button": [{"type": "click", "name": "问" * 21, "key": "k"}]}], 40025),
        ],
    )
    async def test_menus_out_of_bounds(self, desk: Desk, buttons: list[Any], code: int) -> None:
        assert await desk.code("menu/create", {"button": buttons}) == code

    async def test_a_code_is_made_scanned_and_ends(self, desk: Desk) -> None:
        openid = await desk.phone()
        asked = {
            "expire_seconds": 600,
            "action_name": "QR_STR_SCENE",
            "action_info": {"scene": {"scene_str": "class-3"}},
        }
        made = await desk.call("qrcode/create", asked)
        picture = await desk.client.get("/cgi-bin/showqrcode", params={"ticket": made["ticket"]})

        await desk.do(openid, "scan", key=made["url"])

        assert made["expire_seconds"] == 600
        assert (await picture.read()).startswith(b"\x89PNG")
        assert (desk.bot.heard[0].scene_id, desk.bot.heard[0].ticket) == ("class-3", made["ticket"])
        desk.clock.forward(minutes=10)
        late = await desk.client.post("/simulator/send", json={"openid": openid, "kind": "scan", "key": made["ticket"]})
        assert (await late.json())["error"] == "二维码已过期"

    @pytest.mark.parametrize(
        "action, scene, seconds",
        [
            ("QR_SCENE", {"scene_id": 0}, 60),
            ("QR_SCENE", {"scene_id": "a"}, 60),
            ("QR_LIMIT_SCENE", {"scene_id": 100_001}, None),
            ("QR_STR_SCENE", {"scene_str": "x" * 65}, 60),
            ("QR_STR_SCENE", {"scene_str": "x"}, 2_592_001),
            ("QR_ODD", {"scene_str": "x"}, 60),
        ],
    )
    async def test_codes_out_of_bounds(self, desk: Desk, action: str, scene: dict[str, Any], seconds: Any) -> None:
        body = {"action_name": action, "action_info": {"scene": scene}, "expire_seconds": seconds}
        assert await desk.code("qrcode/create", body) == 40097

    async def test_what_is_known_of_a_follower(self, desk: Desk) -> None:
        openid = await desk.phone(followed=False)
        assert await desk.call("user/info", openid=openid) == {"subscribe": 0, "openid": openid}
        await desk.do(openid, "scan", key="town-7")

        info = await desk.call("user/info", openid=openid)

        assert (info["subscribe"], info["subscribe_time"], info["qr_scene_str"]) == (1, 1795393800, "town-7")
        assert await desk.code("user/info", openid="oNobody") == 40003
        assert openid in (await desk.call("user/get"))["data"]["openid"]

    async def test_media_come_back_as_they_were_for_three_days(self, desk: Desk) -> None:
        form = FormData()
        form.add_field("media", b"\x89PNG...", filename="a.png", content_type="image/png")
        params = {"access_token": await desk.log_in(), "type": "image"}
        kept = await (await desk.client.post("/cgi-bin/media/upload", params=params, data=form)).json()

        got = await desk.client.get("/cgi-bin/media/get", params={**params, "media_id": kept["media_id"]})

        assert (await got.read(), got.content_type) == (b"\x89PNG...", "image/png")
        desk.clock.forward(days=4)
        await desk.log_in()
        assert await desk.code("media/get", media_id=kept["media_id"]) == 40007

    async def test_an_upload_that_is_none(self, desk: Desk) -> None:
        params = {"access_token": await desk.log_in(), "type": "image"}
        response = await desk.client.post("/cgi-bin/media/upload", params=params, data=b"x")
        assert (await response.json())["errcode"] == 41005

    async def test_the_bot_can_fetch_a_photo_of_the_person(self, desk: Desk) -> None:
        openid = await desk.phone()
        sent = await desk.client.post("/simulator/media", data=b"\xff\xd8jpeg", headers={"Content-Type": "image/jpeg"})
        await desk.do(openid, "image", media_id=(await sent.json())["media_id"])

        [photo] = desk.bot.heard
        by_api = await desk.client.get(
            "/cgi-bin/media/get", params={"access_token": await desk.log_in(), "media_id": photo.media_id}
        )
        by_address = await desk.client.session.get(photo.image)
        assert await by_api.read() == await by_address.read() == b"\xff\xd8jpeg"

    async def test_photographs_are_as_big_as_phones_make_them(self, desk: Desk) -> None:
        photograph = b"\xff\xd8" + b"j" * (3 << 20)
        form = FormData()
        form.add_field("media", photograph, filename="a.jpg", content_type="image/jpeg")
        params = {"access_token": await desk.log_in(), "type": "image"}

        by_person = await desk.client.post("/simulator/media", data=photograph, headers={"Content-Type": "image/jpeg"})
        by_bot = await desk.client.post("/cgi-bin/media/upload", params=params, data=form)

        for answer in (by_person, by_bot):
            media_id = (await answer.json())["media_id"]
            kept = await desk.client.get(f"/simulator/media/{media_id}")
            assert await kept.read() == photograph

    @pytest.mark.parametrize("megabytes", [11, 13])
    async def test_a_photograph_that_wechat_would_not_take(self, desk: Desk, megabytes: int) -> None:
        form = FormData()
        form.add_field("media", b"j" * (megabytes << 20), filename="a.jpg", content_type="image/jpeg")
        params = {"access_token": await desk.log_in(), "type": "image"}

        by_person = await desk.client.post("/simulator/media", data=b"j" * (megabytes << 20))
        by_bot = await desk.client.post("/cgi-bin/media/upload", params=params, data=form)

        assert (by_person.status, (await by_bot.json())["errcode"]) == (400, 40006)
