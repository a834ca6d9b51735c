"""A class's claim: which programmes fit it and why others do not, what it comes to, and its way to the office."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA
from handlers import claim_questions, claim_subjects, claiming, procedure, programmes
from handlers.claiming import Ask
from handlers.context import House
from handlers.programmes import Programme
from knowledge.model import Daily, Payee
from records import claim_desk, claim_drafts, claim_moves, claim_papers, claim_search, extensions
from records.claim_drafts import Application, Line
from records.claim_papers import Account
from records.claim_states import CLAIM_STATE_NAMES, ClaimState
from records.claims import Claim, ClaimLine
from records.class_states import ClassState
from records.classes import TrainingClass
from records.errors import Refused
from records.extensions import Extension
from records.institutions import Institution
from records.staff import Staff

CLAIMABLE = (ClassState.ENDED, ClassState.HANDED_IN)


@dataclass(frozen=True)
class Fit:
    """A programme held against a class; with a problem it cannot be claimed for it."""

    programme: Programme
    part: int
    problem: str
    vouchers: int  # trainees whose voucher was issued for it

    @property
    def key(self) -> str:
        """guxian-2024-15:order_training:1"""
        return f"{self.programme.key}:{self.part}"

    @property
    def name(self) -> str:
        """创业培训补贴（先付）"""
        part = self.programme.part_name(self.part)
        return self.programme.name + (f"（{part}）" if part else "")


async def fits(session: AsyncSession, house: House, training_class: TrainingClass, today: date) -> list[Fit]:
    """What institutions are paid for a class at its place: those that fit first, most vouchers in front."""
    claimed = {(each.scheme_id, each.part): each for each in await claim_search.of_class(session, training_class.id)}
    issued = await claim_search.voucher_schemes(session, training_class.id)
    found = []
    for programme in programmes.of_place(house.shelf, training_class.region):
        scheme = programme.scheme
        if scheme.claimed != "class" or scheme.payee != Payee.INSTITUTION:
            continue
        for part in range(1, max(1, len(scheme.parts)) + 1):
            problem = await _problem(session, house, training_class, programme, today)
            if scheme.voucher and issued and scheme.id not in issued:
                problem = problem or "这个班学员的券不是按它发的。"
            if there := claimed.get((scheme.id, part)):
                problem = f"已经在{there.number}申领（{CLAIM_STATE_NAMES[ClaimState(there.state)]}）。"
            found.append(Fit(programme, part, problem, issued.count(scheme.id)))
    return sorted(found, key=lambda each: (bool(each.problem), -each.vouchers))


async def begin(
    session: AsyncSession,
    house: House,
    training_class: TrainingClass,
    wish: str,
    account: Account,
    by: Staff,
    key: str,
    now: datetime,
) -> Claim:
    """Make a draft of the programme that was chosen; Refused for one that does not fit the class."""
    if training_class.state not in CLAIMABLE:
        raise Refused("这个班还没有结业，结业以后才能申领补贴。")
    if (there := await claim_moves.by_key(session, key)) is not None:
        return there
    today = now.astimezone(CHINA).date()
    chosen = next((each for each in await fits(session, house, training_class, today) if each.key == wish), None)
    if chosen is None or chosen.problem:
        raise Refused(chosen.problem if chosen else "请选一个要申领的项目。")
    programme = chosen.programme
    school = await session.get_one(Institution, training_class.institution_id)
    extension = await _extension(session, programme, training_class)
    pay = procedure.pay_months(house.shelf, programme.policy)
    application = Application(
        region=training_class.region,
        policy_id=programme.policy.id,
        scheme_id=programme.scheme.id,
        payee=programme.scheme.payee,
        payee_name=school.name,
        lines=await lines(session, house, training_class, programme, chosen.part, {}, now),
        materials=programme.materials,
        extension_id=extension.id if extension else None,
        part=chosen.part,
        institution_id=school.id,
        class_id=training_class.id,
        account=claim_papers.kept(account),
        pay_months=pay.value if pay else None,
    )
    return await claim_drafts.make(session, application, by.actor, key, now)


async def lines(
    session: AsyncSession,
    house: House,
    training_class: TrainingClass,
    programme: Programme,
    part: int,
    told: Mapping[str, Any],
    now: datetime,
    claim_id: int = 0,
) -> list[Line]:
    """What a class comes to as the records stand.

    Where the document leaves the sum open, `each_fen` of what was told is paid for each head, by the paper `basis`.
    """
    crowd = await claim_subjects.of_class(session, training_class, programme.policy, now)
    is_open = claim_questions.leaves_the_sum_open(programme.scheme)
    ask = Ask(
        programme.policy,
        programme.scheme,
        now.astimezone(CHINA).date(),
        part=part,
        facts={**told, **crowd.facts},
        least_attendance=Decimal(str(house.settings.least_attendance)),
        basis=str(told.get("basis", "")) if is_open else "",
        claim_id=claim_id,
    )
    subjects = [replace(each, fen=told.get("each_fen")) for each in crowd.subjects] if is_open else crowd.subjects
    return await claiming.lines(session, ask, subjects)


async def renew(
    session: AsyncSession, house: House, claim: Claim, told: Mapping[str, Any], by: Staff, version: int, now: datetime
) -> bool:
    """Work a draft out anew; False where it comes to the same."""
    programme = programmes.find(house.shelf, claim.policy_id, claim.scheme_id)
    if programme is None or claim.class_id is None:
        raise Refused("这笔申领的文件已经不在了，不能重新算，请联系县人社局。")
    training_class = await session.get_one(TrainingClass, claim.class_id)
    facts = {**claim.facts, **told}
    fresh = await lines(session, house, training_class, programme, claim.part, facts, now, claim.id)
    if _same(await claim_moves.lines_of(session, claim), fresh) and facts == claim.facts:
        return False
    await claim_drafts.revise(session, claim, fresh, by.actor, version, now, told)
    return True


async def hand_in(session: AsyncSession, house: House, claim: Claim, by: Staff, version: int, now: datetime) -> bool:
    """Submit a draft as it was read; False where the records have moved on and it has to be read again."""
    assert claim.class_id is not None, "an institution claims for a class"
    training_class = await session.get_one(TrainingClass, claim.class_id)
    if training_class.state != ClassState.HANDED_IN:
        raise Refused("这个班的考勤和成绩还没有上交，先到班级的“结业上交”里上交，再提交申领。")
    if missing := await claim_papers.lacking(session, claim):
        raise Refused(f"还缺{len(missing)}样：{'、'.join(missing[:3])}{'等' if len(missing) > 3 else ''}。补上再提交。")
    if await renew(session, house, claim, {}, by, version, now):
        return False
    await claim_desk.submit(session, claim, by, version, now)
    return True


async def _problem(
    session: AsyncSession, house: House, training_class: TrainingClass, programme: Programme, today: date
) -> str:
    scheme, occupation = programme.scheme, training_class.occupation
    classes = programme.policy.document.classes
    if scheme.occupations and occupation not in scheme.occupations:
        return f"只补{'、'.join(scheme.occupations)}，这个班学的是{occupation}。"
    is_by_class = isinstance(scheme.amount, Daily) and scheme.amount.cap_days
    if is_by_class and not (classes and any(occupation in listed for listed in classes.of.values())):
        return f"文件的工种分类表里没有{occupation}。"
    if house.shelf.is_current(programme.policy, training_class.starts):
        return ""
    if await _extension(session, programme, training_class) is None:
        return "开班时文件的执行期已经过了，也没有延续执行的决定。"
    return ""


async def _extension(session: AsyncSession, programme: Programme, training_class: TrainingClass) -> Extension | None:
    """The decision under which the document held when the class began, where it needs one."""
    if programme.policy.document.document.period.holds(training_class.starts):
        return None
    return await extensions.in_force(session, programme.policy.id, training_class.starts)


def _same(kept: Sequence[ClaimLine], fresh: Sequence[Line]) -> bool:
    before = [(each.merit, each.fen, each.working, list(each.blocked)) for each in kept]
    return before == [(each.merit, each.fen, each.working, list(each.blocked)) for each in fresh]
