"""A bare aiohttp and wechatpy echo in the safe mode: what a message costs when nothing is done with it."""

from __future__ import annotations

import argparse

import uvloop
from aiohttp import web
from wechatpy import create_reply, parse_message
from wechatpy.crypto import WeChatCrypto

from config.settings import settings


def application(token: str, aes_key: str, app_id: str) -> web.Application:
    """An application that says every text again."""
    crypto = WeChatCrypto(token, aes_key, app_id)

    async def echo(request: web.Request) -> web.Response:
        query = request.query
        signed = query["msg_signature"], query["timestamp"], query["nonce"]
        message = parse_message(crypto.decrypt_message(await request.read(), *signed))
        reply = create_reply(getattr(message, "content", message.type), message).render()
        return web.Response(text=crypto.encrypt_message(reply, query["nonce"], query["timestamp"]))

    app = web.Application()
    app.router.add_post("/wechat", echo)
    return app


def main() -> None:
    """Listen at a port with the keys of the SKILLPASS_* settings."""
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    chosen = settings()
    token, aes_key = chosen.wechat_token.get_secret_value(), chosen.wechat_aes_key.get_secret_value()
    app = application(token, aes_key, chosen.wechat_app_id)
    port = parser.parse_args().port
    web.run_app(app, host="127.0.0.1", port=port, access_log=None, print=None, loop=uvloop.new_event_loop())


if __name__ == "__main__":
    main()
