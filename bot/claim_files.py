"""The files of a claim's papers, as a browser gets them: pictures and PDF to look at, all else to keep."""

from __future__ import annotations

from urllib.parse import quote

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from records import claim_papers, filing
from records.claims import Claim
from records.errors import Refused

_SHOWN = filing.PICTURES | {"application/pdf"}


async def sent(session: AsyncSession, claim: Claim, material_id: int) -> web.Response:
    """The file of one paper; Refused where none was handed in."""
    paper = await claim_papers.one_of(session, claim, material_id)
    if paper.file is None:
        raise Refused("这份材料还没有传文件。")
    how = "inline" if paper.file.kind in _SHOWN else "attachment"
    return web.Response(
        body=await filing.content_of(session, paper.file),
        content_type=paper.file.kind,
        headers={"Content-Disposition": f"{how}; filename*=UTF-8''{quote(paper.file.name)}"},
    )
