"""What a worker may claim himself: his certificates and the classes he sat in, held against what is paid to him for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA
from handlers import claim_subjects, claiming, pool, procedure
from handlers.claiming import Ask, Subject
from handlers.entitlement import Ground
from handlers.programmes import Programme
from knowledge.conditions import Check, Verdict, judge
from knowledge.facts import FactKind, catalogue
from knowledge.model import Between, Payee, Scheme, Unstated
from knowledge.shelf import Shelf
from records import (
    certificate_search,
    claim_desk,
    claim_drafts,
    claim_moves,
    claim_papers,
    employing,
    merits,
    own_claims,
)
from records.audience import place
from records.certificates import Certificate
from records.claim_drafts import Application, Line
from records.claim_papers import Account
from records.claim_states import CLAIM_STATE_NAMES, OPEN_TO_CHANGE, ClaimState
from records.claims import Claim
from records.classes import TrainingClass
from records.errors import Refused
from records.people import Person


@dataclass(frozen=True)
class Chance:
    """One certificate, or one class, held against one subsidy, with what it comes to."""

    ground: Ground
    scheme: Scheme
    basis: Certificate | TrainingClass
    verdict: Verdict
    missing: Sequence[FactKind]  # what no record knows and nobody told yet
    taken: str  # the claim by which it was asked for already
    line: Line

    @property
    def key(self) -> str:
        """lingchuan-2020-62:worker_upgrade:7"""
        return f"{self.ground.policy.id}:{self.scheme.id}:{self.basis.id}"

    @property
    def name(self) -> str:
        """参保职工技能提升补贴（电工高级工）, 贫困劳动力培训生活费（焊工3班）"""
        basis = self.basis
        what = basis.name if isinstance(basis, TrainingClass) else f"{basis.occupation}{basis.level}"
        return f"{self.scheme.name}（{what}）"

    @property
    def proof(self) -> str:
        """证书：职业技能等级证书 S0001, 班级：焊工3班，10天"""
        basis = self.basis
        if isinstance(basis, TrainingClass):
            return f"班级：{basis.name}，上满的{self.line.facts.get('days', 0)}天"
        return f"证书：{basis.kind} {basis.shown}"

    @property
    def obstacles(self) -> list[Check]:
        """What the worker does not meet."""
        return self.verdict.failed

    @property
    def is_possible(self) -> bool:
        """Does nothing that is known stand against it?"""
        return not self.obstacles and not self.taken

    @property
    def leaves_the_sum_open(self) -> bool:
        """Is it for the office to fix the sum, because the document does not state one?"""
        amount = self.scheme.amount
        return isinstance(amount, Unstated | Between) or getattr(amount, "bound", "exact") != "exact"


def paying(held: Sequence[Ground]) -> list[tuple[Ground, Scheme]]:
    """What documents in force pay to the worker himself; of the same kind of money the nearest document's."""
    by_policy = {ground.policy.id: ground for ground in held}
    return [
        (by_policy[policy.id], scheme)
        for policy, scheme in pool.nearest([ground.policy for ground in held])
        if scheme.payee is Payee.WORKER and scheme.claimed in ("certificate", "class")
    ]


async def chances(
    session: AsyncSession,
    schemes: Sequence[tuple[Ground, Scheme]],
    person: Person,
    now: datetime,
    told: dict[str, Any],
) -> list[Chance]:
    """Each of a person's certificates, the newest first, and each class he sat in that is over, against each subsidy."""
    held = await certificate_search.of_person(session, person)
    sat_in = await employing.over_of(session, person)
    found = []
    for ground, scheme in schemes:
        if scheme.claimed == "certificate":
            for certificate in reversed(held):
                crowd = await claim_subjects.of_certificates(session, [certificate], ground.policy, _day(now))
                found.append(await _chance(session, ground, scheme, certificate, crowd.subjects[0], now, told))
            continue
        for training_class in sat_in:
            if training_class.region.startswith(place(ground.policy.region)):
                subject = await claim_subjects.in_class(session, training_class, ground.policy, person, now)
                found.append(await _chance(session, ground, scheme, training_class, subject, now, told))
    return found


async def submit(
    session: AsyncSession, shelf: Shelf, chance: Chance, person: Person, account: Account, key: str, now: datetime
) -> Claim:
    """Hand in what was worked out; Refused, with no draft left behind, where somebody has asked for the same."""
    programme, extension = Programme(chance.ground.policy, chance.scheme), chance.ground.extension
    pay = procedure.pay_months(shelf, programme.policy)
    application = Application(
        region=person.region,
        policy_id=programme.policy.id,
        scheme_id=programme.scheme.id,
        payee=programme.scheme.payee,
        payee_name=person.name_masked,
        lines=[chance.line],
        materials=programme.materials,
        extension_id=extension.id if extension else None,
        person_id=person.id,
        account=claim_papers.kept(account),
        pay_months=pay.value if pay else None,
    )
    if (there := await claim_moves.by_key(session, key)) is not None:
        return there
    async with session.begin_nested():
        claim = await claim_drafts.make(session, application, "worker", key, now)
        await claim_desk.submit(session, claim, None, claim.version, now)
    return claim


async def hand_in_again(
    session: AsyncSession, person: Person, claim: Claim, said: str, version: int, now: datetime
) -> None:
    """Hand a claim in that was returned, with what one says to it; the second click of the same changes nothing."""
    await own_claims.mine(session, person.id, claim.id)
    await claim_moves.hold(session, claim)
    if claim.state == ClaimState.SUBMITTED and claim.version == version + 1:
        return
    if claim.state not in OPEN_TO_CHANGE:
        raise Refused(f"这笔申领现在是“{CLAIM_STATE_NAMES[ClaimState(claim.state)]}”，不用再交。")
    await claim_desk.submit(session, claim, None, version, now, said)


async def withdraw(session: AsyncSession, person: Person, number: str, now: datetime) -> Claim:
    """Take one's own claim back; Refused for somebody else's and for one under review."""
    claim = await claim_moves.by_number(session, number)
    if claim is None or claim.person_id != person.id:
        raise Refused(f"您名下没有编号{number}的申领。回复“我的补贴”看编号，再发一次。")
    await claim_desk.withdraw(session, claim, "worker", "本人撤回", claim.version, now)
    return claim


async def _chance(
    session: AsyncSession,
    ground: Ground,
    scheme: Scheme,
    basis: Certificate | TrainingClass,
    recorded: Subject,
    now: datetime,
    told: dict[str, Any],
) -> Chance:
    subject = replace(recorded, facts={**told, **recorded.facts})  # what the records know cannot be told otherwise
    (line,) = await claiming.lines(session, Ask(ground.policy, scheme, _day(now)), [subject])
    verdict = judge(scheme, ground.policy.figures, subject.facts)
    open_ = dict.fromkeys(check.fact for check in verdict.open if check.fact not in subject.facts)
    return Chance(
        ground,
        scheme,
        basis,
        verdict,
        [catalogue()[fact] for fact in open_ if fact in catalogue()],
        await merits.holder(session, line.merit),
        line,
    )


def _day(now: datetime) -> date:
    return now.astimezone(CHINA).date()
