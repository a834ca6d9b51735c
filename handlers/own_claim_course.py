"""The course of a worker's own application: what is asked for next, the whole to confirm, and handing it in."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Any

from handlers import binding, entitlement, interview, links, own_claiming
from handlers import own_claim_words as words
from handlers.context import Context, refuse
from handlers.context import ask as asks
from handlers.message import Message, Reply
from handlers.own_claiming import Chance
from handlers.voucher_words import after
from knowledge.facts import FactKind
from records.claim_papers import Account
from records.errors import Refused

_PAGE = "/my/claims"
_ACCOUNT = "钱打到哪张卡？请发您本人的开户行＋卡号，如“陵川农商行 6222…”（加密保存，只用来付这笔钱）。"


@dataclass
class Wish:
    """What a worker wants to claim, as far as it is known."""

    chosen: str = ""  # the key of a Chance
    occupation: str = ""  # named at the start, to tell one certificate from another
    level: str = ""
    is_living: bool = False  # asks for the allowance while in class
    told: dict[str, Any] = field(default_factory=dict)  # facts the worker told
    vague: list[str] = field(default_factory=list)  # those of which only a range is known
    asked: str = ""  # the fact that was asked last
    bank: str = ""
    number: str = ""  # of the account, sealed


async def go_on(wish: Wish, context: Context, lead: str = "") -> Reply:
    """Ask for the next thing that is missing, or have all of it confirmed."""
    context.talk.pending = None
    region, shelf = _region(context), context.house.shelf
    documents = shelf.documents(region) if region else []  # also of those that know no voucher
    held = await entitlement.in_force(context.session, shelf, documents, context.today)
    if region and not own_claiming.paying(held):
        return after(lead, words.nothing(held, entitlement.issuing(shelf, region)))
    if context.person is None:
        return binding.begin(context, "申领补贴要先实名。", "claim", "bound", wish=asdict(wish))
    chances = await _chances(wish, context)
    if not chances:
        return after(lead, words.no_class() if wish.is_living else words.no_certificate())
    likely = [chance for chance in chances if chance.is_possible]
    if len(likely) > 1:
        question = words.which(likely)
        _wait("which", wish, question, context, keys=[chance.key for chance in likely])
        return after(lead, asks(question, "claim.which"))
    chance = likely[0] if likely else min(chances, key=lambda each: (not each.taken, len(each.obstacles)))
    return after(lead, _complete(wish, chance, context))


async def hand_in(wish: Wish, message: Message, context: Context) -> Reply:
    """Work it out once more as the records now stand, and submit it."""
    assert context.person is not None
    chance = next(iter(await _chances(wish, context)), None)
    if chance is None or not chance.is_possible or chance.line.blocked:
        return await go_on(wish, context)
    account, key = _account(wish, context), f"chat:{sha256(message.id.encode()).hexdigest()[:40]}"
    try:
        claim = await own_claiming.submit(
            context.session, context.house.shelf, chance, context.person, account, key, context.now
        )
    except Refused as refused:
        return refuse(refused.reason, "claim.submitted")
    link = links.my(context.house, context.follower.openid, _PAGE, context.now)
    return words.submitted(claim, chance, link)


def _complete(wish: Wish, chance: Chance, context: Context) -> Reply:
    """One subsidy for one certificate: what stands against it, what is still to be told, or the whole to confirm."""
    if not chance.is_possible:
        return words.obstacle(chance, wish.vague, context.today)
    if chance.leaves_the_sum_open:
        return words.for_staff(f"{chance.name}：文件没有写定补多少，要到窗口由工作人员核定。")
    wish.chosen = chance.key
    if chance.missing and chance.missing[0].whose == "worker":
        return _ask(chance.missing[0], wish, chance, context)
    if chance.line.blocked:
        return words.for_staff(f"{chance.name}：{chance.line.blocked[0]}。")
    if not (wish.bank and wish.number):
        question = _ACCOUNT if not (wish.bank or wish.number) else _rest_of_account(wish)
        _wait("account", wish, question, context)
        return asks(question, "claim.account")
    reply = words.confirm(chance, _account(wish, context))
    _wait("confirm", wish, words.SUBMIT_OR_NOT, context)
    return reply


def _ask(kind: FactKind, wish: Wish, chance: Chance, context: Context) -> Reply:
    groups = [name for c in chance.scheme.conditions if c.fact == "group" for name in c.one_of or ()]
    question = interview.question(kind, 1, groups[:10])
    text = question[0].partition("：")[2]
    wish.asked = kind.name
    _wait("fact", wish, text, context, labels=question[1])
    return asks(text if wish.told else f"{chance.name}。\n{text}", "claim.fact")


async def _chances(wish: Wish, context: Context) -> list[Chance]:
    """What may be meant: the one that was chosen, else those of the certificate that was named, else all."""
    assert context.person is not None
    session, person = context.session, context.person
    shelf = context.house.shelf
    held = await entitlement.in_force(session, shelf, shelf.documents(person.region), context.today)
    found = await own_claiming.chances(session, own_claiming.paying(held), person, context.now, wish.told)
    if wish.chosen:
        return [chance for chance in found if chance.key == wish.chosen]
    if wish.is_living:
        return [chance for chance in found if chance.scheme.claimed == "class"]
    named = [
        chance
        for chance in found
        if wish.occupation in {"", chance.basis.occupation} and wish.level in {"", chance.basis.level}
    ]
    return named or found


def _rest_of_account(wish: Wish) -> str:
    return f"{wish.bank}的卡号是多少？" if wish.bank else "卡号收到了，是哪个银行的？如“陵川农商行”。"


def _account(wish: Wish, context: Context) -> Account:
    return Account(wish.bank, context.house.database.vault.open(wish.number))


def _region(context: Context) -> str | None:
    """Whose documents pay: the place of the person's card, as far as we know who it is."""
    return context.person.region if context.person else context.region


def _wait(step: str, wish: Wish, question: str, context: Context, **more: object) -> None:
    context.wait_for("claim", step, wish=asdict(wish), question=question, **more)
