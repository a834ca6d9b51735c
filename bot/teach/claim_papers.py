"""The papers of an institution's claim: each its file, or where it is."""

from __future__ import annotations

from typing import Annotated

from aiohttp import web
from pydantic import AfterValidator, BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from bot import claim_files
from bot.web.desk import HOUSE, STAFF, go, key_of
from bot.web.forms import read_form
from bot.web.guards import need
from bot.web.uploads import Upload
from records import claim_papers, filing
from records.claim_search import own_for
from records.claims import Claim
from records.errors import Refused
from records.staff import Role

ACCEPTED = "image/jpeg,image/png,image/webp,.pdf,.docx,.xlsx"
_PAPER = r"/claims/{id:\d{1,9}}/papers/{paper:\d{1,9}}"


def _is_known(upload: Upload) -> Upload:
    try:
        filing.kind_of(upload.content)
    except Refused as refusal:
        raise ValueError(refusal.reason) from refusal
    return upload


class PaperForm(BaseModel):
    """One paper: its file, or where it is."""

    file: Annotated[Upload, AfterValidator(lambda each: each and _is_known(each))] | None = Field(
        title="文件", default=None
    )
    said: str = Field(title="在哪里", max_length=200, default="")


def routes() -> list[web.RouteDef]:
    """The addresses of one paper."""
    return [web.get(_PAPER, paper), web.post(_PAPER, hand_in)]


async def paper(request: web.Request) -> web.Response:
    """The file of one paper."""
    async with request.app[HOUSE].database.unit() as session:
        return await claim_files.sent(session, await own(request, session), key_of(request, "paper"))


async def hand_in(request: web.Request) -> web.Response:
    """Keep the file of one paper, or where it is."""
    house, filled, here = request.app[HOUSE], await read_form(request, PaperForm), f"/teach/claims/{key_of(request)}"
    told = filled.told
    if told is None or not (told.file or told.said):
        await go(request, here, problem=next(iter(filled.errors.values()), "请选一个文件，或写一句材料在哪里。"))
    try:
        async with house.database.unit() as session:
            claim, actor, now = await own(request, session), request[STAFF].actor, house.clock()
            material = key_of(request, "paper")
            if told.file:
                await claim_papers.hand_in(session, claim, material, told.file.name, told.file.content, actor, now)
            else:
                await claim_papers.say_where(session, claim, material, told.said, actor, now)
    except Refused as refusal:
        await go(request, here, problem=refusal.reason)
    await go(request, f"{here}#papers", said="材料收下了。")


async def own(request: web.Request, session: AsyncSession) -> Claim:
    """The claim of the page, which is the institution's own."""
    return await own_for(session, key_of(request), need(request, Role.TRAINER, to="申领补贴"))
