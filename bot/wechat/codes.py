"""WeChat's error codes: what each means for the one who sends, in one table."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Treat(StrEnum):
    """What a sender does about a code."""

    OK = "ok"
    BUSY = "busy"  # again at once, a little later each time, three times in all
    TOKEN = "token"  # a new token, once
    CONFIG = "config"  # nobody but the office can mend it: stop the channel for a while and say so
    GONE = "gone"  # this follower is none any more
    SHUT = "shut"  # this follower's window is closed: another channel, or wait until he writes
    CONSENT = "consent"  # this follower's consent is used up or withdrawn
    CONTENT = "content"  # the message itself is wrong: do not send it again
    DAY = "day"  # nothing more today
    MINUTE = "minute"  # nothing more in this minute
    FAIL = "fail"  # this one message cannot go


@dataclass(frozen=True)
class Code:
    """One error code."""

    treat: Treat
    say: str  # for staff


_BUSY = Code(Treat.BUSY, "微信系统繁忙")
_TOKEN = Code(Treat.TOKEN, "接口凭证失效")
_ABLE = Code(Treat.CONFIG, "公众号没有这个接口的权限，请在微信公众平台查看")

CODES: dict[int, Code] = {
    0: Code(Treat.OK, "成功"),
    -1: _BUSY,
    40001: _TOKEN,
    40014: _TOKEN,
    42001: _TOKEN,
    41001: Code(Treat.CONFIG, "请求没有带接口凭证"),
    40013: Code(Treat.CONFIG, "AppID不对，请核对 SKILLPASS_WECHAT_APP_ID"),
    40125: Code(Treat.CONFIG, "AppSecret不对，请核对 SKILLPASS_WECHAT_APP_SECRET"),
    40164: Code(Treat.CONFIG, "服务器地址不在IP白名单里，请在微信公众平台添加"),
    40243: Code(Treat.CONFIG, "AppSecret已被冻结，请在微信公众平台解冻"),
    40003: Code(Treat.GONE, "不是本公众号的用户"),
    43004: Code(Treat.GONE, "已取消关注"),
    43019: Code(Treat.GONE, "在黑名单里"),
    48002: Code(Treat.GONE, "关闭了接收消息"),
    43101: Code(Treat.CONSENT, "没有同意订阅通知，或同意的次数已用完"),
    45002: Code(Treat.CONTENT, "内容超过长度限制"),
    45008: Code(Treat.CONTENT, "图文条数超过限制"),
    47003: Code(Treat.CONTENT, "模板的字段不符合要求"),
    40037: Code(Treat.CONTENT, "模板编号不对"),
    45009: Code(Treat.DAY, "今天的接口次数已用完"),
    45011: Code(Treat.MINUTE, "这一分钟的接口次数已用完"),
    45015: Code(Treat.SHUT, "48小时内没有发过消息，或已取消关注"),
    45047: Code(Treat.SHUT, "这一轮可发的条数已用完，等对方再发消息"),
    45028: Code(Treat.FAIL, "这个月的群发次数已用完"),
    45065: Code(Treat.FAIL, "这一条群发已经提交过"),
    45066: Code(Treat.MINUTE, "群发太快，一分钟后再发"),
    45067: Code(Treat.CONTENT, "群发编号太长"),
    40130: Code(Treat.CONTENT, "群发名单要2到10000人"),
    48001: _ABLE,
    48004: Code(Treat.CONFIG, "接口被封禁，请登录微信公众平台查看"),
    48006: Code(Treat.FAIL, "清零次数已用完"),
    50002: Code(Treat.CONFIG, "公众号功能受限，请登录微信公众平台查看"),
}


def of(code: int) -> Code:
    """What to do about a code; one that is not in the table fails the one message and nothing else."""
    return CODES.get(code) or Code(Treat.FAIL, f"微信返回错误 {code}")
