"""Classes that a worker can join, and what to bring."""

from __future__ import annotations

from handlers.context import Context, Skill, say
from handlers.context import ask as asks
from handlers.message import Message, Reply
from intents.understanding import Meaning
from knowledge.regions import chain
from records import classes as courses
from records.institutions import Institution


async def classes(message: Message, meaning: Meaning, context: Context) -> Reply:
    """“有什么培训”: the next classes of the place, of the occupation named if there are any."""
    region = meaning.first("region") or context.region
    if region is None:
        context.wait_for("training", "place")
        return asks("您是哪里的（哪个县、市）？说了我给您找附近的班。", "training.place")
    found = list(await courses.coming(context.session, chain(region), context.today, most=30))
    wanted = meaning.entities.get("occupation", ())
    fitting = [each for each in found if each.occupation in wanted] or found
    if not fitting:
        return say("眼下没有要开的班。回复“订阅培训班”，一开班就通知您。", "training.classes")
    lead = "" if not wanted or fitting is not found else f"没有{wanted[0]}的班，别的班有：\n"
    lines = []
    for number, each in enumerate(fitting[:4], 1):
        institution = await context.session.get_one(Institution, each.institution_id)
        lines.append(
            f"{number} {each.name}：{each.starts:%m月%d日}开班，{each.days}天，{institution.name}（{each.venue}）"
        )
    end = "带身份证和培训券到班上报到。还没有券的，回复“领券”。"
    return say(f"{lead}" + "\n".join(lines) + f"\n{end}", "training.classes")


async def place_told(message: Message, meaning: Meaning, context: Context) -> Reply | None:
    """The place was asked for."""
    if meaning.first("region") is None:
        return None
    context.talk.region = meaning.first("region")
    context.talk.pending = None
    return await classes(message, meaning, context)


SKILL = Skill("training", {"training.classes": classes}, {"place": place_told})
