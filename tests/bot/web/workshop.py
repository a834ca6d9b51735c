"""An area to try the frame in: a gallery of the components, a form of every kind of field, a table of many rows."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, Field, ValidationInfo, field_validator, model_validator

from bot.web.area import STAFF_COOKIE, open_area
from bot.web.deeds import Deed
from bot.web.desk import HOUSE, Chat, Entry, go, show
from bot.web.forms import Filled, blank, read_form
from bot.web.guards import need, signed_in
from bot.web.tables import read_page
from bot.web.uploads import Upload, file_of
from handlers.context import House
from records.errors import Refused
from records.staff import Role

NAV = [
    Entry("/teach/", "今天", icon="home"),
    Entry("/teach/table", "名册", icon="people"),
    Entry("/teach/form", "开班", icon="class"),
    Entry("/teach/admin", "只给管理员", (Role.ADMIN,)),
]
PARTS = {"morning": "上午", "afternoon": "下午", "evening": "晚上"}
TRAINEES = [(f"学员{number}", "焊工" if number % 2 else "电工", number) for number in range(1, 61)]


class Level(StrEnum):
    """Three levels."""

    FIRST = "初级工"
    SECOND = "中级工"
    THIRD = "高级工"


class ClassForm(BaseModel):
    """A form with a field of every kind."""

    name: str = Field(title="班名", max_length=20)
    level: Level = Field(title="等级")
    places: int = Field(title="名额", ge=1, le=60, default=30)
    starts: date = Field(title="开班日期")
    begins: time | None = Field(title="上课时间", default=None)
    phone: str = Field(title="电话", pattern=r"^1\d{10}$", description="11位手机号", default="")
    parts: list[str] = Field(title="上课时段", min_length=1)
    remark: str = Field(title="备注", default="")
    insured: bool = Field(title="已买保险", default=False)
    roster: Annotated[Upload | None, file_of(".xlsx", ".csv", megabytes=1)] = Field(title="名册", default=None)

    @field_validator("name")
    @classmethod
    def _is_new(cls, name: str, told: ValidationInfo) -> str:
        if name == "重名班":
            raise ValueError("已经有“重名班”了，请换一个名字。")
        return name

    @model_validator(mode="after")
    def _evening_has_time(self) -> ClassForm:
        if self.parts == ["evening"] and self.begins is None:
            raise ValueError("只上晚课的班要填上课时间。")
        return self


def setup(app: web.Application, house: House, outbound: Chat) -> None:
    """Open the workshop as /teach on an application."""
    work = _Import()
    open_area(
        app,
        house,
        outbound,
        prefix="/teach",
        name="教师端",
        routes=[
            web.get("/", _gallery),
            web.get(r"/{look:desk|phone|projector}", _gallery),
            web.get("/form", _blank),
            web.post("/form", _write),
            web.get("/table", _table),
            web.get("/admin", _admin),
            web.get("/broken", _broken),
            web.get("/renewing", work.page),
            web.get("/renewing/part", work.part),
            web.post("/refuse", _refuse),
        ],
        templates=Path(__file__).with_name("pages"),
        guard=signed_in,
        nav=NAV,
        cookie=STAFF_COOKIE,
    )


async def _gallery(request: web.Request) -> web.Response:
    at = datetime(2026, 11, 20, 2, 30, tzinfo=UTC)
    asked = read_page(request, size=8)
    return await show(
        request,
        "gallery.html",
        look=request.match_info.get("look", "desk"),
        wrong=_a_wrong_form(),
        fresh=blank(ClassForm),
        parts_of_day=PARTS,
        levels={each.value: each.value for each in Level},
        listing=asked.cut(TRAINEES),
        deeds=[
            Deed(at, "张晓梅", "写好"),
            Deed(at, "李建军", "退回", "少写了地点，请补上实训楼几楼几号。"),
            Deed(at, "系统", "开班"),
        ],
        at=at,
    )


def _a_wrong_form() -> Filled[ClassForm]:
    kept = blank(ClassForm, name="附城镇电工3班", level=Level.SECOND, parts=["morning", "evening"], places="六十")
    errors = {"places": "名额要填整数，如 30；您填的是“六十”。", "starts": "请填开班日期。"}
    return Filled({**kept.values, "places": "六十"}, errors)


async def _blank(request: web.Request) -> web.Response:
    return await _form_page(request, blank(ClassForm, starts=date(2026, 12, 1)))


async def _write(request: web.Request) -> web.Response:
    filled = await read_form(request, ClassForm)
    if filled.told is None:
        return await _form_page(request, filled)
    if filled.told.name == "不让开的班":
        return await _form_page(request, filled.refused(Refused("这家机构不能开这个班。")))
    size = len(filled.told.roster.content) if filled.told.roster else 0
    await go(request, "/teach/form", said=f"开好了：{filled.told.name}，{filled.told.starts}，名册{size}字节")


async def _form_page(request: web.Request, filled: Filled[ClassForm]) -> web.Response:
    levels = {each.value: each.value for each in Level}
    return await show(request, "form.html", filled=filled, parts_of_day=PARTS, levels=levels)


async def _table(request: web.Request) -> web.Response:
    asked = read_page(request, size=10)
    wanted = asked.asked("trade")
    found = [row for row in TRAINEES if wanted in ("", row[1]) and asked.asked("q") in row[0]]
    return await show(request, "table.html", listing=asked.cut(found))


async def _admin(request: web.Request) -> web.Response:
    need(request, Role.ADMIN)
    return await show(request, "table.html", listing=read_page(request).cut([]))


async def _broken(request: web.Request) -> web.Response:
    raise RuntimeError(f"a fault of the program at {request.app[HOUSE].clock()}")


class _Import:
    """Work that comes a third further whenever somebody looks."""

    def __init__(self) -> None:
        self.done = 0

    async def page(self, request: web.Request) -> web.Response:
        return await show(request, "renewing.html", done=self.done)

    async def part(self, request: web.Request) -> web.Response:
        self.done += 1
        return await show(request, "renewing_part.html", done=self.done)


async def _refuse(request: web.Request) -> web.Response:
    raise Refused("今天不上课。")
