"""The photographer: fetches what workers photographed from WeChat, each once, and puts it where it was said to belong."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Protocol

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.wechat import codes
from bot.wechat.account import Medium
from bot.wechat.codes import Treat
from bot.wechat.errors import ApiRefused, NoAnswer
from handlers import photo_places
from handlers.context import House
from records import nudging, photo_tray
from records.errors import Refused
from records.photos import Photo

_log = structlog.get_logger()
_LEASE = timedelta(seconds=90)  # longer than a fetch may take; after it another process takes over
_AGAIN = timedelta(minutes=2)  # doubles with each try
_TOMORROW = timedelta(hours=12)  # the day's calls are used up
_PATIENCE = 40.0  # seconds for one fetch
_OF_USE = timedelta(days=3)
_LOST = "微信那边取不到了"


class Camera(Protocol):
    """Where photos come from."""

    async def media(self, media_id: str) -> Medium:
        """A medium that a worker sent; ApiRefused or NoAnswer where it cannot be had."""


class Photographer:
    """Fetches for one process."""

    def __init__(self, house: House, camera: Camera, batch: int = 5) -> None:
        self._house = house
        self._camera = camera
        self._batch = batch

    async def batch(self) -> bool:
        """Fetch the next photos that are due; True when more may wait."""
        async with self._house.database.unit() as session:
            taken = await photo_tray.due(session, self._batch, self._house.clock(), _LEASE)
        await asyncio.gather(*(self._fetch(each) for each in taken))
        return len(taken) == self._batch

    async def _fetch(self, photo: Photo) -> None:
        try:
            async with asyncio.timeout(_PATIENCE):
                medium = await self._camera.media(photo.media_id)
        except ApiRefused as refused:
            treat = codes.of(refused.code).treat
            if treat in {Treat.FAIL, Treat.CONTENT}:
                await self._lose(photo.id)
            else:
                await self._again(photo.id, _TOMORROW if treat is Treat.DAY else _AGAIN)
        except (NoAnswer, TimeoutError) as silence:
            _log.warning("photo not fetched", photo=photo.id, error=str(silence))
            await self._again(photo.id, _AGAIN * 2 ** min(photo.tries, 8))
        else:
            await self._take_in(photo.id, medium.content)

    async def _take_in(self, photo_id: int, content: bytes) -> None:
        """Keep it; where it is known what it belongs to, put it there in the same unit."""
        async with self._house.database.unit() as session:
            if (photo := await photo_tray.in_hand(session, photo_id)) is None:
                return
            try:
                await photo_tray.arrive(session, photo, content)
            except Refused as refusal:
                await self._give_up(session, photo, refusal.reason)
                return
            if photo.target:
                await self._put(session, photo)

    async def _put(self, session: AsyncSession, photo: Photo) -> None:
        now = self._house.clock()
        try:
            await photo_places.put(session, photo, self._house.settings.employment_months, now)
        except Refused as refusal:
            photo.target = ""
            await self._tell(session, photo, f"您发的照片没放成：{refusal.reason}回复“我的照片”再选。")

    async def _again(self, photo_id: int, wait: timedelta) -> None:
        async with self._house.database.unit() as session:
            photo = await photo_tray.in_hand(session, photo_id)
            if photo and not await photo_tray.postpone(session, photo, self._house.clock() + wait):
                await self._give_up(session, photo, _LOST)

    async def _lose(self, photo_id: int) -> None:
        async with self._house.database.unit() as session:
            if photo := await photo_tray.in_hand(session, photo_id):
                await self._give_up(session, photo, _LOST)

    async def _give_up(self, session: AsyncSession, photo: Photo, why: str) -> None:
        await photo_tray.fail(session, photo, why)
        await self._tell(session, photo, f"您发的照片没收到：{why.rstrip('。')}。请再发一次。")

    async def _tell(self, session: AsyncSession, photo: Photo, said: str) -> None:
        if photo.person_id is not None:
            now = self._house.clock()
            await nudging.put(session, f"photo:{photo.id}:{photo.tries}", photo.person_id, said, now, now + _OF_USE)
