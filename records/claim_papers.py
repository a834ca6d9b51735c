"""The papers of a claim: the checklist, what was handed in for it, and the account that the money goes to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from records import audit, claim_moves, filing
from records.audit import Event
from records.claim_states import CLAIM_STATE_NAMES, OPEN_TO_CHANGE, ClaimState
from records.claims import Claim, Material
from records.errors import Refused
from records.files import StoredFile

OPEN_TO_ADD = (*OPEN_TO_CHANGE, ClaimState.SUBMITTED)
ADDED = "补充材料"  # and its number
MOST_ADDED = 9
_DIGITS = re.compile(r"\d{8,30}")


@dataclass(frozen=True)
class Paper:
    """One paper of the checklist, with its file or where it is instead."""

    material: Material
    file: StoredFile | None

    @property
    def is_there(self) -> bool:
        """Was it handed in, or said where it is?"""
        return self.file is not None or bool(self.material.said)


@dataclass(frozen=True)
class Account:
    """A bank with the number of an account there."""

    bank: str
    number: str

    @property
    def masked(self) -> str:
        """古县农商行 ····1234"""
        return f"{self.bank} ····{self.number[-4:]}"


async def of(session: AsyncSession, claim: Claim) -> Sequence[Paper]:
    """The checklist of a claim, in the document's order."""
    rows = await session.execute(
        select(Material, StoredFile)
        .outerjoin(StoredFile, StoredFile.id == Material.file_id)
        .where(Material.claim_id == claim.id)
        .order_by(Material.id)
    )
    return [Paper(*row) for row in rows]


async def one_of(session: AsyncSession, claim: Claim, material_id: int) -> Paper:
    """One paper of a claim; Refused where it has none of this key."""
    for paper in await of(session, claim):
        if paper.material.id == material_id:
            return paper
    raise Refused("这笔申领没有这份材料，请回到申领页面再点。")


async def hand_in(
    session: AsyncSession, claim: Claim, material_id: int, name: str, content: bytes, actor: str, now: datetime
) -> None:
    """Keep the file of a paper in place of what was there; Refused once the claim is under review.

    What is still missing when the claim is handed in may come until the first review.
    """
    await claim_moves.hold(session, claim)
    paper = await one_of(session, claim, material_id)
    _hold_open(claim, is_new=not paper.is_there)
    kept = await filing.keep(session, name, content, actor, now)
    paper.material.file_id, paper.material.said = kept.id, ""
    await _note(session, claim, actor, now, paper=paper.material.name, file=kept.checksum[:12])


async def add(session: AsyncSession, claim: Claim, name: str, content: bytes, actor: str, now: datetime) -> Material:
    """Keep a paper that is not on the checklist; the same file once more changes nothing. Refused under review."""
    await claim_moves.hold(session, claim)
    kept = await filing.keep(session, name, content, actor, now)
    papers = await of(session, claim)
    if there := next((paper.material for paper in papers if paper.file is not None and paper.file.id == kept.id), None):
        return there
    _hold_open(claim, is_new=True)
    added = sum(paper.material.name.startswith(ADDED) for paper in papers)
    if added >= MOST_ADDED:
        raise Refused(f"补充的材料最多{MOST_ADDED}份，已经满了，其余的请带到窗口。")
    material = Material(claim_id=claim.id, name=f"{ADDED}{added + 1}", file_id=kept.id, said="")
    session.add(material)
    await _note(session, claim, actor, now, paper=material.name, file=kept.checksum[:12])
    return material


async def say_where(
    session: AsyncSession, claim: Claim, material_id: int, said: str, actor: str, now: datetime
) -> None:
    """Say where a paper is, instead of handing its file in; Refused once the claim is under review."""
    await claim_moves.hold(session, claim)
    _hold_open(claim)
    paper = await one_of(session, claim, material_id)
    if not said.strip():
        raise Refused("请写这份材料在哪里，如“纸质原件交到窗口”。")
    paper.material.said, paper.material.file_id = said.strip(), None
    await _note(session, claim, actor, now, paper=paper.material.name, said=paper.material.said)


async def set_account(session: AsyncSession, claim: Claim, account: Account, actor: str, now: datetime) -> None:
    """Change where the money goes; Refused for a number that is none, and once the claim is under review."""
    await claim_moves.hold(session, claim)
    _hold_open(claim)
    claim.account_sealed = session.info["vault"].seal(kept(account))
    claim.version += 1
    await _note(session, claim, actor, now, account=account.number[-4:])


async def lacking(session: AsyncSession, claim: Claim) -> list[str]:
    """What is still missing before a claim can be handed in."""
    papers = [paper.material.name for paper in await of(session, claim) if not paper.is_there]
    return ([] if claim.account_sealed else ["收款账户"]) + papers


def account_of(session: AsyncSession, claim: Claim) -> Account | None:
    """The account that the money of a claim goes to; None where nobody named one."""
    if not claim.account_sealed:
        return None
    bank, _, number = session.info["vault"].open(claim.account_sealed).rpartition(" ")
    return Account(bank, number)


def kept(account: Account) -> str:
    """As it is sealed: the bank, then the number; Refused for a number that is none."""
    number = re.sub(r"[\s-]", "", account.number)
    if not _DIGITS.fullmatch(number):
        raise Refused(f"账号要8到30位数字，您填的是“{account.number[:30]}”，请照开户许可证再填。")
    if not account.bank.strip():
        raise Refused("请填开户行，如“古县农商银行城关支行”。")
    return f"{account.bank.strip()} {number}"


def _hold_open(claim: Claim, *, is_new: bool = False) -> None:
    if claim.state not in (OPEN_TO_ADD if is_new else OPEN_TO_CHANGE):
        raise Refused(f"这笔申领现在是“{CLAIM_STATE_NAMES[ClaimState(claim.state)]}”，材料不能再换。")


async def _note(session: AsyncSession, claim: Claim, actor: str, now: datetime, **details: str) -> None:
    await session.flush()
    await audit.append(session, Event.CLAIM_PAPER_CHANGE, actor, claim.thing, now, **details)
