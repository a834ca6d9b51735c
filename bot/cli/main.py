"""`skillpass`: every command of the service."""

from __future__ import annotations

from importlib import import_module

import typer
from typer.core import TyperGroup
from typer.main import get_command

_COMMANDS = {  # name -> module, and the help of those that are groups of commands
    "ask": ("ask", ""),
    "chat": ("chat", ""),
    "serve": ("serve", ""),
    "demo": ("demo", ""),
    "load": ("load", ""),
    "policy": ("policy", "政策文件：列表、查看、核对"),
    "correct": ("correct", "更正答案：起草、试、批准、撤回"),
    "db": ("db", "数据库：升级、查看"),
    "notice": ("notice", "通知：写、看覆盖、提交、批准、看发送"),
    "registry": ("registry", "县劳动力档案：导入"),
    "staff": ("staff", "工作人员账号"),
    "audit": ("audit", "审计记录"),
    "report": ("report", ""),
}


class OnDemand(TyperGroup):
    """Imports a command when it is called: a question from the command line loads no web pages."""

    def list_commands(self, ctx: object) -> list[str]:
        """Every command, in the order of the list."""
        return list(_COMMANDS)

    def get_command(self, ctx: object, cmd_name: str) -> typer.core.TyperCommand | TyperGroup | None:
        """The command of a name; None where there is none."""
        if cmd_name not in _COMMANDS:
            return None
        name, help_ = _COMMANDS[cmd_name]
        module = import_module(f"bot.cli.{name}")
        alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        if hasattr(module, "app"):
            found = get_command(module.app)
            found.help = help_
        else:
            alone.command(cmd_name)(getattr(module, cmd_name))
            found = get_command(alone)
        found.name = cmd_name
        return found  # type: ignore[return-value]


app = typer.Typer(
    name="skillpass",
    cls=OnDemand,
    help="技能通 SkillPass",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def main() -> None:
    """技能通 SkillPass."""
