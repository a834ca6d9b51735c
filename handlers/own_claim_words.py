"""What is said when a worker claims for himself."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

from handlers import wording
from handlers.context import ask as asks
from handlers.entitlement import Ground
from handlers.message import Choice, Citation, Outcome, Reply
from handlers.own_claiming import Chance
from handlers.programmes import Programme
from knowledge.figures import yuan
from knowledge.library import Policy
from records.claim_papers import Account
from records.claims import Claim
from records.vouchers import day

CONFIRM = ("提交", "先不交")
SUBMIT_OR_NOT = "　".join(f"{number} {label}" for number, label in enumerate(CONFIRM, 1))
_ELSE = "培训补贴由学校申领，您免费学，不用自己申领。"
_SHOWN = 9  # certificates to choose from in one reply


def nothing(held: Sequence[Ground], ended: Sequence[Policy]) -> Reply:
    """No document in force pays anything to the holder of a certificate."""
    if held or not ended:
        text = "您那里的文件没有凭证书发给本人的补贴。" + _ELSE
        return Reply(wording.lines(text, wording.PERSON), Outcome.ANSWER, "claim.nothing")
    last = ended[0]
    end = last.document.document.period.end
    why = f"执行期到{day(end)}，已过，也没有延续执行的决定" if end else "还没到执行的日子"
    text = f"现在不能申领：{last.name}{why}。"
    at = next((answer.at[0] for answer in last.answers if answer.topic == "document.period"), "")
    cited = (Citation(last.name, at),) if at else ()
    then = "一有新文件或延续执行就告诉您：回复“订阅政策通知”。"
    return Reply(
        wording.lines(text, then, wording.basis(cited) if cited else ""), Outcome.ANSWER, "claim.nothing", cited
    )


def no_certificate() -> Reply:
    """The records know no certificate; how one gets into them."""
    text = (
        "凭证书申领，可记录里还没有您的证书。在培训班考的，学校会报上来；"
        "自己考的，带证书原件和身份证到县人社局窗口登记，登记好了再回复“申领补贴”。"
    )
    return Reply(wording.lines(text, _ELSE, wording.PERSON), Outcome.ANSWER, "claim.no_certificate")


def no_class() -> Reply:
    """There is no class for which an allowance could be paid."""
    text = "生活费按班算，您还没有上完的班，或者那里的文件没有这一笔。班结业了再回复“申领生活费补贴”。"
    return Reply(wording.lines(text, wording.PERSON), Outcome.ANSWER, "claim.no_class")


def which(chances: Sequence[Chance]) -> str:
    """要申领哪一笔？"""
    numbered = [f"{number} {chance.name}{_worth(chance)}" for number, chance in enumerate(chances[:_SHOWN], 1)]
    return wording.lines("要申领哪一笔？回复数字：", *numbered)


def obstacle(chance: Chance, vague: Collection[str], today: date) -> Reply:
    """Why this one cannot be claimed, and what would help."""
    policy, extension = chance.ground.policy, chance.ground.extension
    cited = _cited(chance)
    if chance.taken:
        text = f"{chance.name}{chance.taken}，同一笔不能领两次。"
        return Reply(f"{text}\n进度回复“我的补贴”。", Outcome.REFUSED, "claim.taken", cited)
    checks = [replace(c, gap="", short=None) if c.fact in vague else c for c in chance.obstacles]
    until = extension.until if extension else policy.document.document.period.end
    first = f"{chance.name}：{wording.obstacle_line(checks, today, until)}"
    help_ = next((wording.stop(check.lack) for check in checks if check.lack and check.lack not in first), "")
    text = wording.lines(first, help_, wording.PERSON, wording.basis(cited))
    return Reply(text, Outcome.REFUSED, "claim.obstacle", cited)


def for_staff(why: str) -> Reply:
    """The records cannot decide it; a person can."""
    return Reply(wording.lines(why, wording.PERSON), Outcome.UNKNOWN, "claim.staff")


def confirm(chance: Chance, account: Account) -> Reply:
    """All of it once more before it is handed in."""
    cited, extension = _cited(chance), chance.ground.extension
    working = f"（{chance.line.working}）" if chance.line.working not in {"", yuan(chance.line.fen)} else ""
    papers = Programme(chance.ground.policy, chance.scheme).materials
    text = wording.lines(
        f"请核对：{chance.name}，{yuan(chance.line.fen)}{working}。",
        chance.proof,
        f"打到：{account.masked}（要是您本人的卡）",
        f"要带到窗口的材料：{'、'.join(papers)}" if papers else "",
        "您说的情况经办会核对，说得不实的要退回。",
        f"{chance.ground.policy.name}已延续执行到{day(extension.until)}（{extension.basis}）。" if extension else "",
        wording.basis(cited),
        SUBMIT_OR_NOT,
    )
    choices = tuple(Choice(label, label) for label in CONFIRM)
    return Reply(text, Outcome.ASK, "claim.confirm", cited, choices)


def submitted(claim: Claim, chance: Chance, link: str) -> Reply:
    """提交了，编号SL-2026-000012。"""
    due = f"最晚{day(claim.due_on)}前付。" if claim.due_on else ""
    text = wording.lines(
        f"提交了，编号{claim.number}：{chance.name}{yuan(claim.fen)}。现在等初审，再由另一个人复核、公示，然后付款。{due}",
        f"进度回复“我的补贴”；初审前想撤回，回复“撤回 {claim.number}”。",
        f"也可以点这里看：{link}",
    )
    return Reply(text, Outcome.DONE, "claim.submitted")


def which_to_withdraw(numbers: Sequence[str]) -> Reply:
    """要撤回哪一笔？"""
    ways = tuple(Choice(f"撤回 {number}", f"撤回 {number}") for number in numbers[:3])
    numbered = "　".join(f"{number} {way.label}" for number, way in enumerate(ways, 1))
    return replace(asks(f"要撤回哪一笔？回复数字：\n{numbered}", "claim.withdraw"), choices=ways)


def _worth(chance: Chance) -> str:
    return f" {yuan(chance.line.fen)}" if chance.line.fen else ""


def _cited(chance: Chance) -> tuple[Citation, ...]:
    places = (*chance.scheme.at, *(check.at for check in chance.verdict.checks))
    return tuple(dict.fromkeys(Citation(chance.ground.policy.name, at) for at in places))
