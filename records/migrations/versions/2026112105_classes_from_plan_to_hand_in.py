"""Classes from plan to hand-in: states, trainers, proofs and the chained register that takes the place of attendance."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "2026112105"
down_revision = "2026112104"
branch_labels = None
depends_on = None

# Rows are only added to these; the database itself refuses changes.
_TRIGGERS = {
    "sqlite": (
        "create trigger marks_no_update before update on marks begin select raise(abort, 'marks is append-only'); end",
        "create trigger marks_no_delete before delete on marks begin select raise(abort, 'marks is append-only'); end",
        "create trigger proofs_no_update before update on proofs begin select "
        "raise(abort, 'proofs is append-only'); end",
        "create trigger proofs_no_delete before delete on proofs begin select "
        "raise(abort, 'proofs is append-only'); end",
    ),
    "postgresql": (
        "create or replace function marks_is_append_only() returns trigger language plpgsql as $$ "
        "begin raise exception 'marks is append-only'; end $$",
        "create trigger marks_no_change before update or delete on marks for each row execute "
        "function marks_is_append_only()",
        "create trigger marks_no_truncate before truncate on marks for each statement execute "
        "function marks_is_append_only()",
        "create or replace function proofs_is_append_only() returns trigger language plpgsql as $$ "
        "begin raise exception 'proofs is append-only'; end $$",
        "create trigger proofs_no_change before update or delete on proofs for each row execute "
        "function proofs_is_append_only()",
        "create trigger proofs_no_truncate before truncate on proofs for each statement execute "
        "function proofs_is_append_only()",
    ),
}
_FUNCTIONS = ("marks_is_append_only", "proofs_is_append_only")

_FACTORS = {"code": ["code"], "place": ["place"], "code_and_place": ["code", "place"]}
_WAYS = {"code": "code", "place": "place", "code_and_place": "code+place", "teacher": "teacher"}
_THERE = ("present", "late", "made_up")

_ATTENDANCE = sa.table(
    "attendance",
    sa.column("id", sa.Integer),
    sa.column("enrolment_id", sa.Integer),
    sa.column("session_id", sa.Integer),
    sa.column("way", sa.String),
    sa.column("late", sa.Boolean),
    sa.column("at", sa.DateTime(timezone=True)),
    sa.column("distance", sa.Integer),
    sa.column("message_id", sa.String),
)
_MARKS = sa.table(
    "marks",
    sa.column("session_id", sa.Integer),
    sa.column("number", sa.Integer),
    sa.column("enrolment_id", sa.Integer),
    sa.column("side", sa.String),
    sa.column("status", sa.String),
    sa.column("ways", sa.String),
    sa.column("at", sa.DateTime(timezone=True)),
    sa.column("received_at", sa.DateTime(timezone=True)),
    sa.column("actor", sa.String),
    sa.column("corrects", sa.Integer),
    sa.column("reason", sa.String),
    sa.column("message_id", sa.String),
    sa.column("before", sa.String),
    sa.column("hash", sa.String),
)
_PROOFS = sa.table(
    "proofs",
    sa.column("id", sa.Integer),
    sa.column("enrolment_id", sa.Integer),
    sa.column("session_id", sa.Integer),
    sa.column("factor", sa.String),
    sa.column("at", sa.DateTime(timezone=True)),
    sa.column("received_at", sa.DateTime(timezone=True)),
    sa.column("taken", sa.Boolean),
    sa.column("why", sa.String),
    sa.column("distance", sa.Integer),
    sa.column("channel", sa.String),
    sa.column("device", sa.String),
    sa.column("network", sa.String),
    sa.column("message_id", sa.String),
)
_CLASSES = sa.table(
    "classes",
    sa.column("id", sa.Integer),
    sa.column("proof", sa.String),
    sa.column("factors", sa.JSON),
    sa.column("sign_out", sa.Boolean),
    sa.column("made_up_most", sa.Integer),
    sa.column("state", sa.String),
    sa.column("teachers", sa.JSON),
    sa.column("plan", sa.Text),
    sa.column("resources", sa.Text),
    sa.column("assessment_plan", sa.Text),
    sa.column("remark", sa.String),
)


def upgrade() -> None:
    """Take the step."""
    _carry_institutions_and_staff()
    _carry_classes()
    _carry_sessions_and_enrolments()
    _make_register()
    _make_the_rest()
    _copy_attendance()
    op.drop_table("attendance")
    for statement in _TRIGGERS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Take it back; what the older tables have no place for is lost: excuses, results, evidence, who waits for a seat."""
    _restore_attendance()
    for table in ("suspicions", "results", "proofs", "paper_sheets", "marks", "excuses", "spot_checks", "evidence"):
        op.drop_table(table)
    op.drop_table("nudges")
    if op.get_bind().dialect.name == "postgresql":
        for name in _FUNCTIONS:
            op.execute(f"drop function {name}")
    _restore_enrolments_and_sessions()
    _restore_classes()
    _restore_staff_and_institutions()


def _carry_institutions_and_staff() -> None:
    with op.batch_alter_table("institutions") as table:
        table.add_column(sa.Column("standing", sa.String(length=16), server_default="good", nullable=False))
        table.create_check_constraint(op.f("ck_institutions_standing"), "standing in ('good', 'warned', 'removed')")
    with op.batch_alter_table("staff") as table:
        table.add_column(sa.Column("institution_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f("fk_staff_institution_id_institutions"), "institutions", ["institution_id"], ["id"]
        )
    with op.batch_alter_table("followers") as table:
        table.add_column(sa.Column("staff_id", sa.Integer(), nullable=True))
        table.create_unique_constraint(op.f("uq_followers_staff_id"), ["staff_id"])
        table.create_foreign_key(op.f("fk_followers_staff_id_staff"), "staff", ["staff_id"], ["id"])


def _carry_classes() -> None:
    """Classes of the first release were open to trainees from the start: they are approved, with nobody's name to it."""
    for column in (
        sa.Column("factors", sa.JSON()),
        sa.Column("sign_out", sa.Boolean()),
        sa.Column("made_up_most", sa.Integer()),
        sa.Column("state", sa.String(length=16)),
        sa.Column("teachers", sa.JSON()),
        sa.Column("plan", sa.Text()),
        sa.Column("resources", sa.Text()),
        sa.Column("assessment_plan", sa.Text()),
        sa.Column("remark", sa.String(length=500)),
        sa.Column("written_by", sa.Integer()),
        sa.Column("submitted_at", sa.DateTime(timezone=True)),
        sa.Column("approved_by", sa.Integer()),
        sa.Column("approved_at", sa.DateTime(timezone=True)),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("handed_in_at", sa.DateTime(timezone=True)),
    ):
        op.add_column("classes", column)
    for proof, factors in _FACTORS.items():
        op.execute(_CLASSES.update().where(_CLASSES.c.proof == proof).values(factors=factors))
    op.execute(
        _CLASSES.update().values(
            sign_out=False,
            made_up_most=3,
            state="approved",
            teachers=[],
            plan="",
            resources="",
            assessment_plan="",
            remark="",
        )
    )
    with op.batch_alter_table("classes") as table:
        table.alter_column("factors", existing_type=sa.JSON(), nullable=False)
        table.alter_column("sign_out", existing_type=sa.Boolean(), nullable=False)
        table.alter_column("made_up_most", existing_type=sa.Integer(), nullable=False)
        table.alter_column("state", existing_type=sa.String(length=16), nullable=False)
        table.alter_column("teachers", existing_type=sa.JSON(), nullable=False)
        table.alter_column("plan", existing_type=sa.Text(), nullable=False)
        table.alter_column("resources", existing_type=sa.Text(), nullable=False)
        table.alter_column("assessment_plan", existing_type=sa.Text(), nullable=False)
        table.alter_column("remark", existing_type=sa.String(length=500), nullable=False)
        table.drop_constraint(op.f("ck_classes_proof"), type_="check")
        table.drop_column("proof")
        table.create_check_constraint(op.f("ck_classes_days"), "days > 0")
        table.create_check_constraint(
            op.f("ck_classes_second_person"), "approved_by is null or approved_by <> written_by"
        )
        table.create_foreign_key(op.f("fk_classes_written_by_staff"), "staff", ["written_by"], ["id"])
        table.create_foreign_key(op.f("fk_classes_approved_by_staff"), "staff", ["approved_by"], ["id"])
    op.create_index(op.f("ix_classes_state"), "classes", ["state"], unique=False)


def _carry_sessions_and_enrolments() -> None:
    op.add_column("sessions", sa.Column("began_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("sessions", sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("sessions", sa.Column("cancelled_why", sa.String(length=200), nullable=True))
    op.execute("update sessions set cancelled_why = ''")
    with op.batch_alter_table("sessions") as table:
        table.alter_column("cancelled_why", existing_type=sa.String(length=200), nullable=False)
        table.create_check_constraint(op.f("ck_sessions_begins_before_it_ends"), "starts_at < ends_at")

    op.add_column("enrolments", sa.Column("left_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("enrolments", sa.Column("left_why", sa.String(length=200), nullable=True))
    op.execute("update enrolments set left_why = ''")
    with op.batch_alter_table("enrolments") as table:
        table.add_column(sa.Column("seating", sa.String(length=16), server_default="seated", nullable=False))
        table.alter_column("left_why", existing_type=sa.String(length=200), nullable=False)
        table.create_check_constraint(op.f("ck_enrolments_seating"), "seating in ('seated', 'waiting', 'left')")


def _make_register() -> None:
    op.create_table(
        "marks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(length=4), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("ways", sa.String(length=60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("corrects", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("before", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("(side = 'out') = (status in ('out', 'early'))", name=op.f("ck_marks_side_and_status")),
        sa.CheckConstraint("corrects is null or reason <> ''", name=op.f("ck_marks_a_correction_has_a_reason")),
        sa.CheckConstraint("number > 0", name=op.f("ck_marks_number_counts")),
        sa.ForeignKeyConstraint(["corrects"], ["marks.id"], name=op.f("fk_marks_corrects_marks")),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolments.id"], name=op.f("fk_marks_enrolment_id_enrolments")),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_marks_session_id_sessions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marks")),
        sa.UniqueConstraint("corrects", name=op.f("uq_marks_corrects")),
        sa.UniqueConstraint("hash", name=op.f("uq_marks_hash")),
        sa.UniqueConstraint("session_id", "number", name=op.f("uq_marks_session_id")),
    )
    op.create_index(
        "uq_marks_one_original",
        "marks",
        ["enrolment_id", "session_id", "side"],
        unique=True,
        sqlite_where=sa.text("corrects is null"),
        postgresql_where=sa.text("corrects is null"),
    )
    op.create_table(
        "proofs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("factor", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken", sa.Boolean(), nullable=False),
        sa.Column("why", sa.String(length=40), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("accuracy", sa.Float(), nullable=True),
        sa.Column("distance", sa.Integer(), nullable=True),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("network", sa.String(length=64), nullable=False),
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "factor <> 'place' or latitude is not null or why <> ''", name=op.f("ck_proofs_place_has_a_point")
        ),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolments.id"], name=op.f("fk_proofs_enrolment_id_enrolments")),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_proofs_session_id_sessions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proofs")),
    )
    op.create_index(op.f("ix_proofs_device"), "proofs", ["device"], unique=False)
    op.create_index("ix_proofs_session_enrolment", "proofs", ["session_id", "enrolment_id"], unique=False)


def _make_the_rest() -> None:
    op.create_table(
        "excuses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("wish", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision", sa.String(length=16), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("remark", sa.String(length=200), nullable=False),
        sa.CheckConstraint("(decision = 'asked') = (decided_at is null)", name=op.f("ck_excuses_decided_when")),
        sa.ForeignKeyConstraint(["decided_by"], ["staff.id"], name=op.f("fk_excuses_decided_by_staff")),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolments.id"], name=op.f("fk_excuses_enrolment_id_enrolments")),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_excuses_session_id_sessions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_excuses")),
        sa.UniqueConstraint("enrolment_id", "session_id", "wish", name=op.f("uq_excuses_enrolment_id")),
    )
    op.create_index(op.f("ix_excuses_session_id"), "excuses", ["session_id"], unique=False)
    op.create_table(
        "suspicions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("sign", sa.String(length=16), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finding", sa.String(length=16), nullable=False),
        sa.Column("found_by", sa.Integer(), nullable=True),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("remark", sa.String(length=200), nullable=False),
        sa.CheckConstraint("score between 1 and 100", name=op.f("ck_suspicions_score")),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolments.id"], name=op.f("fk_suspicions_enrolment_id_enrolments")
        ),
        sa.ForeignKeyConstraint(["found_by"], ["staff.id"], name=op.f("fk_suspicions_found_by_staff")),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_suspicions_session_id_sessions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspicions")),
        sa.UniqueConstraint("session_id", "enrolment_id", "sign", name=op.f("uq_suspicions_session_id")),
    )
    op.create_index(op.f("ix_suspicions_enrolment_id"), "suspicions", ["enrolment_id"], unique=False)
    op.create_index("ix_suspicions_finding", "suspicions", ["finding"], unique=False)
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("said", sa.String(length=120), nullable=False),
        sa.Column("link", sa.String(length=500), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("photo", sa.LargeBinary(), nullable=True),
        sa.Column("checksum", sa.String(length=64), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.Integer(), nullable=False),
        sa.Column("kept_until", sa.Date(), nullable=False),
        sa.CheckConstraint("(link = '') = (kind <> '')", name=op.f("ck_evidence_photo_or_link")),
        sa.ForeignKeyConstraint(["added_by"], ["staff.id"], name=op.f("fk_evidence_added_by_staff")),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name=op.f("fk_evidence_class_id_classes")),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_evidence_session_id_sessions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )
    op.create_index(op.f("ix_evidence_class_id"), "evidence", ["class_id"], unique=False)
    op.create_index(op.f("ix_evidence_session_id"), "evidence", ["session_id"], unique=False)
    op.create_table(
        "paper_sheets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("statuses", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("evidence_id", sa.Integer(), nullable=True),
        sa.Column("entered_by", sa.Integer(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision", sa.String(length=16), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("remark", sa.String(length=200), nullable=False),
        sa.CheckConstraint("(decision = 'asked') = (decided_at is null)", name=op.f("ck_paper_sheets_decided_when")),
        sa.CheckConstraint("decided_by is null or decided_by <> entered_by", name=op.f("ck_paper_sheets_second_person")),
        sa.ForeignKeyConstraint(["decided_by"], ["staff.id"], name=op.f("fk_paper_sheets_decided_by_staff")),
        sa.ForeignKeyConstraint(["entered_by"], ["staff.id"], name=op.f("fk_paper_sheets_entered_by_staff")),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"], name=op.f("fk_paper_sheets_evidence_id_evidence")),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_paper_sheets_session_id_sessions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_sheets")),
    )
    op.create_index(op.f("ix_paper_sheets_decision"), "paper_sheets", ["decision"], unique=False)
    op.create_index(op.f("ix_paper_sheets_session_id"), "paper_sheets", ["session_id"], unique=False)
    op.create_table(
        "results",
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolments.id"], name=op.f("fk_results_enrolment_id_enrolments")),
        sa.ForeignKeyConstraint(["entered_by"], ["staff.id"], name=op.f("fk_results_entered_by_staff")),
        sa.PrimaryKeyConstraint("enrolment_id", name=op.f("pk_results")),
    )
    op.create_table(
        "spot_checks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("registered", sa.Integer(), nullable=False),
        sa.Column("remark", sa.String(length=300), nullable=False),
        sa.Column("by", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("counted >= 0 and registered >= 0", name=op.f("ck_spot_checks_counts")),
        sa.ForeignKeyConstraint(["by"], ["staff.id"], name=op.f("fk_spot_checks_by_staff")),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_spot_checks_session_id_sessions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spot_checks")),
    )
    op.create_index(op.f("ix_spot_checks_session_id"), "spot_checks", ["session_id"], unique=False)
    op.create_table(
        "nudges",
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=400), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_nudges_person_id_people")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_nudges")),
    )
    op.create_index(
        "ix_nudges_due",
        "nudges",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("done_at is null"),
        postgresql_where=sa.text("done_at is null"),
    )
    op.create_index(op.f("ix_nudges_person_id"), "nudges", ["person_id"], unique=False)


def _copy_attendance() -> None:
    """Enter old attendance into the register, session by session; a distance is kept as a proof without its point."""
    in_order = sa.select(_ATTENDANCE).order_by(_ATTENDANCE.c.session_id, _ATTENDANCE.c.id)
    rows = op.get_bind().execute(in_order).all()
    marks = [mark for _, came in groupby(rows, lambda row: row.session_id) for mark in _chained(came)]
    if marks:
        op.bulk_insert(_MARKS, marks)
    if measured := [row for row in rows if row.distance is not None]:
        op.bulk_insert(_PROOFS, [_measured(row) for row in measured])


def _chained(came: Iterator[sa.Row[Any]]) -> Iterator[dict[str, Any]]:
    before = "0" * 64
    for number, row in enumerate(came, 1):
        mark = {
            "session_id": row.session_id,
            "number": number,
            "enrolment_id": row.enrolment_id,
            "side": "in",
            "status": "late" if row.late else "present",
            "ways": _WAYS[row.way],
            "at": _in_utc(row.at),
            "received_at": _in_utc(row.at),
            "actor": "worker",
            "corrects": None,
            "reason": "",
            "message_id": row.message_id,
            "before": before,
        }
        before = _digest(mark)
        yield mark | {"hash": before}


def _digest(mark: dict[str, Any]) -> str:
    """SHA-256 of the hash before and the canonical JSON of the mark, as the register of this revision reckons it."""
    row = {
        "session": mark["session_id"],
        "number": mark["number"],
        "enrolment": mark["enrolment_id"],
        "side": mark["side"],
        "status": mark["status"],
        "ways": mark["ways"],
        "at": mark["at"].isoformat(timespec="microseconds"),
        "received_at": mark["received_at"].isoformat(timespec="microseconds"),
        "actor": mark["actor"],
        "corrects": mark["corrects"],
        "reason": mark["reason"],
        "message_id": mark["message_id"],
    }
    canonical = json.dumps(row, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{mark['before']}\n{canonical}".encode()).hexdigest()


def _measured(row: sa.Row[Any]) -> dict[str, Any]:
    return {
        "enrolment_id": row.enrolment_id,
        "session_id": row.session_id,
        "factor": "place",
        "at": _in_utc(row.at),
        "received_at": _in_utc(row.at),
        "taken": True,
        "why": "point_not_kept",
        "distance": row.distance,
        "channel": "chat",
        "device": "",
        "network": "",
        "message_id": row.message_id,
    }


def _in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _restore_attendance() -> None:
    op.create_table(
        "attendance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(length=16), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("distance", sa.Integer(), nullable=True),
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolments.id"], name=op.f("fk_attendance_enrolment_id_enrolments")
        ),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_attendance_session_id_sessions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
        sa.UniqueConstraint("enrolment_id", "session_id", name=op.f("uq_attendance_enrolment_id")),
    )
    op.create_index(op.f("ix_attendance_session_id"), "attendance", ["session_id"], unique=False)
    database = op.get_bind()
    signed_in = sa.select(_MARKS).where(_MARKS.c.side == "in").order_by(_MARKS.c.session_id, _MARKS.c.number)
    holding = {(mark.session_id, mark.enrolment_id): mark for mark in database.execute(signed_in)}
    places = sa.select(_PROOFS).where(_PROOFS.c.factor == "place", _PROOFS.c.taken).order_by(_PROOFS.c.id)
    metres = {(proof.session_id, proof.enrolment_id): proof.distance for proof in database.execute(places)}
    rows = [
        {
            "enrolment_id": mark.enrolment_id,
            "session_id": mark.session_id,
            "way": _way(set(mark.ways.split("+"))),
            "late": mark.status == "late",
            "at": _in_utc(mark.at),
            "distance": metres.get(key),
            "message_id": mark.message_id,
        }
        for key, mark in holding.items()
        if mark.status in _THERE
    ]
    if rows:
        op.bulk_insert(_ATTENDANCE, rows)


def _way(factors: set[str]) -> str:
    """The nearest that the older tables know: a scan stands for a code, paper for the teacher's word."""
    if factors & {"teacher", "paper"}:
        return "teacher"
    if "place" not in factors:
        return "code"
    return "code_and_place" if factors & {"code", "qr"} else "place"


def _restore_enrolments_and_sessions() -> None:
    # An enrolment was a seat: whoever waits or has left has none, unless he was there.
    op.execute(
        "delete from enrolments where seating <> 'seated' and id not in (select enrolment_id from attendance)"
    )
    with op.batch_alter_table("enrolments") as table:
        table.drop_constraint(op.f("ck_enrolments_seating"), type_="check")
        for name in ("left_why", "left_at", "seating"):
            table.drop_column(name)
    with op.batch_alter_table("sessions") as table:
        table.drop_constraint(op.f("ck_sessions_begins_before_it_ends"), type_="check")
        for name in ("cancelled_why", "cancelled_at", "began_at"):
            table.drop_column(name)


def _restore_classes() -> None:
    op.add_column("classes", sa.Column("proof", sa.String(length=16), nullable=True))
    database = op.get_bind()
    for training_class in database.execute(sa.select(_CLASSES.c.id, _CLASSES.c.factors)).all():
        way = _way(set(training_class.factors))
        proof = "code" if way == "teacher" else way
        database.execute(_CLASSES.update().where(_CLASSES.c.id == training_class.id).values(proof=proof))
    op.drop_index(op.f("ix_classes_state"), "classes")
    with op.batch_alter_table("classes") as table:
        table.alter_column("proof", existing_type=sa.String(length=16), nullable=False)
        table.create_check_constraint(op.f("ck_classes_proof"), "proof in ('code', 'place', 'code_and_place')")
        table.drop_constraint(op.f("fk_classes_approved_by_staff"), type_="foreignkey")
        table.drop_constraint(op.f("fk_classes_written_by_staff"), type_="foreignkey")
        table.drop_constraint(op.f("ck_classes_second_person"), type_="check")
        table.drop_constraint(op.f("ck_classes_days"), type_="check")
        for name in (
            "handed_in_at",
            "ended_at",
            "approved_at",
            "approved_by",
            "submitted_at",
            "written_by",
            "remark",
            "assessment_plan",
            "resources",
            "plan",
            "teachers",
            "state",
            "made_up_most",
            "sign_out",
            "factors",
        ):
            table.drop_column(name)


def _restore_staff_and_institutions() -> None:
    with op.batch_alter_table("followers") as table:
        table.drop_constraint(op.f("fk_followers_staff_id_staff"), type_="foreignkey")
        table.drop_constraint(op.f("uq_followers_staff_id"), type_="unique")
        table.drop_column("staff_id")
    with op.batch_alter_table("staff") as table:
        table.drop_constraint(op.f("fk_staff_institution_id_institutions"), type_="foreignkey")
        table.drop_column("institution_id")
    with op.batch_alter_table("institutions") as table:
        table.drop_constraint(op.f("ck_institutions_standing"), type_="check")
        table.drop_column("standing")
