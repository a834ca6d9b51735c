"""Vouchers offered in rounds, seats held for a day, questions of single messages, tries of numbers."""

import sqlalchemy as sa
from alembic import op

revision = "2026112109"
down_revision = "2026112108"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    op.add_column("enrolments", sa.Column("held_until", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("enrolments") as table:
        table.drop_constraint(op.f("ck_enrolments_seating"), type_="check")
        table.create_check_constraint(op.f("ck_enrolments_seating"), "seating in ('seated', 'waiting', 'left', 'held')")
        table.create_check_constraint(
            op.f("ck_enrolments_held_for_a_while"), "(seating = 'held') = (held_until is not null)"
        )
    op.create_index(
        "uq_enrolments_one_held",
        "enrolments",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("seating = 'held'"),
        postgresql_where=sa.text("seating = 'held'"),
    )
    op.add_column("nudges", sa.Column("asks", sa.JSON(), nullable=True))
    _make_rounds()
    op.create_table(
        "guesses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("who", sa.String(length=80), nullable=False),
        sa.Column("tried", sa.String(length=40), nullable=False),
        sa.Column("exists", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guesses")),
    )
    op.create_index(op.f("ix_guesses_at"), "guesses", ["at"])
    op.create_index("ix_guesses_who", "guesses", ["kind", "who", "at"])


def downgrade() -> None:
    """Take it back: held seats are given up."""
    op.drop_table("guesses")
    op.drop_table("round_answers")
    op.drop_table("voucher_rounds")
    op.drop_column("nudges", "asks")
    op.drop_index("uq_enrolments_one_held", table_name="enrolments")
    with op.batch_alter_table("enrolments") as table:
        table.drop_constraint(op.f("ck_enrolments_held_for_a_while"), type_="check")
    op.execute("update enrolments set seating = 'left', left_at = enrolled_at where seating = 'held'")
    with op.batch_alter_table("enrolments") as table:
        table.drop_constraint(op.f("ck_enrolments_seating"), type_="check")
        table.create_check_constraint(op.f("ck_enrolments_seating"), "seating in ('seated', 'waiting', 'left')")
        table.drop_column("held_until")


def _make_rounds() -> None:
    op.create_table(
        "voucher_rounds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=36), nullable=False),
        sa.Column("policy_id", sa.String(length=64), nullable=False),
        sa.Column("scheme_id", sa.String(length=64), nullable=False),
        sa.Column("occupation", sa.String(length=40), nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("audience", sa.JSON(), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("issued", sa.Integer(), nullable=False),
        sa.Column("each_fen", sa.BigInteger(), nullable=True),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("written_by", sa.Integer(), nullable=False),
        sa.Column("approved_by", sa.Integer(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("approved_by <> written_by", name=op.f("ck_voucher_rounds_two_people")),
        sa.CheckConstraint(
            "state not in ('asking', 'closed') or approved_by is not null",
            name=op.f("ck_voucher_rounds_approved_first"),
        ),
        sa.CheckConstraint("issued between 0 and most", name=op.f("ck_voucher_rounds_not_more_than_meant")),
        sa.CheckConstraint("most > 0", name=op.f("ck_voucher_rounds_most")),
        sa.ForeignKeyConstraint(["written_by"], ["staff.id"], name=op.f("fk_voucher_rounds_written_by_staff")),
        sa.ForeignKeyConstraint(["approved_by"], ["staff.id"], name=op.f("fk_voucher_rounds_approved_by_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher_rounds")),
        sa.UniqueConstraint("key", name=op.f("uq_voucher_rounds_key")),
    )
    op.create_index(op.f("ix_voucher_rounds_region"), "voucher_rounds", ["region"])
    op.create_index(op.f("ix_voucher_rounds_state"), "voucher_rounds", ["state"])
    op.create_table(
        "round_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voucher_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(state = 'issued') = (voucher_id is not null)", name=op.f("ck_round_answers_issued_with_voucher")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["voucher_rounds.id"], name=op.f("fk_round_answers_round_id_voucher_rounds")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_round_answers_person_id_people")),
        sa.ForeignKeyConstraint(["voucher_id"], ["vouchers.id"], name=op.f("fk_round_answers_voucher_id_vouchers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_answers")),
        sa.UniqueConstraint("round_id", "person_id", name=op.f("uq_round_answers_round_id")),
        sa.UniqueConstraint("voucher_id", name=op.f("uq_round_answers_voucher_id")),
    )
    op.create_index(op.f("ix_round_answers_person_id"), "round_answers", ["person_id"])
    op.create_index("ix_round_answers_round_id_state", "round_answers", ["round_id", "state"])
