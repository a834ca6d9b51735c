"""A file that was handed in: the field that takes it in a form, and how it is shown again."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from aiohttp import web
from pydantic import AfterValidator
from sqlalchemy.ext.asyncio import AsyncSession

from bot.web.uploads import Upload
from records import filing
from records.errors import Refused
from records.files import StoredFile
from records.filing import PICTURES

ACCEPTED = "image/jpeg,image/png,image/webp,application/pdf"
_SHOWN = PICTURES | {"application/pdf"}


def _check(upload: Upload | None) -> Upload | None:
    if upload is None:
        return None
    try:
        kind = filing.kind_of(upload.content)
    except Refused as refusal:
        raise ValueError(refusal.reason) from refusal
    if kind not in _SHOWN:
        raise ValueError("要照片（JPG、PNG、WebP）或PDF，这个文件不是。请拍一张或另存后再传。")
    return upload


Scan = Annotated[Upload, AfterValidator(_check)]  # a photo or a PDF


async def answer(session: AsyncSession, file_id: int | None) -> web.Response:
    """The file, to be looked at in the browser; Refused where there is none."""
    if file_id is None:
        raise Refused("没有传文件。")
    stored = await session.get_one(StoredFile, file_id)
    name = quote(stored.name)
    headers = {"Content-Disposition": f"inline; filename*=UTF-8''{name}"}
    return web.Response(body=await filing.content_of(session, stored), content_type=stored.kind, headers=headers)
