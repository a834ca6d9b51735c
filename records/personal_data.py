"""Personal data: all that the records hold of one person, for that person only, in words he understands."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from records import cards, employing, personal_rows
from records.cards import Card
from records.certificates import SKILL_NAMES, Skill
from records.claim_states import CLAIM_STATE_NAMES, ClaimState
from records.enrolments import SEATING_NAMES, Seating
from records.people import Person, Source
from records.personal_rows import Rows, at, on
from records.voucher_states import SHOWN, State

_SOURCES = {Source.REGISTRY: "县劳动力档案", Source.SELF: "自己登记"}


async def export(session: AsyncSession, person: Person, now: datetime) -> dict[str, Any]:
    """Everything that is held of one person, in clear."""
    unseal = session.info["vault"].open
    identity = {
        "姓名": unseal(person.name_sealed),
        "身份证号": unseal(person.id_sealed),
        "手机号": unseal(person.phone_sealed) if person.phone_sealed else "",
        "地区": person.region,
        "乡镇": person.town,
        "来源": _SOURCES[Source(person.source)],
        "同意时间": at(person.consented_at),
    }
    return identity | await held(session, person, now)


async def held(session: AsyncSession, person: Person, now: datetime) -> dict[str, Rows]:
    """What stands in the records under a person's name, by its kind; amounts in yuan, times in China."""
    card = await cards.card(session, person, now)
    said = await personal_rows.said(session, card.follower) if card.follower else {}
    return {
        "群体": [
            {"名称": member.group, "依据": member.proof, "从": on(member.since), "到": on(member.until)}
            for member in card.members
        ],
        **_trained(card),
        "考勤": await personal_rows.marks(session, person),
        "请假补签": await personal_rows.excuses(session, person),
        "评价": await personal_rows.results(session, person),
        "证书": _certificates(card),
        "培训券": _vouchers(card),
        "券的经过": await personal_rows.voucher_events(session, [each.id for each in card.vouchers]),
        "补贴": _claims(card),
        "发券的答复": await personal_rows.offers(session, person),
        "照片": await personal_rows.photos(session, person),
        "没在新档案表里": await personal_rows.absent(session, person),
        **said,
    }


def _certificates(card: Card) -> Rows:
    return [
        {
            "证书": paper.kind,
            "工种": paper.occupation,
            "等级": paper.level,
            "编号": paper.number,
            "发证日期": on(paper.issued_on),
            "发证机构": paper.issuer,
            "算不算新增": SKILL_NAMES[Skill(paper.skill)],
        }
        for paper in card.certificates
    ]


def _vouchers(card: Card) -> Rows:
    return [
        {
            "券号": each.number,
            "工种": each.occupation,
            "等级": each.level,
            "状态": SHOWN[State(each.state)],
            "最后一天": on(each.expires_on),
        }
        for each in card.vouchers
    ]


def _claims(card: Card) -> Rows:
    return [
        {
            "编号": own.claim.number,
            "收款人": own.claim.payee_name,
            "金额（元）": f"{own.line.fen // 100}.{own.line.fen % 100:02}",
            "怎么算的": own.line.working,
            "状态": CLAIM_STATE_NAMES[ClaimState(own.claim.state)],
            "申请": on(own.claim.applied_on),
            "付款": on(own.claim.paid_on),
        }
        for own in card.claims
    ]


def _trained(card: Card) -> dict[str, Rows]:
    classes = [
        {
            "班名": each.training_class.name,
            "开班": on(each.training_class.starts),
            "报名": SEATING_NAMES[Seating(each.enrolment.seating)],
            "上了几节": each.standing.attended,
            "共几节": each.standing.held,
        }
        for each in card.trainings
    ]
    jobs = [
        {
            "哪个班以后": each.training_class.name,
            "情况": employing.WORK_NAMES[each.employment.state],
            "单位": each.employment.employer,
            "从": on(each.employment.since),
        }
        for each in card.trainings
        if each.employment
    ]
    return {"培训班": classes, "就业": jobs}
