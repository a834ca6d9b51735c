"""On whose behalf somebody asks: for himself, or for a firm, a training institution or an agency."""

from __future__ import annotations

import re
from enum import StrEnum

from intents.understanding import Meaning
from knowledge.model import Payee, Scheme


class Asker(StrEnum):
    """Who wants to know."""

    WORKER = "worker"
    ENTERPRISE = "enterprise"
    INSTITUTION = "institution"
    AGENCY = "agency"


_SPEAKS = {
    Asker.AGENCY: re.compile(r"中介|劳务公司|人力资源(?:公司|机构|服务机构)|我们介绍"),
    Asker.INSTITUTION: re.compile(r"培训机构|培训学校|(?:我们|咱们?|俺们?)(?:学校|机构|中心)|我们办的?班"),
    Asker.ENTERPRISE: re.compile(
        r"(?<![在去进到])(?:厂|公司|企业|单位|合作社|扶贫车间|饭店|超市)(?:里|子)?"
        r"(?:今年|一共|总共|共|这边)?(?:能|可以|可|够|想|要|有|招|培训|吸纳|正好|不到|才|是|\d)"
    ),
}
_PAID = {
    Asker.WORKER: {Payee.WORKER},
    Asker.ENTERPRISE: {Payee.ENTERPRISE, Payee.ORGANISER},
    Asker.INSTITUTION: {Payee.INSTITUTION, Payee.ORGANISER, Payee.ASSESSOR},
    Asker.AGENCY: {Payee.AGENCY},
}


def asker(meaning: Meaning) -> Asker:
    """Who asks, as the message tells; a worker where it does not."""
    return next((who for who, speaks in _SPEAKS.items() if speaks.search(meaning.cleaned)), Asker.WORKER)


def concerns(scheme: Scheme, who: Asker) -> bool:
    """Is a scheme paid to the one who asks, or does it train people like him?"""
    return scheme.payee in _PAID[who] or (who is Asker.WORKER and _trains(scheme))


def _trains(scheme: Scheme) -> bool:
    for_people = any(condition.fact == "group" for condition in scheme.conditions)
    return scheme.voucher or (scheme.payee is Payee.INSTITUTION and for_people)
