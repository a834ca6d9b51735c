"""What a worker may claim himself: his certificates held against the subsidies that are paid to who holds one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from handlers import claim_subjects, claiming, pool, procedure
from handlers.claiming import Ask
from handlers.entitlement import Ground
from handlers.programmes import Programme
from knowledge.conditions import Check, Verdict, judge
from knowledge.facts import FactKind, catalogue
from knowledge.model import Between, Payee, Scheme, Unstated
from knowledge.shelf import Shelf
from records import certificate_search, claim_desk, claim_papers, merits
from records.certificates import Certificate
from records.claim_desk import Application, Line
from records.claim_papers import Account
from records.claims import Claim
from records.errors import Refused
from records.people import Person


@dataclass(frozen=True)
class Chance:
    """One certificate held against one subsidy, with what it comes to."""

    ground: Ground
    scheme: Scheme
    certificate: Certificate
    verdict: Verdict
    missing: Sequence[FactKind]  # what no record knows and nobody told yet
    taken: str  # the claim by which it was asked for already
    line: Line

    @property
    def key(self) -> str:
        """lingchuan-2020-62:worker_upgrade:7"""
        return f"{self.ground.policy.id}:{self.scheme.id}:{self.certificate.id}"

    @property
    def name(self) -> str:
        """参保职工技能提升补贴（电工高级工）"""
        return f"{self.scheme.name}（{self.certificate.occupation}{self.certificate.level}）"

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
    """What documents in force pay to the holder of a certificate; of the same kind of money the nearest document's."""
    by_policy = {ground.policy.id: ground for ground in held}
    return [
        (by_policy[policy.id], scheme)
        for policy, scheme in pool.nearest([ground.policy for ground in held])
        if scheme.payee is Payee.WORKER and scheme.claimed == "certificate"
    ]


async def chances(
    session: AsyncSession,
    schemes: Sequence[tuple[Ground, Scheme]],
    person: Person,
    today: date,
    told: dict[str, Any],
) -> list[Chance]:
    """Each of a person's certificates, the newest first, against each subsidy."""
    held = await certificate_search.of_person(session, person)
    return [
        await _chance(session, ground, scheme, certificate, today, told)
        for certificate in reversed(held)
        for ground, scheme in schemes
    ]


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
    if (there := await claim_desk.by_key(session, key)) is not None:
        return there
    async with session.begin_nested():
        claim = await claim_desk.make(session, application, "worker", key, now)
        await claim_desk.submit(session, claim, None, claim.version, now)
    return claim


async def withdraw(session: AsyncSession, person: Person, number: str, now: datetime) -> Claim:
    """Take one's own claim back; Refused for somebody else's and for one under review."""
    claim = await claim_desk.by_number(session, number)
    if claim is None or claim.person_id != person.id:
        raise Refused(f"您名下没有编号{number}的申领。回复“我的补贴”看编号，再发一次。")
    await claim_desk.withdraw(session, claim, "worker", "本人撤回", claim.version, now)
    return claim


async def _chance(
    session: AsyncSession,
    ground: Ground,
    scheme: Scheme,
    certificate: Certificate,
    today: date,
    told: dict[str, Any],
) -> Chance:
    crowd = await claim_subjects.of_certificates(session, [certificate], ground.policy, today)
    (recorded,) = crowd.subjects
    subject = replace(recorded, facts={**told, **recorded.facts})  # what the records know cannot be told otherwise
    (line,) = await claiming.lines(session, Ask(ground.policy, scheme, today), [subject])
    verdict = judge(scheme, ground.policy.figures, subject.facts)
    open_ = dict.fromkeys(check.fact for check in verdict.open if check.fact not in subject.facts)
    return Chance(
        ground,
        scheme,
        certificate,
        verdict,
        [catalogue()[fact] for fact in open_ if fact in catalogue()],
        await merits.holder(session, line.merit),
        line,
    )
