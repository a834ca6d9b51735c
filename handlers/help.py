"""The service about itself: welcome, menu, greetings, and kind words for what it cannot read."""

from __future__ import annotations

from handlers.context import Context, Skill, say
from handlers.message import Choice, Message, Outcome, Reply
from intents.understanding import Meaning

_WAYS = (Choice("我能领什么", "我能领什么"), Choice("看有没有班", "看有没有班"), Choice("领培训券", "我要领培训券"))
_CLASS_WAYS = (Choice("签到", "签到"), Choice("看有没有班", "看有没有班"), Choice("领培训券", "我要领培训券"))
_ABOUT = "技能培训、考证、补贴、培训券和签到，打字或说话问我都行。"


async def welcome(message: Message, meaning: Meaning, context: Context) -> Reply:
    """Somebody follows the account, perhaps through the QR code of a class."""
    context.follower.subscribed = True
    if message.key.removeprefix("qrscene_").startswith("class:"):
        return _with_ways("您好，我是技能通，您扫的是班级码。要做什么？", "help.welcome", _CLASS_WAYS)
    return _with_ways(f"您好，我是技能通。{_ABOUT}", "help.welcome")


async def menu(message: Message, meaning: Meaning, context: Context) -> Reply:
    """“菜单”, “你会什么”: what can be asked and what can be done."""
    text = (
        "问政策：学什么补多少、谁能领、要什么材料，直接说。\n"
        "办事情：领券、我的券、签到、请假、我的信息、改地区、订阅通知。\n"
        "答不上来的，回复“人工”转给工作人员。"
    )
    return _with_ways(text, "help.menu")


async def greeting(message: Message, meaning: Meaning, context: Context) -> Reply:
    """“你好”, “在吗”."""
    return _with_ways(f"在呢，您说。{_ABOUT}", "help.greeting")


async def thanks(message: Message, meaning: Meaning, context: Context) -> Reply:
    """“谢谢”: nothing more is pressed on anybody."""
    return say("不客气，有事随时问我。", "help.thanks")


async def swearing(message: Message, meaning: Meaning, context: Context) -> Reply:
    """Somebody is angry: stay kind, offer a person."""
    text = "对不住，没帮上您的忙。您把事情再说一句，我重新看；想找真人，回复“人工”，或打12333。"
    return Reply(text, Outcome.ANSWER, "help.swearing", choices=(Choice("转人工", "人工"),))


async def image(message: Message, meaning: Meaning, context: Context) -> Reply:
    """A video, file or link came: it cannot be read."""
    text = (
        "视频、文件和链接我看不了，请打字告诉我您想问什么、办什么。\n"
        "交材料拍成照片发到这里，或者带到窗口。要人看，先回复“人工”再发。"
    )
    return say(text, "help.image")


async def voice(message: Message, meaning: Meaning, context: Context) -> Reply:
    """A voice message came without its words."""
    return say("这条语音没转出文字。请打字，或用手机输入法的话筒键说话转成文字再发。", "help.voice")


async def silence(message: Message, meaning: Meaning, context: Context) -> Reply:
    """Something came that wants no answer: a page was opened, a push arrived."""
    return Reply("", Outcome.DONE, "help.silence")


def _with_ways(text: str, intent: str, ways: tuple[Choice, ...] = _WAYS) -> Reply:
    numbered = "　".join(f"{number} {way.label}" for number, way in enumerate(ways, 1))
    return Reply(f"{text}\n{numbered}", Outcome.ANSWER, intent, choices=ways)


SKILL = Skill(
    "help",
    {
        "help.welcome": welcome,
        "help.menu": menu,
        "help.greeting": greeting,
        "help.thanks": thanks,
        "help.swearing": swearing,
        "help.image": image,
        "help.voice": voice,
        "help.silence": silence,
    },
)
