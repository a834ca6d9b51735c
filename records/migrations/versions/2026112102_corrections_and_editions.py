"""Corrections of answers, and the edition of the knowledge."""

import sqlalchemy as sa
from alembic import op

revision = "2026112102"
down_revision = "2026112101"
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "edition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_edition_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition")),
    )
    op.create_table(
        "corrections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("policy_id", sa.String(length=64), nullable=False),
        sa.Column("topic", sa.String(length=64), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("say", sa.Text(), nullable=False),
        sa.Column("then", sa.Text(), nullable=False),
        sa.Column("at", sa.String(length=64), nullable=False),
        sa.Column("drafted_by", sa.Integer(), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by", sa.Integer(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reverted_by", sa.Integer(), nullable=True),
        sa.Column("reverted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(approved_by is null) = (approved_at is null)", name=op.f("ck_corrections_approved_when")),
        sa.CheckConstraint(
            "approved_by is null or approved_by <> drafted_by", name=op.f("ck_corrections_second_person")
        ),
        sa.CheckConstraint(
            "reverted_at is null or approved_at is not null", name=op.f("ck_corrections_reverted_after_approved")
        ),
        sa.ForeignKeyConstraint(["approved_by"], ["staff.id"], name=op.f("fk_corrections_approved_by_staff")),
        sa.ForeignKeyConstraint(["drafted_by"], ["staff.id"], name=op.f("fk_corrections_drafted_by_staff")),
        sa.ForeignKeyConstraint(["reverted_by"], ["staff.id"], name=op.f("fk_corrections_reverted_by_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
    )
    with op.batch_alter_table("corrections", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_corrections_policy_id"), ["policy_id"], unique=False)


def downgrade() -> None:
    """Take it back."""

    with op.batch_alter_table("corrections", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_corrections_policy_id"))

    op.drop_table("corrections")
    op.drop_table("edition")
