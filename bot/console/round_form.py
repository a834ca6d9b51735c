"""The form of a voucher round, and the offer that it makes."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import uuid4

from aiohttp import web
from pydantic import BaseModel, BeforeValidator, Field

from bot.web.desk import HOUSE, show
from bot.web.forms import Filled
from bot.web.guards import need
from config.settings import CHINA
from handlers import round_offers
from handlers.context import House
from knowledge.certificates import LEVELS
from records import audience, round_desk
from records.audience import Audience
from records.round_desk import WRITERS, Offer


def _number(sentence: str) -> BeforeValidator:
    def check(typed: object) -> object:
        if not (str(typed).isdecimal() and len(str(typed)) < 10):
            raise ValueError(sentence)
        return typed

    return BeforeValidator(check)


class RoundForm(BaseModel):
    """What is offered to whom."""

    key: str = Field(default_factory=lambda: str(uuid4()), max_length=36)
    choice: str = Field(title="工种", max_length=160)
    level: str = Field(title="等级", default="", max_length=16)
    most: Annotated[int, _number("请填一个整数，如 50。")] = Field(title="张数", ge=1, le=round_desk.MOST_VOUCHERS)
    until: date = Field(title="答复的最后一天")
    region: str = Field(title="地区", max_length=6)
    town: str = Field(title="乡镇", default="", max_length=40)
    groups: tuple[str, ...] = Field(title="人群", default=(), max_length=40)


def offer_of(house: House, told: RoundForm, choice: round_offers.Choice, today: date) -> Offer:
    """What the form says, as an offer."""
    return Offer(
        policy_id=choice.policy_id,
        scheme_id=choice.scheme_id,
        occupation=choice.occupation,
        level=told.level if told.level in LEVELS else "",
        audience=Audience(told.region, told.town, told.groups),
        most=told.most,
        each_fen=round_offers.each_fen(house.shelf, told.region, choice, today),
        until=told.until,
    )


async def show_form(request: web.Request, filled: Filled[RoundForm]) -> web.Response:
    """The form as it stands, with what may be chosen."""
    house, account = request.app[HOUSE], need(request, *WRITERS, to="批量发券")
    today = house.clock().astimezone(CHINA).date()
    region = filled.value("region") or account.region
    async with house.database.unit() as session:
        offered = await round_offers.choices(session, house.shelf, region, today)
        people = await audience.choices(session, account.region, today)
    options: dict[str, dict[str, str]] = {}
    for each in offered:
        options.setdefault(each.programme, {})[each.key] = each.occupation
    regions = {code: house.shelf.regions.name(code) for code in people.towns}
    towns = {regions[code]: {town: town for town in towns} for code, towns in people.towns.items()}
    return await show(
        request,
        "round_form.html",
        filled=filled,
        options=options,
        levels={"": "不限，按本人情况定", **{level: level for level in LEVELS}},
        regions=regions,
        towns={"": "全部乡镇", **towns},
        groups={group: group for group in people.groups},
    )
