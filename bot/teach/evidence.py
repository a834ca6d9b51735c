"""Evidence of a class: photos and recordings, shown with the day until which they are kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from aiohttp import web
from pydantic import BaseModel, Field, model_validator
from sqlalchemy.ext.asyncio import AsyncSession

from bot.teach.one_class import class_of
from bot.teach.photos import ACCEPTED, Photo
from bot.web.desk import HOUSE, STAFF, go, key_of, show
from bot.web.forms import Filled, blank, read_form
from config.settings import CHINA
from handlers.retention import Retention, retention
from records import layouts, proving, staff
from records.classes import TrainingClass
from records.errors import Refused
from records.evidence import Evidence
from records.proving import About
from records.sessions import PART_NAMES, Part, Session
from records.trainers import session_for, teaches


class EvidenceForm(BaseModel):
    """A photo or the address of a recording, of one session or of the class."""

    sitting: int | None = Field(title="哪节课", default=None)
    photo: Photo | None = Field(title="照片", default=None)
    link: str = Field(title="录像地址", max_length=500, default="")
    said: str = Field(title="说明", max_length=120, default="")

    @model_validator(mode="after")
    def _has_one(self) -> EvidenceForm:
        if (self.photo is None) == (not self.link):
            raise ValueError("请选一张照片，或者填一个录像地址，一次一样。")
        return self


def routes() -> list[web.RouteDef]:
    """The addresses of these pages."""
    of_class = r"/classes/{id:\d{1,9}}/evidence"
    return [
        web.get(of_class, page),
        web.post(of_class, add),
        web.get(r"/evidence/{id:\d{1,9}}/photo", photo),
    ]


async def page(request: web.Request) -> web.Response:
    """All that is kept of a class, and the form to add to it."""
    return await _page(request, blank(EvidenceForm))


async def add(request: web.Request) -> web.Response:
    """Keep a photo or a link; the same once more changes nothing."""
    filled, house = await read_form(request, EvidenceForm), request.app[HOUSE]
    if filled.told is None:
        return await _page(request, filled)
    try:
        async with house.database.unit() as session:
            about = await _about(request, session, filled.told)
            kept, is_new = await _keep(request, session, about, filled.told)
    except Refused as refusal:
        return await _page(request, filled.refused(refusal, "link" if filled.told.link else "photo"))
    until = kept.kept_until
    said = "已存好" if is_new else "这一份之前就存过了，没有重复存"
    await go(request, request.path, said=f"{said}，保存到{until.year}年{until.month}月{until.day}日。")


async def photo(request: web.Request) -> web.Response:
    """One photo as it came, for an account that has to do with its class."""
    async with request.app[HOUSE].database.unit() as session:
        found = await proving.photo_for(session, key_of(request), request[STAFF])
    return web.Response(body=found.photo, content_type=found.kind, headers={"Content-Disposition": "inline"})


async def _page(request: web.Request, filled: Filled[EvidenceForm]) -> web.Response:
    house = request.app[HOUSE]
    async with house.database.unit() as session:
        training_class = await class_of(request, session)
        seen: dict[str, Any] = {
            "training_class": training_class,
            "kept": await proving.of_class(session, training_class),
            "sittings": _choices(await layouts.of_class(session, training_class.id), house.clock()),
            "names": await staff.names(session),
        }
    may_add = teaches(training_class, request[STAFF])
    kept_for = _retention(request, training_class)
    return await show(
        request, "evidence.html", filled=filled, accepted=ACCEPTED, may_add=may_add, retention=kept_for, **seen
    )


def _choices(sittings: Sequence[Session], now: datetime) -> dict[str, str]:
    """The sessions that a photo may show."""
    begun = [each for each in sittings if each.starts_at <= now and each.cancelled_at is None]
    return {"": "全班，不分哪节课"} | {
        str(each.id): f"{each.day.month}月{each.day.day}日{PART_NAMES[Part(each.part)]}" for each in reversed(begun)
    }


def _retention(request: web.Request, training_class: TrainingClass) -> Retention:
    return retention(request.app[HOUSE].shelf, training_class.region)


async def _about(request: web.Request, session: AsyncSession, told: EvidenceForm) -> About:
    training_class = await class_of(request, session)
    sitting = (await session_for(session, told.sitting, request[STAFF]))[1] if told.sitting else None
    if sitting and sitting.class_id != training_class.id:
        raise Refused("这节课不是这个班的，请从列表里选。")
    day = request.app[HOUSE].clock().astimezone(CHINA).date()
    return About(training_class, sitting, told.said, _retention(request, training_class).until(day))


async def _keep(request: web.Request, session: AsyncSession, about: About, told: EvidenceForm) -> tuple[Evidence, bool]:
    account, now = request[STAFF], request.app[HOUSE].clock()
    if told.photo:
        return await proving.add_photo(session, about, told.photo.content, account, now)
    return await proving.add_link(session, about, told.link, account, now)
