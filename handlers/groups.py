"""“我是退伍兵，能免费学吗”: whether the group that somebody belongs to is among those a training is for."""

from __future__ import annotations

import re

from handlers.reading import Question
from knowledge.conditions import hold
from knowledge.library import Policy
from knowledge.model import Condition
from knowledge.shelf import Entry, Shelf

_MAY = re.compile(
    r"有[^,]{0,10}(?:培训|班|课)[吗不没]|能不能|行不行|收不收|管不管|有没有|有[^,]{0,4}份|算不算|在不在|够不够|能[^,]{0,12}[吗不没]|可以|能[^,]{0,4}(?:学|参加|报|上|去)"
)
_LEARN = re.compile(r"学|参加|报名|报班|上课|上班上|培训|技术|听|课|份|免费")
_OTHER = re.compile(
    r"生活费|归哪|谁管|哪个部门|归谁|名额|任务|目标|介绍|招|评价补贴|公益|宿舍|工资|几次|几回|材料|扣|\d+(?:块|元)|有什么|哪些"
)
_STARTUP = re.compile(r"创业")
_TRAINING = ("order_training", "general_training", "key_group_training", "directed_training")


def topic(question: Question) -> str | None:
    """The topic that tells who may come, where that is what is asked for a group; None otherwise."""
    text = question.text
    if "group" not in question.slots or not _MAY.search(question.meaning.clauses) or not _LEARN.search(text):
        return None
    if _OTHER.search(text):
        return None
    return "startup_training.who" if _STARTUP.search(text) else "training.who"


def asks_money(question: Question) -> bool:
    """Is the sum asked for as well?"""
    return bool(re.search(r"补多少|多少钱|给多少|补贴|补不补", question.text))


def verdict(entry: Entry, question: Question, shelf: Shelf) -> str:
    """“可以。” where the document names the group, what its open list means where it does not."""
    groups = question.slots["group"]
    for condition in _conditions(entry.policy, entry.answer.topic):
        if (counted := condition.or_) and counted.fact in question.facts:  # 执照13个月: a number beats the name
            check = hold(counted, entry.policy.figures, question.facts)
            return f"可以，{check.say}。" if check.met else f"不能，要{check.say}{check.gap and f'（{check.gap}）'}。"
    named = [name for condition in _conditions(entry.policy, entry.answer.topic) for name in condition.one_of or ()]
    if mine := [group for group in groups if group in named]:
        return f"可以，{mine[0]}在培训对象里。"
    if named and entry.answer.when.get("group") not in groups:
        return f"名单里没点名“{groups[0]}”，但名单带“等”字，可以先问当地人社局。"
    return ""


def _conditions(policy: Policy, topic: str) -> list[Condition]:
    families = ("startup_training",) if topic.startswith("startup") else _TRAINING
    return [
        condition
        for family in families
        if (scheme := policy.schemes.get(family))
        for condition in scheme.conditions
        if condition.fact == "group"
    ]
