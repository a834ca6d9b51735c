"""An institution's claims: what can be claimed for its classes, the draft with its papers, and what became of it."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import uuid4

from aiohttp import web
from pydantic import AfterValidator, BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from bot import claim_files, claim_sheet
from bot.web.desk import HOUSE, STAFF, go, key_of, show, text_of
from bot.web.forms import Filled, blank, read_form
from bot.web.guards import need
from bot.web.uploads import Upload
from config.settings import CHINA
from handlers import class_claims, programmes
from handlers.class_claims import CLAIMABLE
from records import claim_desk, claim_papers, claim_search, filing
from records.claim_papers import Account
from records.claim_search import own_for
from records.claim_states import OPEN_TO_CHANGE
from records.claims import Claim
from records.class_search import Wanted, search
from records.classes import TrainingClass
from records.errors import Refused
from records.staff import Role, Staff
from records.trainers import class_for, teaches

_ONE = r"/claims/{id:\d{1,9}}"
_PAPER = _ONE + r"/papers/{paper:\d{1,9}}"
_MOST_CLASSES = 50
_WITHDRAWABLE = (*OPEN_TO_CHANGE, "submitted")
_ACCEPTED = "image/jpeg,image/png,image/webp,.pdf,.docx,.xlsx"


def _is_known(upload: Upload) -> Upload:
    try:
        filing.kind_of(upload.content)
    except Refused as refusal:
        raise ValueError(refusal.reason) from refusal
    return upload


class StartForm(BaseModel):
    """Which programme is claimed, and where the money goes."""

    wish: str = Field(title="要申领的项目", max_length=160)
    bank: str = Field(title="开户行", max_length=60)
    number: str = Field(title="账号", max_length=40)
    key: str = Field(title="表单", min_length=8, max_length=64)


class AccountForm(BaseModel):
    """Another account."""

    bank: str = Field(title="开户行", max_length=60)
    number: str = Field(title="账号", max_length=40)


class PaperForm(BaseModel):
    """One paper: its file, or where it is."""

    file: Annotated[Upload, AfterValidator(lambda each: each and _is_known(each))] | None = Field(
        title="文件", default=None
    )
    said: str = Field(title="在哪里", max_length=200, default="")


class VersionForm(BaseModel):
    """A step, of the claim as it was read."""

    version: int = Field(title="版本")
    reason: str = Field(title="原因", max_length=200, default="")


def routes() -> list[web.RouteDef]:
    """The addresses of these pages."""
    return [
        web.get("/claims", listed),
        web.get(r"/classes/{id:\d{1,9}}/claim", start),
        web.post(r"/classes/{id:\d{1,9}}/claim", begin),
        web.get(_ONE, page),
        web.post(f"{_ONE}/account", change_account),
        web.post(f"{_ONE}/told", tell),
        web.post(f"{_ONE}/submit", submit),
        web.post(f"{_ONE}/withdraw", withdraw),
        web.get(_PAPER, paper),
        web.post(_PAPER, hand_in),
    ]


async def listed(request: web.Request) -> web.Response:
    """The institution's claims, those that came back on top, and the classes that may be claimed for."""
    account, house = need(request, Role.TRAINER, to="申领补贴"), request.app[HOUSE]
    async with house.database.unit() as session:
        claims = await claim_search.of_institution(session, account)
        classes = await _claimable(session, account)
    claimed = {each.class_id for each in claims if each.state not in ("withdrawn", "rejected")}
    names = {each.id: each.name for each in classes}
    return await show(
        request,
        "claims.html",
        claims=claims,
        classes=[each for each in classes if each.id not in claimed],
        class_names=names,
        steps=claim_sheet.STEPS,
        step_of=claim_sheet.step_of,
        programme_name=lambda claim: _name(request, claim),
        **_looks(),
    )


async def start(request: web.Request) -> web.Response:
    """Which programme to claim for a class, with why the others do not fit."""
    return await _start(request, blank(StartForm, key=uuid4().hex))


async def begin(request: web.Request) -> web.Response:
    """Make the draft; the same form sent twice is one claim."""
    house, filled = request.app[HOUSE], await read_form(request, StartForm)
    if (told := filled.told) is None:
        return await _start(request, filled)
    try:
        async with house.database.unit() as session:
            training_class = await _own_class(request, session)
            account = Account(told.bank, told.number)
            claim = await class_claims.begin(
                session, house, training_class, told.wish, account, request[STAFF], told.key, house.clock()
            )
    except Refused as refusal:
        return await _start(request, filled.refused(refusal))
    await go(request, f"/teach/claims/{claim.id}", said="草稿写好了。看看每一行，把材料交齐，再提交。")


async def page(request: web.Request) -> web.Response:
    """One claim."""
    return await _page(request, blank(AccountForm))


async def change_account(request: web.Request) -> web.Response:
    """Change where the money goes."""
    house, filled = request.app[HOUSE], await read_form(request, AccountForm)
    if (told := filled.told) is None:
        return await _page(request, filled)
    try:
        async with house.database.unit() as session:
            claim = await _own(request, session)
            account = Account(told.bank, told.number)
            await claim_papers.set_account(session, claim, account, request[STAFF].actor, house.clock())
    except Refused as refusal:
        return await _page(request, filled.refused(refusal))
    await go(request, f"/teach/claims/{key_of(request)}", said="账户改好了。")


async def tell(request: web.Request) -> web.Response:
    """Take in what no record knows of the class, and work the claim out anew."""
    house, form, here = request.app[HOUSE], await request.post(), f"/teach/claims/{key_of(request)}"
    version = text_of(form, "version")
    try:
        async with house.database.unit() as session:
            claim = await _own(request, session)
            programme = programmes.find(house.shelf, claim.policy_id, claim.scheme_id)
            kinds = programme.told_of_class() if programme else []
            told = {kind.name: _number(kind.ask, text_of(form, kind.name)) for kind in kinds}
            now = house.clock()
            is_new = await class_claims.renew(session, house, claim, told, request[STAFF], _version(version), now)
    except Refused as refusal:
        await go(request, here, problem=refusal.reason)
    await go(request, here, said="按现在的考勤、成绩和证书重新算好了。" if is_new else "又算了一遍，结果没有变。")


async def submit(request: web.Request) -> web.Response:
    """Hand the claim in as it was read."""
    house, here = request.app[HOUSE], f"/teach/claims/{key_of(request)}"
    filled = await read_form(request, VersionForm)
    try:
        async with house.database.unit() as session:
            claim = await _own(request, session)
            version = filled.told.version if filled.told else 0
            if claim.state == "submitted" and claim.version == version + 1:  # the second click of the same
                is_in = True
            else:
                is_in = await class_claims.hand_in(session, house, claim, request[STAFF], version, house.clock())
    except Refused as refusal:
        await go(request, here, problem=refusal.reason)
    if not is_in:
        await go(request, here, problem="考勤、成绩或证书有了变化，金额重新算过了，请再看一遍再提交。")
    await go(request, here, said="提交了，县人社局初审后会显示在这里。")


async def withdraw(request: web.Request) -> web.Response:
    """Take the claim back."""
    house, filled = request.app[HOUSE], await read_form(request, VersionForm)
    try:
        async with house.database.unit() as session:
            claim = await _own(request, session)
            told = filled.told
            version, reason = (told.version, told.reason) if told else (0, "")
            await claim_desk.withdraw(session, claim, request[STAFF].actor, reason, version, house.clock())
    except Refused as refusal:
        await go(request, f"/teach/claims/{key_of(request)}", problem=refusal.reason)
    await go(request, "/teach/claims", said="撤回了，要再申领可以重新开始。")


async def paper(request: web.Request) -> web.Response:
    """The file of one paper."""
    async with request.app[HOUSE].database.unit() as session:
        return await claim_files.sent(session, await _own(request, session), key_of(request, "paper"))


async def hand_in(request: web.Request) -> web.Response:
    """Keep the file of one paper, or where it is."""
    house, filled, here = request.app[HOUSE], await read_form(request, PaperForm), f"/teach/claims/{key_of(request)}"
    told = filled.told
    if told is None or not (told.file or told.said):
        await go(request, here, problem=next(iter(filled.errors.values()), "请选一个文件，或写一句材料在哪里。"))
    try:
        async with house.database.unit() as session:
            claim, actor, now = await _own(request, session), request[STAFF].actor, house.clock()
            material = key_of(request, "paper")
            if told.file:
                await claim_papers.hand_in(session, claim, material, told.file.name, told.file.content, actor, now)
            else:
                await claim_papers.say_where(session, claim, material, told.said, actor, now)
    except Refused as refusal:
        await go(request, here, problem=refusal.reason)
    await go(request, f"{here}#papers", said="材料收下了。")


async def _start(request: web.Request, filled: Filled[StartForm]) -> web.Response:
    house = request.app[HOUSE]
    today = house.clock().astimezone(CHINA).date()
    async with house.database.unit() as session:
        training_class = await _own_class(request, session)
        fits = await class_claims.fits(session, house, training_class, today)
    if not filled.value("wish") and (first := next((each for each in fits if not each.problem), None)):
        filled = blank(StartForm, **dict(filled.values) | {"wish": first.key}) if not filled.is_wrong else filled
    return await show(
        request,
        "claim_start.html",
        filled=filled,
        training_class=training_class,
        may_claim=training_class.state in CLAIMABLE,
        fitting=[each for each in fits if not each.problem],
        others=[each for each in fits if each.problem],
    )


async def _page(request: web.Request, filled: Filled[AccountForm]) -> web.Response:
    house = request.app[HOUSE]
    async with house.database.unit() as session:
        claim = await _own(request, session)
        sheet = await claim_sheet.sheet(session, house, claim)
        lacking = await claim_papers.lacking(session, claim)
        training_class = await session.get(TrainingClass, claim.class_id) if claim.class_id else None
    return await show(
        request,
        "claim.html",
        filled=filled,
        sheet=sheet,
        claim=claim,
        lacking=lacking,
        training_class=training_class,
        kinds=sheet.programme.told_of_class() if sheet.programme else [],
        steps=claim_sheet.STEPS,
        accepted=_ACCEPTED,
        may_withdraw=claim.state in _WITHDRAWABLE,
        here=f"/teach/claims/{claim.id}",
        **_looks(),
    )


async def _own(request: web.Request, session: AsyncSession) -> Claim:
    return await own_for(session, key_of(request), need(request, Role.TRAINER, to="申领补贴"))


async def _own_class(request: web.Request, session: AsyncSession) -> TrainingClass:
    account = need(request, Role.TRAINER, to="申领补贴")
    training_class = await class_for(session, key_of(request), account)
    if not teaches(training_class, account):
        raise Refused("补贴由这个班所在的机构自己申领。")
    return training_class


async def _claimable(session: AsyncSession, account: Staff) -> list[TrainingClass]:
    """The institution's classes that are over."""
    found = []
    for state in CLAIMABLE:
        wanted = Wanted(state=state, institution=account.institution_id or 0)
        rows, _ = await search(session, account, wanted, 0, _MOST_CLASSES)
        found += [each.training_class for each in rows]
    return found


def _version(typed: str) -> int:
    return int(typed) if typed.isdecimal() and len(typed) < 10 else 0


def _number(ask: str, typed: str) -> int:
    if not (typed.strip().isdecimal() and len(typed.strip()) < 8):
        raise Refused(f"“{ask}”要填一个数，没有就填0，您填的是“{typed.strip()[:10]}”。")
    return int(typed)


def _name(request: web.Request, claim: Claim) -> str:
    found = programmes.find(request.app[HOUSE].shelf, claim.policy_id, claim.scheme_id)
    return found.name if found else "补贴"


def _looks() -> dict[str, Any]:
    return {"state_of": claim_sheet.state, "tone_of": claim_sheet.tone}
