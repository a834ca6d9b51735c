"""Claims that a clerk makes for who has no class: what each scheme needs told, what it comes to, and its hand-in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import CHINA
from handlers import claim_subjects, claiming, procedure, programmes
from handlers.claiming import Ask, Subject
from handlers.context import House
from handlers.programmes import Programme
from knowledge import certificates
from knowledge.facts import FactKind, catalogue
from knowledge.library import Policy
from knowledge.model import Between, Condition, Daily, Monthly, Payee, Percent, Scheme, Table, Unstated
from records import certificate_numbers, claim_desk, claim_papers, extensions, people, vouchers
from records.audience import place
from records.claim_desk import CLERKS, Application, Line
from records.claim_papers import Account
from records.claims import Claim
from records.errors import Refused
from records.extensions import Extension
from records.people import Person
from records.staff import Staff

WITHOUT_CLASS = ("certificate", "person", "item")
_LONGEST = 60  # characters of a thing's name
_OF_PERSON = {"people", "age", "group", "trainings_this_year", "voucher"}
_RECORDED = {  # what no clerk is asked, because the records know it
    "certificate": _OF_PERSON
    | {"level", "occupation", "occupation_class", "certificate", "certified", "newly_skilled"},
    "person": _OF_PERSON,
    "item": {"people"},
}


@dataclass(frozen=True)
class Asked:
    """One fact that a scheme needs told, with the values it may have where they are listed."""

    kind: FactKind
    options: Mapping[str, str] = field(default_factory=dict)  # value as typed, and its words


@dataclass(frozen=True)
class Typed:
    """One line as the clerk typed it."""

    place: int  # from 1
    what: str  # number of a certificate, ID number, or name
    fen: int | None = None
    problem: str = ""


@dataclass(frozen=True)
class Wish:
    """A claim as the clerk typed it."""

    programme: Programme
    part: int
    payee: str  # name; of a worker his ID number
    typed: Sequence[Typed]
    facts: Mapping[str, Any] = field(default_factory=dict)
    basis: str = ""


@dataclass(frozen=True)
class Row:
    """One line worked out, with whom or what it is for."""

    line: Line
    name: str  # masked
    id_number: str  # masked


@dataclass(frozen=True)
class Reckoned:
    """What a wish comes to, and what is wrong with single lines of it."""

    rows: Sequence[Row]
    problems: Sequence[str]
    payee: Person | None  # where a worker is paid himself

    @property
    def fen(self) -> int:
        """The sum of the lines that are paid."""
        return sum(row.line.fen for row in self.rows)


async def offered(session: AsyncSession, house: House, region: str, today: date) -> dict[Policy, list[Programme]]:
    """What can be claimed at a place without a class, by document in force."""
    found: dict[Policy, list[Programme]] = {}
    for each in programmes.of_place(house.shelf, region):
        if each.scheme.claimed in WITHOUT_CLASS and each.scheme.payee != Payee.INSTITUTION:
            found.setdefault(each.policy, []).append(each)
    return {policy: listed for policy, listed in found.items() if await _is_in_force(session, policy, today)}


def asked(programme: Programme, part: int = 1) -> list[Asked]:
    """Exactly the facts that a scheme needs and no record knows, in the order its document has them."""
    scheme = programme.scheme
    conditions = list(_conditions(scheme, part))
    names = dict.fromkeys([*_of_amount(scheme), *(each.fact for each in conditions)])
    kinds = [catalogue()[name] for name in names if name not in _RECORDED[scheme.claimed] and name in catalogue()]
    return [Asked(kind, _options(kind, scheme, conditions)) for kind in kinds]


def leaves_the_sum_open(scheme: Scheme) -> bool:
    """Has the clerk to fix the sum of each line?"""
    amount = scheme.amount
    return isinstance(amount, Unstated | Between | Percent) or getattr(amount, "bound", "exact") != "exact"


async def reckon(session: AsyncSession, house: House, wish: Wish, by: Staff, now: datetime) -> Reckoned:
    """Work a wish out; lines that cannot be read are told apart. Refused where the payee is nobody."""
    today = now.astimezone(CHINA).date()
    payee = await _payee(session, wish, by, today)
    found: dict[object, Subject] = {}
    first: dict[object, int] = {}
    problems = []
    for typed in wish.typed:
        try:
            subjects = await _subjects(session, wish, typed, by, today)
            for key, subject in ((_key(each), each) for each in subjects):
                _hold_own(payee, subject)
                if key in found:
                    raise Refused(f"和第{first[key]}行是同一个，删掉一行。")
                found[key], first[key] = subject, typed.place
        except Refused as refusal:
            problems.append(f"第{typed.place}行“{typed.what[:24]}”：{refusal.reason}")
    scheme = wish.programme.scheme
    ask = Ask(wish.programme.policy, scheme, today, part=wish.part, facts=wish.facts, basis=wish.basis)
    subjects = list(found.values())
    lines = _once(await claiming.lines(session, ask, subjects))
    return Reckoned([_row(*each) for each in zip(lines, subjects, strict=True)], problems, payee)


async def keep(
    session: AsyncSession, house: House, wish: Wish, account: Account, by: Staff, key: str, now: datetime
) -> Claim:
    """Make the draft; the same form sent twice is one claim. Refused while a line cannot be read."""
    if (there := await claim_desk.by_key(session, key)) is not None:
        return there
    today, programme = now.astimezone(CHINA).date(), wish.programme
    if not wish.payee.strip():
        raise Refused("请填钱付给谁。")
    reckoned = await reckon(session, house, wish, by, now)
    if reckoned.problems or not reckoned.rows:
        raise Refused("有几行认不出来，改好或删掉再存。" if reckoned.problems else "请至少写一行。")
    extension = await _extension(session, programme.policy, today)
    pay = procedure.pay_months(house.shelf, programme.policy)
    application = Application(
        region=by.region,
        policy_id=programme.policy.id,
        scheme_id=programme.scheme.id,
        payee=programme.scheme.payee,
        payee_name=reckoned.payee.name_masked if reckoned.payee else wish.payee.strip(),
        lines=[row.line for row in reckoned.rows],
        materials=programme.materials,
        extension_id=extension.id if extension else None,
        part=wish.part,
        person_id=reckoned.payee.id if reckoned.payee else None,
        account=claim_papers.kept(account),
        facts=dict(wish.facts) | ({"basis": wish.basis} if wish.basis else {}),
        pay_months=pay.value if pay else None,
    )
    return await claim_desk.make(session, application, by.actor, key, now)


async def is_ours(session: AsyncSession, claim: Claim) -> bool:
    """Did the office make it, and not an institution or the worker himself?"""
    if claim.institution_id is not None:
        return False
    return (await claim_desk.history(session, claim))[0].actor.startswith("staff:")


async def hand_in(session: AsyncSession, claim: Claim, by: Staff, where: str, version: int, now: datetime) -> None:
    """Submit the office's own draft; `where` says where the papers are that were not handed in as files."""
    await _hold_ours(session, claim, by)
    for paper in await claim_papers.of(session, claim):
        if where.strip() and not paper.is_there:
            await claim_papers.say_where(session, claim, paper.material.id, where, by.actor, now)
    if missing := await claim_papers.lacking(session, claim):
        raise Refused(f"还缺{'、'.join(missing[:3])}{'等' if len(missing) > 3 else ''}。写一句材料在哪里再提交。")
    await claim_desk.submit(session, claim, by, version, now)


async def withdraw(session: AsyncSession, claim: Claim, by: Staff, reason: str, version: int, now: datetime) -> None:
    """Take the office's own claim back."""
    await _hold_ours(session, claim, by)
    await claim_desk.withdraw(session, claim, by.actor, reason, version, now)


async def _hold_ours(session: AsyncSession, claim: Claim, by: Staff) -> None:
    if not by.holds(*CLERKS) or not await is_ours(session, claim):
        raise Refused("只有经办能提交或撤回，而且只能是本办自己写的申领。")


async def _is_in_force(session: AsyncSession, policy: Policy, today: date) -> bool:
    return policy.document.document.period.holds(today) or await _extension(session, policy, today) is not None


async def _extension(session: AsyncSession, policy: Policy, today: date) -> Extension | None:
    """The decision under which a document holds today, where it needs one."""
    if policy.document.document.period.holds(today):
        return None
    return await extensions.in_force(session, policy.id, today)


def _conditions(scheme: Scheme, part: int) -> Iterator[Condition]:
    gates = scheme.parts[part - 1].when if 0 < part <= len(scheme.parts) else ()
    for each in (*scheme.conditions, *gates):
        condition: Condition | None = each
        while condition is not None:
            yield condition
            condition = condition.or_


def _of_amount(scheme: Scheme) -> list[str]:
    """The facts that the sum depends on."""
    match scheme.amount:
        case Table() as table:
            return [table.by]
        case Monthly():
            return ["months"]
        case Percent() as percent:
            return [percent.of]
        case Daily() as daily:
            days = [] if scheme.days else ["days"]
            return [*days, "occupation_class"] if daily.cap_days else days
    return []


def _options(kind: FactKind, scheme: Scheme, conditions: Sequence[Condition]) -> dict[str, str]:
    if kind.kind == "bool":
        return {str(value).lower(): words for words, value in kind.choices.items()}
    if kind.kind == "choice":
        return {str(value): words for words, value in kind.choices.items()}
    if isinstance(scheme.amount, Table) and scheme.amount.by == kind.name:
        return {row: row for row in scheme.amount.rows}
    closed = [each for each in conditions if each.fact == kind.name and each.one_of and not each.open_list]
    return {value: value for each in closed for value in each.one_of or ()}


async def _payee(session: AsyncSession, wish: Wish, by: Staff, today: date) -> Person | None:
    if wish.programme.scheme.payee != Payee.WORKER or not wish.payee.strip():
        return None
    return await _person(session, wish.payee, by)


def _hold_own(payee: Person | None, subject: Subject) -> None:
    if payee is not None and subject.person is not None and subject.person.id != payee.id:
        raise Refused(f"是{subject.person.name_masked}的，钱付给{payee.name_masked}，一个人一笔。")


async def _subjects(session: AsyncSession, wish: Wish, typed: Typed, by: Staff, today: date) -> list[Subject]:
    """Whom or what a line is for."""
    if typed.problem:
        raise Refused(typed.problem)
    match wish.programme.scheme.claimed:
        case "certificate":
            found = await _certified(session, wish, typed, by, today)
        case "person":
            person = await _person(session, typed.what, by)
            found = [Subject(person=person, facts=await vouchers.facts_of(session, person, today))]
        case _:
            found = [Subject(name=_name(typed.what))]
    return [replace(each, fen=typed.fen) for each in found]


async def _certified(session: AsyncSession, wish: Wish, typed: Typed, by: Staff, today: date) -> list[Subject]:
    held = await certificate_numbers.called(session, certificates.normal(typed.what))
    crowd = await claim_subjects.of_certificates(session, held, wish.programme.policy, today)
    mine = [each for each in crowd.subjects if each.person and each.person.region.startswith(place(by.region))]
    if not mine:
        raise Refused("证书登记里没有这个编号，先到“证书”里登记，或核对编号。")
    return mine


async def _person(session: AsyncSession, typed: str, by: Staff) -> Person:
    number = "".join(typed.split()).replace("-", "").upper()
    person = await people.by_id_number(session, number)
    if person is None or not person.region.startswith(place(by.region)):
        raise Refused("名册里没有这个身份证号，先到“一人一卡”或“导入”里登记，或核对号码。")
    return person


def _name(typed: str) -> str:
    name = typed.strip().replace(":", "：")  # what is paid for is told apart by colons
    if len(name) > _LONGEST:
        raise Refused(f"名称最多{_LONGEST}个字，这里有{len(name)}个字。")
    return name


def _key(subject: Subject) -> object:
    if subject.certificate is not None:
        return subject.certificate.id
    return subject.person.id if subject.person else subject.name


def _once(lines: Sequence[Line]) -> list[Line]:
    """Two lines for the same money (two certificates of one level): the first is paid."""
    seen: dict[str, int] = {}
    kept = []
    for place_, line in enumerate(lines, start=1):
        first = seen.setdefault(line.merit, place_)
        is_again = first != place_
        kept.append(
            replace(line, fen=0, blocked=[*line.blocked, f"和第{first}行是同一笔，只付一次"]) if is_again else line
        )
    return kept


def _row(line: Line, subject: Subject) -> Row:
    if subject.person is None:
        return Row(line, subject.name, "")
    return Row(line, subject.person.name_masked, subject.person.id_masked)
