"""Whom a notice is for, and how many of them it can reach now."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA, Settings
from records.classes import TrainingClass
from records.consents import Consent
from records.enrolments import Enrolment
from records.followers import Follower
from records.people import Membership, Person
from records.subscriptions import Topic, wants
from records.windows import Window

_CLASS_LASTS = timedelta(days=120)  # a class that began earlier is over


@dataclass(frozen=True)
class Audience:
    """Followers by place, town, groups and class; what is left empty does not narrow."""

    region: str  # GB/T 2260 code: this place and all below it
    town: str = ""
    groups: tuple[str, ...] = ()  # any of them
    training_class: int | None = None
    unplaced: bool = False  # also followers of whom no place is known

    def kept(self) -> dict[str, Any]:
        """As it is stored with the notice."""
        return asdict(self) | {"groups": list(self.groups)}

    @classmethod
    def load(cls, kept: dict[str, Any]) -> Audience:
        """As it was stored."""
        return cls(**kept | {"groups": tuple(kept["groups"])})


@dataclass(frozen=True)
class Reach:
    """How a notice would arrive if it went out now."""

    total: int  # followers it is for, without those who stopped the topic
    talking: int  # have an open window: customer-service message
    consented: int  # agreed to subscription messages
    templated: int  # template message, where the office has one
    later: int  # cannot be reached now; they get it when they next speak to us
    stopped: int  # match, but want no notices of this topic
    strangers: int  # people of the registry who match and do not follow the account


@dataclass(frozen=True)
class Choices:
    """What an audience can be made of."""

    towns: dict[str, list[str]]  # of each region that people live in
    groups: list[str]  # that somebody belongs to
    classes: dict[int, str]  # under way or to come, with the day they begin


def place(code: str) -> str:
    """The digits of a code that name its place: 141025, 1410 for the city, 14 for the province."""
    return code.removesuffix("00").removesuffix("00")


def followers(audience: Audience, today: date) -> Select[str]:
    """The openids of an audience, also of those who stopped the topic."""
    matching = select(Follower.openid).outerjoin(Person, Person.id == Follower.person_id).where(Follower.subscribed)
    region = func.coalesce(Person.region, Follower.region)
    there = region.startswith(place(audience.region))
    if audience.unplaced:
        there = or_(there, region.is_(None))
    return matching.where(there, *_personal(audience, today))


async def reach(session: AsyncSession, audience: Audience, topic: Topic, now: datetime, settings: Settings) -> Reach:
    """Count an audience by the way a notice would take to it now, in the order in which the ways are tried."""
    today = now.astimezone(CHINA).date()
    everyone = followers(audience, today)
    willing = everyone.where(wants(topic))
    talks, consents = _has_window(now), _consents(settings.wechat_subscribe_template)
    total = await _count(session, willing)
    talking = await _count(session, willing.where(talks))
    consented = await _count(session, willing.where(~talks, consents))
    rest = total - talking - consented
    return Reach(
        total=total,
        talking=talking,
        consented=consented,
        templated=rest if settings.wechat_template else 0,
        later=0 if settings.wechat_template else rest,
        stopped=await _count(session, everyone.where(~wants(topic))),
        strangers=await _strangers(session, audience, today),
    )


async def choices(session: AsyncSession, region: str, today: date) -> Choices:
    """What can be chosen for an audience within a region."""
    here = place(region)
    rows = select(Person.region, Person.town).where(Person.region.startswith(here)).distinct()
    towns: dict[str, list[str]] = {region: []}
    for code, town in await session.execute(rows.order_by(Person.region, Person.town)):
        towns.setdefault(code, []).extend([town] if town else [])
    groups = await session.scalars(select(Membership.group).distinct().order_by(Membership.group))
    recent = select(TrainingClass).where(
        TrainingClass.region.startswith(here), TrainingClass.starts > today - _CLASS_LASTS
    )
    classes = await session.scalars(recent.order_by(TrainingClass.starts.desc()).limit(200))
    return Choices(towns, list(groups), {each.id: f"{each.name}（{each.starts:%m月%d日}开班）" for each in classes})


async def _strangers(session: AsyncSession, audience: Audience, today: date) -> int:
    following = select(Follower.person_id).where(Follower.person_id.is_not(None), Follower.subscribed)
    matching = select(Person.id).where(Person.id.not_in(following), *_personal(audience, today))
    return await _count(session, matching.where(Person.region.startswith(place(audience.region))))


def _personal(audience: Audience, today: date) -> list[ColumnElement[bool]]:
    """What can only be true of a follower whom we know as a person."""
    conditions: list[ColumnElement[bool]] = []
    if audience.town:
        conditions.append(Person.town == audience.town)
    if audience.groups:
        belongs = select(Membership.person_id).where(
            Membership.group.in_(audience.groups),
            Membership.since <= today,
            or_(Membership.until.is_(None), Membership.until >= today),
        )
        conditions.append(Person.id.in_(belongs))
    if audience.training_class is not None:
        enrolled = select(Enrolment.person_id).where(Enrolment.class_id == audience.training_class)
        conditions.append(Person.id.in_(enrolled))
    return conditions


def _has_window(now: datetime) -> ColumnElement[bool]:
    mine = select(Window.openid).where(Window.openid == Follower.openid, Window.until > now, Window.remaining > 0)
    return mine.exists()


def _consents(template: str) -> ColumnElement[bool]:
    mine = select(Consent.openid).where(Consent.openid == Follower.openid, Consent.template == template, Consent.given)
    return mine.exists() if template else false()


async def _count(session: AsyncSession, rows: Select[Any]) -> int:
    return (await session.execute(select(func.count()).select_from(rows.subquery()))).scalar_one()
