"""What is sent: questions never asked before, everyday mixtures, repeats."""

from __future__ import annotations

import itertools
import random
import secrets
from collections.abc import Iterator

from bot.load.driver import Shot

_WORKERS = 1000
_PLACES = ("古县", "陵川县", "陵川", "运城", "平顶山", "古县这边", "咱陵川", "俺们古县")
_OPENINGS = ("", "请问", "你好，", "想问一下", "麻烦问下", "嗯那个", "同志，", "老师好，")
_SUBJECTS = (
    "焊工", "电工", "叉车工", "汽车维修工", "中式烹调师", "养老护理员", "育婴员", "保洁员", "美容师", "电子商务师", "快递员",
    "砌筑工", "钢筋工", "茶艺师", "保安员", "家政服务员", "果树栽培工", "食用菌生产工", "创业培训", "企业职工培训",
)  # fmt: skip
_ASKS = (
    "培训一个人补多少钱", "要学几天", "谁能参加", "一年能学几回", "补贴打给谁", "要交啥材料", "最多按多少天算", "考个高级工给多少",
    "取证补贴多少", "就业率不够还补不补", "生活费一天多少", "什么时候能拿到钱", "公示几天", "打卡有啥要求", "在哪报名", "有啥条件",
)  # fmt: skip
_ENDINGS = ("", "？", "呢", "啊", "嘞", "，谢谢", "，急", "，我是农村的", "，我今年刚下岗", "，我媳妇也想去")
_EVERYDAY = ("签到", "有什么培训", "我的券", "我签到几天了", "你好", "我能领什么", "菜单", "谢谢")


def questions() -> Iterator[Shot]:
    """Questions put together at random, each from one of a thousand workers."""
    dice, run = random.Random(), secrets.token_hex(4)
    for number in _numbers():
        yield text(_worker(run, dice), question(dice), number)


def mixed() -> Iterator[Shot]:
    """An everyday mixture: mostly questions, then commands, taps, places, and now and then a repeat."""
    dice, run = random.Random(), secrets.token_hex(4)
    for number in _numbers():
        openid = _worker(run, dice)
        match dice.choices(("question", "command", "tap", "place", "repeat"), (60, 20, 8, 7, 5))[0]:
            case "question":
                yield text(openid, question(dice), number)
            case "command":
                yield text(openid, dice.choice(_EVERYDAY), number)
            case "tap":
                tap = "<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[CLICK]]></Event>"
                yield Shot(openid, f"{tap}<EventKey><![CDATA[{dice.choice(_EVERYDAY)}]]></EventKey>")
            case "place":
                yield place(openid, 35.77 + dice.random() / 100, 113.28, number)
            case "repeat":
                yield text(openid, question(dice), number, copies=3)


def repeats() -> Iterator[Shot]:
    """Each message three times at once, as when an answer is late."""
    dice, run = random.Random(), secrets.token_hex(4)
    for number in _numbers():
        yield text(_worker(run, dice), question(dice), number, copies=3)


def place(openid: str, latitude: float, longitude: float, number: int) -> Shot:
    """A location that a worker sends."""
    kind = "<MsgType><![CDATA[location]]></MsgType>"
    where = f"<Location_X>{latitude:.6f}</Location_X><Location_Y>{longitude:.6f}</Location_Y><Scale>16</Scale>"
    return Shot(openid, f"{kind}{where}<Label><![CDATA[]]></Label><MsgId>{number}</MsgId>")


def _numbers() -> Iterator[int]:
    return itertools.count(secrets.randbits(52) << 8)


def _worker(run: str, dice: random.Random) -> str:
    return f"oLoad{run}{dice.randrange(_WORKERS):06d}"


def question(dice: random.Random) -> str:
    """A question that nobody asked before."""
    opening, ending = dice.choice(_OPENINGS), dice.choice(_ENDINGS)
    return f"{opening}{dice.choice(_PLACES)}{dice.choice(_SUBJECTS)}{dice.choice(_ASKS)}{ending}"


def text(openid: str, said: str, number: int, copies: int = 1) -> Shot:
    """What a worker types."""
    kind = f"<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{said}]]></Content>"
    return Shot(openid, f"{kind}<MsgId>{number}</MsgId>", copies)
