"""scratch: screenshots"""
import pytest
from playwright.async_api import async_playwright
from tests.bot.board.conftest import *
from tests.conftest import *
from tests.browser import find_chromium
from tests.office import PASSWORD

async def test_shots(server, county, door, house):
    z = await door("zhang")
    at=f"/staff/classes/{county.welders.training_class.id}"
    await z.open(at+"/attendance")
    p=await z.send(at+"/attestations")
    assert p.status==200, p.text
    code=re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", p.html)[0]
    s3=county.welders.sittings[2].id
    await z.open(f"/staff/checks/{s3}")
    p=await z.send(f"/staff/checks/{s3}", counted="7", at="10:12", remark="两人没在教室，老师说去领材料")
    print(p.text[:400])
    async with async_playwright() as pw:
        b=await pw.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox","--disable-gpu"])
        for name,size in (("p",(390,844)),("d",(1280,900))):
            page=await b.new_page(viewport={"width":size[0],"height":size[1]}, locale="zh-CN")
            page.on("console", lambda m: print("CONSOLE", m.text))
            await page.goto(str(server.make_url("/staff/login")))
            await page.fill("[name=login]","zhang"); await page.fill("[name=password]",PASSWORD); await page.click("button.main")
            for n,path in {"board":"/staff/board","days":"/staff/board/days","session":f"/staff/board/sessions/{s3}","sess1":f"/staff/board/sessions/{county.welders.sittings[0].id}","att":at+"/attendance","certs":at+"/attestations","sus":"/staff/suspicions","checks":"/staff/checks","check":f"/staff/checks/{s3}","verify":"/verify/","verified":f"/verify/{code}"}.items():
                r=await page.goto(str(server.make_url(path)))
                if r.status!=200: print(n, r.status, await page.inner_text("body"))
                w=await page.evaluate("document.documentElement.scrollWidth")
                if w>size[0]: print("OVERFLOW",n,w)
                await page.screenshot(path=f"/tmp/shots/{n}-{name}.png", full_page=n!="certs")
                if n=="certs" and name=="d":
                    await page.pdf(path="/tmp/shots/certs.pdf", prefer_css_page_size=True)
        await b.close()
import re
