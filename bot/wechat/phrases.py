"""What the gateway itself says to a worker, where no skill can."""

from __future__ import annotations

from dataclasses import replace

from handlers.message import Outcome, Reply

NOTHING = Reply("", Outcome.DONE, "gateway.nothing")
WAIT = Reply("稍等，正在给您查，马上发过来。", Outcome.DONE, "gateway.wait")
WAIT_AND_ASK = Reply("稍等，正在给您查。过几秒回复“查结果”就能看到。", Outcome.DONE, "gateway.wait")
KEPT = Reply("系统正在维护，您的消息已经收好，恢复后就回复您，不用再发。", Outcome.DONE, "gateway.kept")
NOT_KEPT = Reply("系统正在维护，这一条没有收下，请过几分钟再发一次。", Outcome.UNKNOWN, "gateway.not_kept")
SORRY = Reply("出了点问题，这一条没办成，请再发一次。还不行，回复“人工”或打12333。", Outcome.UNKNOWN, "gateway.sorry")

ASKS_FOR_RESULT = "查结果"


def after(earlier: list[str], reply: Reply) -> Reply:
    """A reply with the answers in front that were still owed."""
    return (
        replace(reply, text="\n\n".join(["刚才您问的：\n" + earlier[0], *earlier[1:], reply.text]))
        if earlier
        else reply
    )
