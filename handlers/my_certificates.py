"""A worker's certificates in the chat."""

from __future__ import annotations

from handlers import binding
from handlers.context import Context, Skill, say
from handlers.message import Message, Reply
from intents.understanding import Meaning
from records import certificate_search
from records.certificates import SKILL_NAMES, Certificate
from records.certificates import Skill as Made

_MOST = 6
_HAND_IN = "考下的证不在这里？带证书到班上或县人社局窗口登记，照片发在这里不算。"


async def mine(message: Message, meaning: Meaning, context: Context) -> Reply:
    """“我的证书”."""
    if context.person is None:
        return binding.begin(context, "查证书要先实名。")
    held = await certificate_search.of_person(context.session, context.person)
    if not held:
        return say(f"您名下还没有登记的证书。{_HAND_IN}", "certificates.mine")
    lines = [_line(certificate) for certificate in reversed(held[-_MOST:])]
    more = [f"还有{len(held) - _MOST}本更早的。"] if len(held) > _MOST else []
    return say("\n".join([f"您有{len(held)}本证书：", *lines, *more, _HAND_IN]), "certificates.mine")


def _line(certificate: Certificate) -> str:
    """焊工初级工（职业技能等级证书），S0000…，2026年11月20日发证，新增技能人才"""
    day = certificate.issued_on
    made = f"，{SKILL_NAMES[certificate.skill]}" if certificate.skill != Made.NONE else ""
    what = f"{certificate.occupation}{certificate.level}（{certificate.kind}）"
    return f"{what}，编号{certificate.shown}，{day.year}年{day.month}月{day.day}日发证{made}"


SKILL = Skill("certificates", {"certificates.mine": mine})
