"""`skillpass`: every command of the service."""

from __future__ import annotations

import typer

from bot.cli import ask, audit, chat, db, demo, load, notice, policy, serve, staff

app = typer.Typer(name="skillpass", help="技能通 SkillPass", no_args_is_help=True, pretty_exceptions_enable=False)
app.command("ask")(ask.ask)
app.command("chat")(chat.chat)
app.command("serve")(serve.serve)
app.command("demo")(demo.demo)
app.command("load")(load.load)
app.add_typer(policy.app, name="policy", help="政策文件：列表、查看、核对")
app.add_typer(db.app, name="db", help="数据库：升级、查看")
app.add_typer(notice.app, name="notice", help="通知：写、看覆盖、提交、批准、看发送")
app.add_typer(staff.app, name="staff", help="工作人员账号")
app.add_typer(audit.app, name="audit", help="审计记录")
