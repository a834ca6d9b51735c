"""News of a claim for those it is about: one message to each person at each step that matters to him."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from records import nudging
from records.claim_states import ClaimState
from records.claims import Claim, ClaimLine

_OF_USE = timedelta(days=14)
# To whom the money is paid himself: every step. Whose name is put up in somebody else's claim: that it is.
_MINE = {
    ClaimState.SUBMITTED: "收到您的申领{number}，{yuan}元，现在等初审。{due}",
    ClaimState.RETURNED: "申领{number}退回来了：{reason}。补的材料拍照发到这里，改好回复“再交 {number}”。",
    ClaimState.REJECTED: "申领{number}没有通过：{reason}。不明白的回复“人工”。",
    ClaimState.APPROVED: "申领{number}两个人都审过了，接下来公示。",
    ClaimState.PUBLISHED: "申领{number}开始公示，到{until}没有人提异议就付款。",
    ClaimState.PAID: "{yuan}元已经付了（{number}，{paid}），到账看您的银行卡。",
}
_OTHERS = {
    ClaimState.PUBLISHED: "{payee}给您申领的培训补贴正在公示（{number}，到{until}）。这笔钱付给{payee}，您免费学。"
    "如果您没参加，回复“异议 {number}”。",
}


async def tell(session: AsyncSession, claim: Claim, now: datetime) -> None:
    """Put the message that a claim's new state is worth."""
    text = (_MINE if claim.person_id else _OTHERS).get(ClaimState(claim.state))
    if text is None or (claim.state == ClaimState.SUBMITTED and claim.submitted_by is None):  # he was told in the chat
        return
    told = text.format(
        number=claim.number,
        yuan=_yuan(claim.fen),
        due=f"最晚{claim.due_on:%Y年%m月%d日}前付。" if claim.due_on else "",
        reason=claim.remark.rstrip("。"),
        until=f"{claim.notice_until:%m月%d日}" if claim.notice_until else "",
        paid=f"{claim.paid_on:%m月%d日}" if claim.paid_on else "",
        payee=claim.payee_name,
    )
    mine = ClaimLine.claim_id == claim.id, ClaimLine.person_id.is_not(None), ClaimLine.fen > 0
    for person_id in await session.scalars(select(ClaimLine.person_id).where(*mine).distinct()):
        assert person_id is not None, "only people are told"
        await nudging.put(session, f"claim:{claim.id}:{claim.version}:{person_id}", person_id, told, now, now + _OF_USE)


def _yuan(fen: int) -> str:
    """1500, 1500.05"""
    return f"{fen // 100}" + (f".{fen % 100:02d}" if fen % 100 else "")
