"""Tables to which rows are only added: the database itself refuses changes, whoever reaches it. Migrations carry the same."""

from __future__ import annotations

from sqlalchemy import DDL, FromClause
from sqlalchemy.event import listen
from sqlalchemy.schema import ExecutableDDLElement


def triggers(table: str, dialect: str) -> list[str]:
    """The statements that make a table append-only on SQLite or PostgreSQL."""
    why = f"{table} is append-only"
    if dialect == "sqlite":
        return [
            f"create trigger {table}_no_{verb} before {verb} on {table} begin select raise(abort, '{why}'); end"
            for verb in ("update", "delete")
        ]
    function = f"{table}_is_append_only()"
    return [
        f"create or replace function {function} returns trigger language plpgsql as $$ begin raise exception '{why}'; end $$",
        f"create trigger {table}_no_change before update or delete on {table} for each row execute function {function}",
        f"create trigger {table}_no_truncate before truncate on {table} for each statement execute function {function}",
    ]


def hold(table: FromClause) -> None:
    """Make a table append-only wherever it is created."""
    for dialect in ("sqlite", "postgresql"):
        for statement in triggers(str(table.description), dialect):
            trigger: ExecutableDDLElement = DDL(statement)  # type: ignore[no-untyped-call]
            listen(table, "after_create", trigger.execute_if(dialect=dialect))
