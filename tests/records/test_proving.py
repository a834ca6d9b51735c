"""Evidence: real photos and https links, kept once, for as long as the documents say."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date

import pytest

from handlers.context import House
from handlers.retention import retention
from records import audit, proving
from records.database import Database
from records.errors import Refused
from records.proving import LARGEST_PHOTO, About
from tests.conftest import Clock
from tests.taught import a_taught_class

JPEG = b"\xff\xd8\xff\xe1\x00\x10Exif\x00\x00" + b"\x00" * 40 + b"\xff\xd9"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40
WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8 " + b"\x00" * 24
UNTIL = date(2028, 11, 20)


@pytest.mark.parametrize("content, kind", [(JPEG, "image/jpeg"), (PNG, "image/png"), (WEBP, "image/webp")])
def test_a_photo_is_known_by_its_first_bytes(content: bytes, kind: str) -> None:
    assert proving.kind_of(content) == kind


@pytest.mark.parametrize(
    "content", [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a", b"RIFF\x00\x00\x00\x00AVI ", b"%PDF-1.7"]
)
def test_what_is_no_photo_is_refused(content: bytes) -> None:
    with pytest.raises(Refused, match="照片要JPG、PNG或WebP格式"):
        proving.kind_of(content)


def test_a_photo_that_is_too_large_is_refused() -> None:
    with pytest.raises(Refused, match=r"照片最大8MB，这张有8\.0MB"):
        proving.kind_of(JPEG + b"\x00" * LARGEST_PHOTO)


async def test_a_photo_is_kept_as_it_came_and_once(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        taught = await a_taught_class(session, clock())
        about = About(taught.training_class, taught.sittings[0], " 上午实操 ", UNTIL)

    async def add() -> bool:
        async with either.unit() as session:
            mine = replace(
                about, training_class=await session.get_one(type(about.training_class), about.training_class.id)
            )
            return (await proving.add_photo(session, mine, JPEG, taught.trainer, clock()))[1]

    assert sorted(await asyncio.gather(add(), add(), add())) == [False, False, True]
    async with either.unit() as session:
        [(evidence, sitting)] = await proving.of_class(session, taught.training_class)
        kept = await proving.photo_for(session, evidence.id, taught.clerk)
        [added] = [
            e for e in await audit.history(session, about.training_class.thing) if e.event == "class:evidence:add"
        ]
    assert sitting is not None and sitting.id == taught.sittings[0].id
    assert (kept.photo, kept.said, kept.kept_until) == (JPEG, "上午实操", UNTIL)
    assert added.details["kept_until"] == "2028-11-20"


async def test_a_photo_is_not_shown_to_another_school(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        taught, other = await a_taught_class(session, clock()), await a_taught_class(session, clock())
        about = About(taught.training_class, None, "", UNTIL)
        evidence, _ = await proving.add_photo(session, about, PNG, taught.trainer, clock())
        with pytest.raises(Refused, match="没有这个班"):
            await proving.photo_for(session, evidence.id, other.trainer)
        with pytest.raises(Refused, match="没有这张照片"):
            await proving.photo_for(session, evidence.id + 999, taught.trainer)
        with pytest.raises(Refused, match="只有这个班所在机构的老师"):
            await proving.add_photo(session, about, PNG, other.trainer, clock())


async def test_a_link_is_kept_once_and_must_be_https(either: Database, clock: Clock) -> None:
    async with either.unit() as session:
        taught = await a_taught_class(session, clock())
        about = About(taught.training_class, None, "全程录像", UNTIL)
        told = [
            (await proving.add_link(session, about, link, taught.trainer, clock()))[1]
            for link in ("https://v.example.cn/s/1?p=a", " https://v.example.cn/s/1?p=a ")
        ]
        assert told == [True, False]
        for wrong in (
            "http://v.example.cn/1",
            "javascript:alert(1)",
            "https://",
            "https://u@host.cn/",
            "https://v.cn/a b",
        ):
            with pytest.raises(Refused, match="要以https://开头"):
                await proving.add_link(session, about, wrong, taught.trainer, clock())
        with pytest.raises(Refused, match="最多500个字符"):
            await proving.add_link(session, about, "https://v.example.cn/" + "a" * 500, taught.trainer, clock())


@pytest.mark.parametrize("region, is_own", [("141025", True), ("140524", False), ("410400", False)])
def test_how_long_it_is_kept_comes_from_the_nearest_document(shipped: House, region: str, is_own: bool) -> None:
    found = retention(shipped.shelf, region)
    assert found.policy.id == "guxian-2024-15"
    assert found.is_own is is_own
    assert found.section == "六（三）"
    assert found.until(date(2026, 11, 20)) == date(2028, 11, 20)
    assert found.until(date(2028, 2, 29)) == date(2030, 3, 1)
