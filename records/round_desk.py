"""The desk of voucher rounds: written by one, approved by another within the budget, then asked, closed on their day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import Select, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA
from records import audience as audiences
from records import audit, budgeting, nudging
from records.audience import Audience, place
from records.audit import Event
from records.errors import Refused
from records.followers import Follower
from records.people import Person
from records.rounds import ROUND_STATE_NAMES, Answer, Round, RoundAnswer, RoundState
from records.staff import Role, Staff
from records.subscriptions import Topic, wants
from records.voucher_states import OPEN
from records.vouchers import Voucher, day

WRITERS = (Role.CLERK, Role.REVIEWER)
APPROVERS = (Role.APPROVER,)
ROUND = "round"  # what the message of a round asks
MOST_VOUCHERS = 5_000
_LONGEST = timedelta(days=30)  # from writing to the last day for an answer


@dataclass(frozen=True)
class Offer:
    """What is offered to whom, and until when they may answer."""

    policy_id: str
    scheme_id: str
    occupation: str
    level: str
    audience: Audience
    most: int
    each_fen: int | None
    until: date


async def write(session: AsyncSession, offer: Offer, author: Staff, key: str, now: datetime) -> Round:
    """Put a round before the second person; the same key again gives the same round."""
    _require(author, WRITERS, "批量发券")
    if kept := (await session.scalars(select(Round).where(Round.key == key))).one_or_none():
        return kept
    _check(offer, author, now)
    kept_values = {name: value for name, value in vars(offer).items() if name != "audience"}
    round_ = Round(
        key=key, audience_kept=offer.audience.kept(), region=offer.audience.region, issued=0,
        state=RoundState.SUBMITTED, written_by=author.id, written_at=now, **kept_values,
    )  # fmt: skip
    session.add(round_)
    await session.flush()
    what = {"occupation": offer.occupation, "most": offer.most, "until": offer.until.isoformat()}
    await audit.append(session, Event.VOUCHER_ROUND_WRITE, author.actor, round_.thing, now, **what)
    return round_


async def approve(session: AsyncSession, round_: Round, by: Staff, now: datetime) -> int:
    """Ask everybody, by day; returns how many. Refused to its writer and beyond the budget."""
    _require(by, APPROVERS, "批准发券")
    await _hold(session, round_, RoundState.SUBMITTED)
    if by.id == round_.written_by:
        raise Refused("自己提的发券不能自己批准，请换一位同事批。")
    if round_.until < _today(now):
        raise Refused(f"答复的最后一天{day(round_.until)}已经过了，请取消后重新提一批。")
    await _hold_to_budget(session, round_, now)
    people = (await session.scalars(asked(round_, _today(now)).order_by(Person.id))).all()
    if not people:
        raise Refused("这个范围里没有能问的人：要关注并实名、没退订培训通知、手里没有这个工种的券。请换个范围。")
    round_.state, round_.approved_by = RoundState.ASKING, by.id
    session.add_all(RoundAnswer(round_id=round_.id, person_id=each, state=Answer.ASKED, reason="") for each in people)
    until = datetime.combine(round_.until + timedelta(days=1), time(), CHINA)
    message = {"text": question(round_), "due_at": nudging.by_day(now), "until": until}
    asks = {"what": ROUND, "round": round_.id}
    rows = [{"key": f"round:{round_.id}:{each}", "person_id": each, "asks": asks, **message} for each in people]
    await nudging.put_all(session, rows)
    await audit.append(session, Event.VOUCHER_ROUND_APPROVE, by.actor, round_.thing, now, people=len(people))
    return len(people)


async def cancel(session: AsyncSession, round_: Round, by: Staff, why: str, now: datetime) -> None:
    """Give a round up before anybody was asked: its writer may, and who approves."""
    if by.id != round_.written_by:
        _require(by, APPROVERS, "退回发券")
    await _hold(session, round_, RoundState.SUBMITTED)
    if not why.strip():
        raise Refused("取消要写一句原因，提的人会看到。")
    round_.state = RoundState.CANCELLED
    await audit.append(session, Event.VOUCHER_ROUND_CANCEL, by.actor, round_.thing, now, reason=why.strip()[:200])


async def close(session: AsyncSession, round_: Round, actor: str, now: datetime) -> None:
    """End the asking: who has not answered is written down so, and messages that have not gone do not go."""
    await _hold(session, round_, RoundState.ASKING)
    mine = RoundAnswer.round_id == round_.id, RoundAnswer.state == Answer.ASKED
    silent = await session.scalars(
        update(RoundAnswer).where(*mine).values(state=Answer.SILENT).returning(RoundAnswer.person_id)
    )
    await nudging.drop(session, [f"round:{round_.id}:{person_id}" for person_id in silent.all()])
    round_.state = RoundState.CLOSED
    await audit.append(session, Event.VOUCHER_ROUND_CLOSE, actor, round_.thing, now)


async def close_early(session: AsyncSession, round_: Round, by: Staff, now: datetime) -> None:
    """The same on the word of who wrote or approves it."""
    if by.id != round_.written_by:
        _require(by, APPROVERS, "提前截止")
    await close(session, round_, by.actor, now)


async def close_due(session: AsyncSession, now: datetime) -> None:
    """Close the rounds whose last day is over."""
    due = select(Round).where(Round.state == RoundState.ASKING, Round.until < _today(now)).order_by(Round.id)
    for round_ in (await session.scalars(due.with_for_update(skip_locked=True))).all():
        await close(session, round_, "jobs", now)


async def get_for(session: AsyncSession, round_id: int, account: Staff) -> Round:
    """The round; Refused to accounts of another place."""
    round_ = await session.get(Round, round_id)
    if round_ is None or not round_.region.startswith(place(account.region)):
        raise Refused("没有这一批，或者它不归您管。请从列表里点进去。")
    return round_


async def listed(session: AsyncSession, account: Staff, most: int = 100) -> Sequence[Round]:
    """The latest rounds of an account's place."""
    mine = select(Round).where(Round.region.startswith(place(account.region)))
    return (await session.scalars(mine.order_by(Round.id.desc()).limit(most))).all()


def asked(round_: Round, today: date) -> Select[int]:
    """The people to ask: known followers of the audience who want news of training and hold no such voucher yet."""
    there = audiences.followers(round_.audience, today).where(wants(Topic.TRAINING))
    holds = exists().where(
        Voucher.person_id == Person.id, Voucher.occupation == round_.occupation, Voucher.state.in_(OPEN)
    )
    asked_now = exists().where(
        RoundAnswer.person_id == Person.id,
        RoundAnswer.round_id == Round.id,
        RoundAnswer.state.in_((Answer.ASKED, Answer.WILLING)),
        Round.state == RoundState.ASKING,
        Round.occupation == round_.occupation,
    )
    follows = select(Follower.person_id).where(Follower.openid.in_(there), Follower.person_id.is_not(None))
    return select(Person.id).where(Person.id.in_(follows), ~holds, ~asked_now)


async def count_asked(session: AsyncSession, round_: Round, today: date) -> int:
    """How many would be asked now."""
    return (await session.scalars(select(func.count()).select_from(asked(round_, today).subquery()))).one()


def question(round_: Round) -> str:
    """您想要焊工培训券吗？回复 1 要 2 不要……"""
    return (
        f"县人社局给您留了{round_.occupation}{round_.level}培训券，免费学，您想要吗？回复数字：1 要　2 不要\n"
        f"{round_.until.month}月{round_.until.day}日前回复，先答先办，一共{round_.most}张。"
    )


async def _hold_to_budget(session: AsyncSession, round_: Round, now: datetime) -> None:
    """What other rounds may still come to counts as spent; where the document fixes no sum, nothing is held."""
    if round_.each_fen is None:
        return
    same = (
        Round.policy_id == round_.policy_id,
        Round.scheme_id == round_.scheme_id,
        Round.region == round_.region,
        Round.state == RoundState.ASKING,
    )
    year = _today(now).year
    # The lock on the budget comes first: of two approvals at once the second sees the first among the others.
    await budgeting.hold_room(session, round_.region, round_.policy_id, round_.scheme_id, year, 0, 0)
    others = await session.scalar(select(func.coalesce(func.sum(Round.most * Round.each_fen), 0)).where(*same))
    wanted = round_.most * round_.each_fen
    await budgeting.hold_room(
        session, round_.region, round_.policy_id, round_.scheme_id, year, wanted, int(others or 0)
    )


async def _hold(session: AsyncSession, round_: Round, state: RoundState) -> None:
    await session.refresh(round_, with_for_update=True)
    if round_.state != state:
        raise Refused(f"这一批现在是“{ROUND_STATE_NAMES[round_.state]}”，请刷新看看。")


def _check(offer: Offer, author: Staff, now: datetime) -> None:
    if not offer.audience.region.startswith(place(author.region)):
        raise Refused("这不在您账号的辖区里，请换成本辖区的范围。")
    if not 1 <= offer.most <= MOST_VOUCHERS:
        raise Refused(f"张数要在1到{MOST_VOUCHERS}之间，您填的是{offer.most}。")
    if not _today(now) < offer.until <= _today(now) + _LONGEST:
        raise Refused(f"答复的最后一天要在明天到{day(_today(now) + _LONGEST)}之间。")


def _require(account: Staff, roles: tuple[Role, ...], what: str) -> None:
    if not account.active or not account.holds(*roles):
        raise Refused(f"您的账号没有“{what}”的权限，请找管理员。")


def _today(now: datetime) -> date:
    return now.astimezone(CHINA).date()
