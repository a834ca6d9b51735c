"""What a claim comes to: for each head or thing the sum with its working, or the reasons why nothing is paid for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.reckoning import with_rates
from knowledge.amounts import Missing, NotListed, Sum, for_one, parts
from knowledge.conditions import Check, hold, judge
from knowledge.facts import catalogue
from knowledge.figures import yuan
from knowledge.library import Policy
from knowledge.model import Limit, Part, Payee, Scheme
from records import merits
from records.certificates import Certificate
from records.claim_drafts import Line
from records.enrolments import Enrolment
from records.people import Person
from records.voucher_states import CERTIFIED, SHOWN, State
from records.vouchers import Voucher

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Subject:
    """One head or thing of a claim, with what is known of it."""

    person: Person | None = None
    enrolment: Enrolment | None = None
    voucher: Voucher | None = None
    certificate: Certificate | None = None
    name: str = ""  # of a thing: a workshop, a project, a prize
    facts: Facts = field(default_factory=dict)  # names of facts.yaml
    attendance: Decimal | None = None  # of the class's sessions, 0 to 1
    passed: bool | None = None  # the class's assessment
    employed: bool = False  # proven
    fen: int | None = None  # told by the clerk, where the document leaves the sum within bounds


@dataclass(frozen=True)
class Ask:
    """What is asked for, of which document, for which payment, on which day."""

    policy: Policy
    scheme: Scheme
    today: date
    part: int = 1
    facts: Facts = field(default_factory=dict)  # of the class or firm as a whole
    least_attendance: Decimal = Decimal("0.8")  # the office's own rule where the document has none
    basis: str = ""  # paper by which a sum is paid that the document does not state
    claim_id: int = 0  # the claim that is worked out anew: what it holds itself is not taken by another

    @property
    def payment(self) -> Part | None:
        """The part that is asked for, where the subsidy is paid in parts."""
        return self.scheme.parts[self.part - 1] if self.scheme.parts else None


async def lines(session: AsyncSession, ask: Ask, subjects: Sequence[Subject]) -> list[Line]:
    """A line for each subject; blocked ones keep their reasons and pay nothing. ValueError for what nobody claims."""
    if ask.scheme.claimed == "never":
        raise ValueError(f"{ask.scheme.id} is no money that the office pays")
    if ask.part > max(1, len(ask.scheme.parts)):
        raise ValueError(f"{ask.scheme.id} has no payment number {ask.part}")
    whole = with_rates({"people": len(subjects), **ask.facts})
    return [await _line(session, replace(ask, facts=whole), subject) for subject in subjects]


async def _line(session: AsyncSession, ask: Ask, subject: Subject) -> Line:
    facts = {**ask.facts, **subject.facts}
    merit = merit_of(ask, subject)
    blocked = [*_unproven(ask, subject), *_unmet(ask, subject, facts)]
    fen, working, problem = _sum(ask, subject, facts)
    blocked += [problem] if problem else []
    blocked += await _taken(session, ask, subject, merit)
    return Line(
        merit=merit,
        fen=0 if blocked else fen,
        working=working,
        person_id=subject.person.id if subject.person else None,
        enrolment_id=subject.enrolment.id if subject.enrolment else None,
        voucher_id=subject.voucher.id
        if subject.voucher and ask.scheme.payee != Payee.WORKER
        else None,  # not his living
        certificate_id=subject.certificate.id if subject.certificate else None,
        facts=_kept(subject.facts),
        blocked=list(dict.fromkeys(blocked)),
    )


def merit_of(ask: Ask, subject: Subject) -> str:
    """What is paid for and can be paid once, whoever asks and under whichever document."""
    scheme, part, year = ask.scheme, f":{ask.part}", ask.today.year
    within = "" if scheme.parts else f":{year}"  # the last part is often due in another year than the first
    once = next((limit for limit in scheme.limits if limit.kind == "same_level_once"), None)
    match scheme.claimed:
        case "class":
            assert subject.enrolment is not None, "a class is claimed for those enrolled in it"
            kind = "living" if scheme.payee == "worker" else "training"
            return f"{kind}:E{subject.enrolment.id}{part}"
        case "certificate":
            assert subject.certificate is not None, "a certificate is claimed for"
            return f"{scheme.id}:{_level_once(once, subject.certificate, year)}{part}"
        case "person":
            assert subject.person is not None, "it is claimed for people"
            return f"{scheme.id}:P{subject.person.id}{within}{part}"
    return f"{scheme.id}:{subject.name}{within}{part}"[:120]


def _level_once(once: Limit | None, held: Certificate, year: int) -> str:
    if once is None:
        return f"C{held.id}"
    within = f":{year}" if once.within == "year" else ""
    return f"P{held.person_id}:{held.occupation}:{held.level}{within}"


def _unproven(ask: Ask, subject: Subject) -> list[str]:
    """No voucher no subsidy, no certificate no value, and one has to have been there."""
    reasons = []
    scheme = ask.scheme
    if scheme.claimed == "class":
        if scheme.voucher and subject.voucher is None:
            reasons.append("没有培训券：先发券、后培训，没有券不能申领")
        elif scheme.voucher and subject.voucher and subject.voucher.state not in CERTIFIED:
            reasons.append(f"培训券{SHOWN[State(subject.voucher.state)]}，还没有取证，不能兑现")
        if subject.attendance is not None and subject.attendance < ask.least_attendance:
            reasons.append(f"出勤率{subject.attendance:.0%}，不到{ask.least_attendance:.0%}")
    base = ask.payment.base if ask.payment else None
    if base == "passed" and subject.passed is not True:
        reasons.append("评价没有合格，这一笔只按合格的人付")
    if (base == "employed" or _pays_for_the_employed_only(ask)) and not subject.employed:
        reasons.append("没有就业证明，这个班只按实际就业的人付")
    return reasons


def _pays_for_the_employed_only(ask: Ask) -> bool:
    scheme, rate = ask.scheme, ask.facts.get("employment_rate")
    if not (scheme.shortfall and scheme.threshold):
        return False
    return rate is None or Decimal(str(rate)) / 100 < ask.policy.figures.share(scheme.threshold)


def _unmet(ask: Ask, subject: Subject, facts: Facts) -> list[str]:
    checks = list(judge(ask.scheme, ask.policy.figures, facts).checks)
    if ask.payment:
        checks += [hold(gate, ask.policy.figures, facts) for gate in ask.payment.when]
    return [_reason(check) for check in checks if not check.met]


def _reason(check: Check) -> str:
    if check.met is None:
        what = catalogue()[check.fact].ask if check.fact in catalogue() else check.say
        return f"还不知道：{what.rstrip('？')}（要求{check.say}）"
    return f"不符合：{check.say}" + (f"（{check.gap}）" if check.gap else "")


def _sum(ask: Ask, subject: Subject, facts: Facts) -> tuple[int, str, str]:
    """Fen, how they come about, and what is wrong with them."""
    try:
        one = _stated(ask, facts)
    except Missing as missing:
        return 0, "", f"还不知道：{catalogue()[missing.fact].ask.rstrip('？')}"
    except NotListed as unlisted:
        if unlisted.fact != "amount":
            return 0, "", f"文件没有列{unlisted.value}的标准"
        return _told(subject, Sum(0, None), ask.basis, needs_basis=True)
    if one.low == one.high:
        return one.low, one.working or yuan(one.low), ""
    return _told(subject, one, ask.basis, needs_basis=False)


def _stated(ask: Ask, facts: Facts) -> Sum:
    """What the document states for one head, of this payment."""
    figures = ask.policy.figures
    if not ask.payment:
        return for_one(ask.scheme, figures, facts)
    heads = {**facts, "people": 1, "passed": 1, "employed": 1}
    return parts(ask.scheme, figures, heads)[ask.part - 1][1]


def _told(subject: Subject, bounds: Sum, basis: str, *, needs_basis: bool) -> tuple[int, str, str]:
    """A sum that the clerk fixes within the document's bounds."""
    if needs_basis and not basis.strip():
        return 0, "", "文件没有写数额，要填按哪份文件、付多少"
    fen = subject.fen
    if fen is None:
        return 0, "", f"文件写的是{bounds.shown}，要填这一行付多少" if not needs_basis else "要填这一行付多少"
    if fen <= 0 or fen < bounds.low or (bounds.high is not None and fen > bounds.high):
        return 0, "", f"填的{yuan(fen)}不在文件写的范围里（{bounds.shown}）"
    return fen, f"{yuan(fen)}（{basis.strip() or bounds.shown}）", ""


async def _taken(session: AsyncSession, ask: Ask, subject: Subject, merit: str) -> list[str]:
    """Paid or asked for already: the same, one that may not be had together with it, or its first part not yet."""
    reasons = []
    if held := await merits.holder(session, merit, ask.claim_id):
        reasons.append(f"{held}，同一笔不能领两次")
    if ask.scheme.either_or and subject.person:
        others = await merits.under(session, subject.person.id, ask.scheme.either_or, subject.certificate, ask.claim_id)
        reasons += [f"{other}，和这一笔只能领一个" for other in others]
    if ask.part > 1:
        first = merit.removesuffix(f":{ask.part}") + f":{ask.part - 1}"
        if not await merits.is_paid(session, first):
            reasons.append(f"第{ask.part - 1}笔还没有付，付了才能申领第{ask.part}笔")
    return reasons


def _kept(facts: Facts) -> dict[str, Any]:
    """Facts as they are stored with the line."""
    return {name: float(value) if isinstance(value, Decimal) else value for name, value in facts.items()}
