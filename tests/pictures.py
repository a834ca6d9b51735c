"""Takes the pictures of the documentation from a running demo: `python -m tests.pictures PASSWORD [ADDRESS]`."""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

from bot.county import phones
from tests.browser import find_chromium

_FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
_PHONE, _DESK = {"width": 390, "height": 780}, {"width": 1280, "height": 820}
# What a demo phone says, one talk after another, and how the picture is called.
_TALKS = {
    "phone-ask": (2, ["焊工培训一个人补多少钱", "那叉车工呢"]),
    "phone-voucher": (0, ["实名 {name} {number}", "1", "领焊工券"]),
    "phone-check-in": (1, ["实名 {name} {number}", "1", "签到"]),
}
_PAGES = {
    "teach-today": ("trainer", "/teach/", _PHONE),
    "console-board": ("clerk", "/staff/board", _DESK),
    "console-claim": ("reviewer", "/staff/claims/1", _DESK),
    "console-budgets": ("clerk", "/staff/claims/budgets", _DESK),
    "console-report": ("clerk", "/staff/reports", _DESK),
    "public-notice": ("", "/notice", _PHONE),
    "teacher-screen": ("", "/demo/screen", {"width": 1280, "height": 720}),
}


async def draw(password: str, address: str) -> None:
    """Every picture."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        for name, (number, said) in _TALKS.items():
            worker = phones()[number]
            known = {"name": worker.worker.name, "number": worker.worker.id_number}
            await _talk(
                browser, f"{address}/phone?openid={worker.openid}", name, [text.format(**known) for text in said]
            )
        for name, (login, path, size) in _PAGES.items():
            page = await _page(browser, size)
            if login:
                await _sign_in(page, address, login, password)
            await page.goto(address + path)
            await page.wait_for_timeout(500)
            await page.screenshot(path=_FOLDER / f"{name}.png")
            await page.context.close()
        await browser.close()


async def _talk(browser: Browser, address: str, name: str, said: list[str]) -> None:
    page = await _page(browser, _PHONE)
    await page.goto(address)
    if await page.locator(".follow-now").is_visible():
        await page.click(".follow-now")
        await page.wait_for_selector(".theirs .bubble:not(.dots)")
    for text in said:
        before = await page.locator(".theirs .bubble:not(.dots)").count()
        await page.fill(".current .words", text)
        await page.press(".current .words", "Enter")
        await page.wait_for_function(
            "count => document.querySelectorAll('.theirs .bubble:not(.dots)').length > count", arg=before
        )
        await page.wait_for_timeout(600)
    await page.screenshot(path=_FOLDER / f"{name}.png")
    await page.context.close()


async def _page(browser: Browser, size: dict[str, int]) -> Page:
    context = await browser.new_context(viewport=size, locale="zh-CN")
    return await context.new_page()


async def _sign_in(page: Page, address: str, login: str, password: str) -> None:
    await page.goto(f"{address}/staff/login")
    await page.fill("[name=login]", login)
    await page.fill("[name=password]", password)
    await page.click("button.main")
    await page.wait_for_url(re.compile(r"/(staff|teach)/(?!login)"))


if __name__ == "__main__":
    asyncio.run(draw(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "http://127.0.0.1:8080"))
