"""Two questions in one message: each gets its answer."""

from __future__ import annotations

import re

from handlers import wording
from handlers.message import Outcome, Reply

_CUT = re.compile(r"[，,。？?！!；;、\s]+(?:还有|另外|再问(?:一下)?|顺便问(?:一下)?|那)?|还有就是|另外再问|顺便问一下")
_ASKS = re.compile(r"几|多少|什么|啥|哪|谁|怎么|咋|能不能|可不可以|要不要|行不行|[吗不没么嘛]$")
_SHORTEST = 5
_EACH = re.compile(
    r"^(?P<first>[^，,。？?]{3,24}?)(?:、|和|跟|与|以及|还有|，|,)(?P<second>[^，,。？?、]{3,24}?)[，,]?(?:这?两(?:个|样|项|笔)?[^，,]{0,6})?(?:分别|各)[^，,]{0,4}?(?P<asks>多少|几.?|什么|谁|哪.*)"
)


def parts(said: str, *, alike: bool) -> tuple[str, str] | None:
    """The two questions of a message; None where it holds one, or one with its story.

    `alike`: it names two things of one kind (初级工和高级工), which are compared, not split.
    """
    if not alike and (each := _EACH.match(said)):
        of = each["first"].rpartition("的")[0]  # 免费培训的合格率和取证率
        return each["first"] + "是" + each["asks"], (of and f"{of}的") + each["second"] + "是" + each["asks"]
    clauses = [clause for clause in _CUT.split(said) if clause]
    asking = [number for number, clause in enumerate(clauses) if _ASKS.search(clause)]
    if len(asking) != 2:
        return None
    first, second = "，".join(clauses[: asking[0] + 1]), "，".join(clauses[asking[0] + 1 :])
    return (first, second) if min(len(first), len(second)) >= _SHORTEST else None


def joined(first: Reply, second: Reply) -> Reply | None:
    """Both answers in one reply; None unless both are answers, of different things."""
    if {first.outcome, second.outcome} != {Outcome.ANSWER} or first.text == second.text:
        return None
    cited = tuple(dict.fromkeys((*first.citations, *second.citations)))
    told = [_without_basis(reply.text) for reply in (first, second)]
    return Reply(wording.lines(*told, wording.basis(cited)), Outcome.ANSWER, first.intent, cited)


def _without_basis(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.startswith("依据："))
