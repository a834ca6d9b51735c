"""Photos from the chat: each is fetched once, put where it was said to belong, and never lost in silence."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace

import pytest
from sqlalchemy import func, select

from bot.jobs.photographer import Photographer
from bot.wechat.account import Medium
from bot.wechat.errors import ApiRefused, NoAnswer
from handlers.context import House
from handlers.dispatch import handle
from handlers.message import Kind, Message
from records import employing, photo_tray
from records.database import Database
from records.employments import Employment, Work, WorkProof
from records.files import StoredFile
from records.followers import Follower
from records.nudges import Nudge
from records.photos import Photo
from tests.bot.town import WORKER, town
from tests.conftest import Clock
from tests.handlers.skills import a_message
from tests.office import a_follower
from tests.records.test_employing import an_ended_class
from tests.records.test_proving import JPEG
from tests.taught import Taught

SCAN = Medium(JPEG, "image/jpeg")


@dataclass
class Camera:
    """WeChat's store of media, which answers in turn."""

    answers: list[Medium | Exception] = field(default_factory=lambda: [SCAN])
    asked: list[str] = field(default_factory=list)

    async def media(self, media_id: str) -> Medium:
        self.asked.append(media_id)
        answer = self.answers[min(len(self.asked), len(self.answers)) - 1]
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def office(either: Database, shipped: House, clock: Clock) -> House:
    return replace(shipped, database=either, clock=clock)


async def taught_in(house: House, clock: Clock) -> tuple[Taught, str]:
    """A class that is over, and the phone of its first trainee."""
    async with house.database.unit() as session:
        taught = await an_ended_class(session, clock)
    return taught, f"phone-{taught.persons[0].id}"


def a_photo(house: House, openid: str, media: str = "m1") -> Message:
    return Message(f"photo {media}", openid, Kind.IMAGE, house.clock(), media=media)


async def proves(house: House, openid: str) -> None:
    """A photo is sent and said to be a contract."""
    await handle(a_photo(house, openid), house)
    await handle(a_message(house, "1", openid=openid), house)
    assert "放好了" in (await handle(a_message(house, "1", openid=openid), house)).text


async def employment(house: House, taught: Taught) -> Employment | None:
    async with house.database.unit() as session:
        return await employing.of_one(session, taught.enrolments[0])


async def told(house: House) -> str:
    async with house.database.unit() as session:
        return "\n".join(await session.scalars(select(Nudge.text).where(Nudge.key.startswith("photo:"))))


async def test_a_photo_that_was_said_to_be_a_contract_is_the_proof_once_it_is_fetched(
    office: House, clock: Clock
) -> None:
    taught, phone = await taught_in(office, clock)
    await proves(office, phone)
    assert await employment(office, taught) is None, "nothing is proven by a photo that is not here"
    camera = Camera()
    await asyncio.gather(*(Photographer(office, camera).batch() for _ in range(2)))
    await Photographer(office, camera).batch()
    known = await employment(office, taught)
    assert known is not None and (known.state, known.proof) == (Work.WORKING, WorkProof.CONTRACT)
    assert camera.asked == ["m1"]
    async with office.database.unit() as session:
        (photo,) = await session.scalars(select(Photo))
        assert photo.file_id == known.file_id and photo.target == "work:contract"
        assert await photo_tray.content_of(session, photo) == JPEG


async def test_one_that_is_here_before_it_is_known_lies_encrypted_and_is_put_by_the_answer(
    office: House, clock: Clock
) -> None:
    taught, phone = await taught_in(office, clock)
    for _ in range(2):
        await handle(a_photo(office, phone), office)
    await Photographer(office, Camera()).batch()
    async with office.database.unit() as session:
        (sealed,) = await session.scalars(select(Photo.sealed))
        assert sealed is not None and JPEG not in sealed
        assert await session.scalar(select(func.count()).select_from(StoredFile)) == 0
    for text in ("1", "3"):
        await handle(a_message(office, text, openid=phone), office)
    known = await employment(office, taught)
    assert known is not None and known.proof == WorkProof.INSURANCE
    assert await told(office) == ""


@pytest.mark.parametrize(
    "answer, said",
    [
        (ApiRefused(40007), "没收到：微信那边取不到了。请再发一次"),
        (Medium(b"<html>", "text/html"), "没收到：要照片"),
        (Medium(b"%PDF-1.4 x", "application/pdf"), "没收到：这不是照片"),
    ],
)
async def test_what_cannot_be_had_is_told(house: House, clock: Clock, answer: Medium | Exception, said: str) -> None:
    _, phone = await taught_in(house, clock)
    await handle(a_photo(house, phone), house)
    camera = Camera([answer])
    for _ in range(2):
        await Photographer(house, camera).batch()
    assert said in await told(house) and len(camera.asked) == 1


async def test_silence_is_asked_again_later_and_a_place_that_was_taken_meanwhile_is_told(
    house: House, clock: Clock
) -> None:
    taught, phone = await taught_in(house, clock)
    await proves(house, phone)
    camera = Camera([NoAnswer("busy", unsure=False), SCAN])
    for _ in range(2):
        await Photographer(house, camera).batch()
    assert camera.asked == ["m1"]
    async with house.database.unit() as session:
        first = taught.enrolments[0]
        session.add(Employment(enrolment_id=first.id, state=Work.LOOKING, asked=0, employer="", remark=""))
        other = taught.enrolments[1]
        await session.flush()
        kept = StoredFile(
            checksum="0", name="x", kind="image/png", size=1, content=b"x", added_at=clock(), added_by="staff:1"
        )
        session.add(kept)
        await session.flush()
        session.add(
            Employment(enrolment_id=other.id, state=Work.WORKING, file_id=kept.id, asked=0, employer="", remark="")
        )
        known = await session.get_one(Employment, first.id)
        known.state, known.file_id, known.seen_by = Work.PROVEN, kept.id, taught.clerk.id
    clock.move(minutes=5)
    await Photographer(house, camera).batch()
    assert camera.asked == ["m1", "m1"]
    assert "没放成：您没有等着就业证明的班" in await told(house)
    async with house.database.unit() as session:
        (photo,) = await photo_tray.waiting(session, phone)
        assert (photo.target, photo.is_here) == ("", True), "the photo itself is still there"


async def test_what_nobody_placed_goes_after_its_days_and_with_the_worker(house: House, clock: Clock) -> None:
    _, phone = await taught_in(house, clock)
    await handle(a_photo(house, phone), house)
    await Photographer(house, Camera()).batch()
    clock.move(days=photo_tray.KEPT_DAYS - 1)
    async with house.database.unit() as session:
        await photo_tray.forget_before(session, clock())
        assert len(await photo_tray.waiting(session, phone)) == 1
    clock.move(days=2)
    async with house.database.unit() as session:
        await photo_tray.forget_before(session, clock())
        assert not await photo_tray.waiting(session, phone)
    await handle(a_photo(house, phone, "m2"), house)
    await handle(Message("off", phone, Kind.UNSUBSCRIBE, clock()), house)
    async with house.database.unit() as session:
        assert not list(await session.scalars(select(Photo)))


async def test_a_photo_from_the_phone_goes_through_wechats_protocol_into_the_tray(house: House, clock: Clock) -> None:
    async with house.database.unit() as session:
        taught = await an_ended_class(session, clock)
        await a_follower(session, WORKER, clock())
        follower = await session.get_one(Follower, f"phone-{taught.persons[0].id}")
        follower.person_id = None
        await session.flush()
        (await session.get_one(Follower, WORKER)).person_id = taught.persons[0].id
    async with town(house, clock, jobs=True) as phone:
        sent = await phone.client.post("/simulator/media?type=image", data=JPEG, headers={"Content-Type": "image/jpeg"})
        media = (await sent.json())["media_id"]
        assert "这是什么" in await phone.does(kind="image", media_id=media)
        await phone.says("1")
        assert "放好了" in await phone.says("1")
        async with asyncio.timeout(10):
            while (known := await employment(house, taught)) is None:
                await asyncio.sleep(0.05)
    assert (known.state, known.proof) == (Work.WORKING, WorkProof.CONTRACT)


async def test_one_sent_before_he_said_who_he_is_is_his_afterwards(house: House, clock: Clock) -> None:
    taught, phone = await taught_in(house, clock)
    async with house.database.unit() as session:
        (await session.get_one(Follower, phone)).person_id = None
    await handle(a_photo(house, phone), house)
    await Photographer(house, Camera()).batch()
    async with house.database.unit() as session:
        (await session.get_one(Follower, phone)).person_id = taught.persons[0].id
    for text in ("我的照片", "1", "1"):
        reply = await handle(a_message(house, text, openid=phone), house)
    assert "放好了" in reply.text
    known = await employment(house, taught)
    assert known is not None and known.file_id is not None
