"""An evaluation body's sheet on its way through a page: looked at first, then entered, the same rows and no others."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

from aiohttp import web
from cryptography.exceptions import InvalidTag
from pydantic import BaseModel, Field

from bot.web.desk import HOUSE, STAFF
from bot.web.uploads import Upload, file_of
from handlers import certificate_rows
from handlers.certificate_rows import Row, Rows
from handlers.certificate_sheets import Done
from records.errors import Refused

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_NAME = "%E8%AF%81%E4%B9%A6%E8%A1%A8.xlsx"  # 证书表.xlsx


class SheetForm(BaseModel):
    """A sheet of certificates."""

    sheet: Annotated[Upload, file_of(".xlsx", ".csv", megabytes=5)] = Field(title="证书表")


async def template(request: web.Request) -> web.Response:
    """The sheet to fill in."""
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{_NAME}"}
    return web.Response(body=certificate_rows.template(), content_type=_XLSX, headers=headers)


def sealed(request: web.Request, rows: Rows) -> str:
    """The rows for the page to bring back: encrypted, for this account and address alone."""
    kept = {"for": _owner(request), "rows": [asdict(row) for row in rows.rows], "wrong_total": rows.wrong_total}
    return request.app[HOUSE].database.vault.seal(json.dumps(kept, ensure_ascii=False))


def opened(request: web.Request, told: str) -> Rows:
    """The rows that came back; Refused where they are not whole or were looked at elsewhere."""
    try:
        kept = json.loads(request.app[HOUSE].database.vault.open(told))
    except (ValueError, InvalidTag) as error:
        raise Refused("证书表没有收完整，请重新传一次。") from error
    if kept["for"] != _owner(request):
        raise Refused("这份证书表不是在这里核对的，请重新传一次。")
    return Rows(tuple(Row(**row) for row in kept["rows"]), kept["wrong_total"])


def said(done: Done) -> str:
    """登记了12本，3本本来就在。"""
    parts = {"登记了{}本": len(done.good), "{}本本来就在": len(done.already), "{}行没登上": len(done.faults)}
    return "，".join(words.format(count) for words, count in parts.items() if count) + "。"


def _owner(request: web.Request) -> str:
    return f"certificates by {request[STAFF].actor} at {request.path.rpartition('/')[0]}"
