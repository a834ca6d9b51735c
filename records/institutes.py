"""What the office does with its list of training institutions: adds, permits, warns, removes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from records import audit
from records.audience import place
from records.audit import Event
from records.class_states import ClassState
from records.classes import TrainingClass
from records.errors import Refused
from records.institutions import STANDING_NAMES, Institution, Standing
from records.staff import ROLE_NAMES, Role, Staff
from records.trainers import OFFICE

KEEPERS = (Role.CLERK,)
JUDGES = (Role.REVIEWER, Role.APPROVER)


@dataclass(frozen=True)
class Facts:
    """What is known of an institution, as a clerk writes it."""

    name: str
    region: str  # GB/T 2260
    address: str
    phone: str = ""


@dataclass(frozen=True)
class Listed:
    """An institution on the list, with how many of its classes are under way or to come."""

    institution: Institution
    classes: int


async def add(
    session: AsyncSession, facts: Facts, occupations: Sequence[str], account: Staff, now: datetime
) -> Institution:
    """Put an institution on the list; Refused when one of that name is there, or for another place's account."""
    _hold(account, KEEPERS)
    _within(account, facts.region)
    institution = Institution(**vars(facts), occupations=_once(occupations))
    session.add(institution)
    await _name_is_free(session, facts.name)
    details = {**vars(facts), "occupations": institution.occupations}
    await audit.append(session, Event.INSTITUTION_LIST_ADD, account.actor, institution.thing, now, **details)
    return institution


async def change(session: AsyncSession, institution: Institution, facts: Facts, account: Staff, now: datetime) -> None:
    """Write down other facts of an institution, as after a removal to another house."""
    _hold(account, KEEPERS)
    _within(account, facts.region)
    changed = {name: value for name, value in vars(facts).items() if getattr(institution, name) != value}
    for name, value in changed.items():
        setattr(institution, name, value)
    if changed:
        await _name_is_free(session, facts.name)
        await audit.append(session, Event.INSTITUTION_FACTS_CHANGE, account.actor, institution.thing, now, **changed)


async def permit(
    session: AsyncSession, institution: Institution, occupations: Sequence[str], account: Staff, now: datetime
) -> None:
    """Say which occupations an institution may teach from now on; classes that were approved go on."""
    _hold(account, KEEPERS)
    wanted = _once(occupations)
    if wanted == institution.occupations:
        return
    institution.occupations = wanted
    event = Event.INSTITUTION_OCCUPATIONS_PERMIT
    await audit.append(session, event, account.actor, institution.thing, now, occupations=wanted)


async def set_standing(
    session: AsyncSession, institution: Institution, standing: Standing, reason: str, account: Staff, now: datetime
) -> None:
    """Warn an institution, take it off the list or trust it again, with the reason; Refused where it stands so already."""
    _hold(account, JUDGES)
    await session.refresh(institution, with_for_update=True)  # two colleagues may judge at once: the second is told
    if institution.standing == standing:
        raise Refused(f"这个机构已经是“{STANDING_NAMES[standing]}”，不用再改。")
    if not reason.strip():
        raise Refused("改机构状态要写原因，请填一句再提交。")
    before, institution.standing = institution.standing, standing
    remark = f"{STANDING_NAMES[before]}→{STANDING_NAMES[standing]}：{reason.strip()}"
    details = {"before": before, "standing": standing, "reason": reason.strip(), "remark": remark}
    await audit.append(session, Event.INSTITUTION_STANDING_SET, account.actor, institution.thing, now, **details)


async def get_for(session: AsyncSession, institution_id: int, account: Staff) -> Institution:
    """The institution with this key; Refused for an account that has nothing to do with it."""
    found = await session.scalars(select(Institution).where(Institution.id == institution_id, _visible(account)))
    if (institution := found.one_or_none()) is None:
        raise Refused("没有这个机构，或者它不在您的辖区里。请从机构列表里点进去。")
    return institution


async def named(session: AsyncSession, name: str) -> Institution:
    """The institution of this name; Refused where there is none, or more than one."""
    found = (await session.scalars(select(Institution).where(Institution.name == name.strip()))).all()
    if len(found) != 1:
        raise Refused(f"叫“{name.strip()}”的培训机构有{len(found)}个，要正好1个。请在工作台的“机构”里核对名称。")
    return found[0]


async def own(session: AsyncSession, account: Staff) -> Institution:
    """The institution that a trainer's account belongs to; Refused for one that belongs to none."""
    if account.institution_id is None or not account.holds(Role.TRAINER):
        raise Refused("您的账号没有挂在培训机构上，不能开班。请县人社局的管理员把账号挂到机构。")
    return await session.get_one(Institution, account.institution_id)


async def listed(
    session: AsyncSession, account: Staff, standing: str = "", occupation: str = "", words: str = ""
) -> list[Listed]:
    """The institutions that an account may see, by name; what is left empty does not narrow."""
    open_classes = (
        select(func.count())
        .where(TrainingClass.institution_id == Institution.id, TrainingClass.state == ClassState.APPROVED)
        .scalar_subquery()
    )
    rows = await session.execute(
        select(Institution, open_classes).where(_visible(account)).order_by(Institution.name, Institution.id)
    )
    found = [Listed(institution, count) for institution, count in rows]
    return [each for each in found if _fits(each.institution, standing, occupation, words)]


async def occupations(session: AsyncSession, region: str) -> list[str]:
    """What the institutions of a place may teach, those that were removed left out."""
    here = Institution.region.startswith(place(region)), Institution.standing != Standing.REMOVED
    rows = await session.scalars(select(Institution.occupations).where(*here).order_by(Institution.id))
    return list(dict.fromkeys(each for permitted in rows for each in permitted))


async def trainers(session: AsyncSession, institution: Institution) -> Sequence[Staff]:
    """The accounts of an institution's trainers, closed ones last."""
    mine = select(Staff).where(Staff.institution_id == institution.id)
    return (await session.scalars(mine.order_by(Staff.active.desc(), Staff.id))).all()


def _fits(institution: Institution, standing: str, occupation: str, words: str) -> bool:
    if standing and institution.standing != standing:
        return False
    if occupation and occupation not in institution.occupations:
        return False
    return words in institution.name + institution.address


def _visible(account: Staff) -> ColumnElement[bool]:
    if account.holds(*OFFICE):
        return Institution.region.startswith(place(account.region))
    return Institution.id == account.institution_id


def _hold(account: Staff, roles: tuple[Role, ...]) -> None:
    if not account.holds(*roles):
        raise Refused(f"您的账号没有“{'或'.join(ROLE_NAMES[role] for role in roles)}”的权限，请找管理员。")


def _within(account: Staff, region: str) -> None:
    if not region.startswith(place(account.region)):
        raise Refused("这个地方不在您账号的辖区里，请换成本辖区的县区。")


def _once(occupations: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(each.strip() for each in occupations if each.strip()))


async def _name_is_free(session: AsyncSession, name: str) -> None:
    """Write what is pending; two clerks may add one institution at once, and then the table lets in only the first."""
    try:
        await session.flush()
    except IntegrityError as error:
        raise Refused(f"目录里已经有“{name}”，请在列表里找到它再改。") from error
