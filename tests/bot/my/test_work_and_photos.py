"""我的就业 and 我的照片 on pages: a proof is handed up, a photo from the chat is placed or deleted, the office sees both."""

from __future__ import annotations

from aiohttp import web
from pytest_aiohttp.plugin import AiohttpClient
from sqlalchemy import select

from bot.console import routes as console
from bot.jobs.photographer import Photographer
from handlers.context import House
from handlers.dispatch import handle
from handlers.message import Kind, Message
from records import employing
from records.employments import Work, WorkProof
from records.photos import Photo
from tests.bot.console.conftest import Browser, Chat
from tests.bot.jobs.test_photographer import Camera
from tests.bot.my.conftest import Phone
from tests.bot.teach.test_certificates import form
from tests.conftest import Clock
from tests.records.test_employing import an_ended_class
from tests.records.test_proving import JPEG
from tests.taught import Taught


async def taught_in(house: House, clock: Clock) -> tuple[Taught, str]:
    async with house.database.unit() as session:
        taught = await an_ended_class(session, clock)
    return taught, f"phone-{taught.persons[0].id}"


async def test_a_proof_is_handed_up_and_the_office_sees_it(phone: Phone, house: House, clock: Clock) -> None:
    taught, openid = await taught_in(house, clock)
    page = await phone.enter(openid, "/my/work")
    assert "焊工3班" in page.text and "还不知道" in page.text
    told = {"proof": "contract", "employer": "鑫源厂"}
    page = await phone.send_form("/my/work", form(phone.token, "scan", ("a.txt", b"nothing"), **told))
    assert (page.status, "这个文件不是" in page.text, page.value("employer")) == (422, True, "鑫源厂")
    for _ in range(2):
        page = await phone.send_form("/my/work", form(phone.token, "scan", ("合同.jpg", JPEG), **told))
        assert "证明交上去了" in page.text and "等县人社局核对" in page.text
    async with house.database.unit() as session:
        known = await employing.of_one(session, taught.enrolments[0])
        assert known is not None and (known.state, known.proof, known.employer) == (Work.WORKING, "contract", "鑫源厂")
        assert known.file_id is not None
        await employing.refute(session, taught.enrolments[0], "厂里查无此人", taught.clerk, clock())
    assert "厂里查无此人" in (await phone.open("/my/work")).text
    async with house.database.unit() as session:
        await employing.accept(session, taught.enrolments[0], known.file_id, taught.clerk, clock())
    page = await phone.open("/my/work")
    assert "算就业了" in page.text and "交一份证明" not in page.text


async def test_photos_are_placed_or_deleted_by_their_sender_alone_and_shown_to_the_office(
    phone: Phone, house: House, clock: Clock, aiohttp_client: AiohttpClient
) -> None:
    taught, openid = await taught_in(house, clock)
    for media in ("m1", "m2"):
        await handle(Message(media, openid, Kind.IMAGE, clock(), media=media), house)
    assert "正在取" in (await phone.enter(openid, "/my/photos")).text
    await Photographer(house, Camera()).batch()
    async with house.database.unit() as session:
        first, second = await session.scalars(select(Photo).order_by(Photo.id))
    assert "2张照片还没放好" in (await phone.open("/my/")).text
    page = await phone.open("/my/photos")
    assert "就业证明（劳动合同" in page.text
    assert await (await phone.client.get(f"/my/photos/{first.id}/file")).read() == JPEG
    assert "请先选这张照片" in (await phone.send(f"/my/photos/{first.id}/put", target="claim:1")).text
    for _ in range(2):
        assert "放好了" in (await phone.send(f"/my/photos/{first.id}/put", target="work:wages")).text
    assert "已经放进材料里" in (await phone.send(f"/my/photos/{first.id}/drop")).text

    app = web.Application()
    console.setup(app, house, Chat())
    clerk = Browser(await aiohttp_client(app))
    await clerk.sign_in(taught.clerk.login)
    assert "等本人说是什么" in (await clerk.open("/staff/photos")).text
    assert (await clerk.client.get(f"/staff/photos/{second.id}/file")).content_type == "image/jpeg"

    await phone.enter(f"phone-{taught.persons[1].id}", "/my/work")
    assert (await phone.open(f"/my/photos/{second.id}/file")).status == 403
    assert "没有这张照片" in (await phone.send(f"/my/photos/{second.id}/drop")).text
    await phone.enter(openid, "/my/photos")
    assert "删掉了" in (await phone.send(f"/my/photos/{second.id}/drop")).text
    assert "没有等着的照片" in (await clerk.open("/staff/photos")).text
    async with house.database.unit() as session:
        known = await employing.of_one(session, taught.enrolments[0])
        assert known is not None and known.proof == WorkProof.WAGES
