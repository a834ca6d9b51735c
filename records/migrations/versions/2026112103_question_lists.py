"""Question lists that the office imports."""

import sqlalchemy as sa
from alembic import op

revision = "2026112103"
down_revision = "2026112102"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "question_lists",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("checksum", sa.String(length=64), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("imported_by", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_lists")),
        sa.UniqueConstraint("title", "checksum", name=op.f("uq_question_lists_title")),
    )
    op.create_index(
        "ix_question_lists_current",
        "question_lists",
        ["title"],
        unique=True,
        sqlite_where=sa.text("is_current"),
        postgresql_where=sa.text("is_current"),
    )
    op.create_table(
        "question_list_rows",
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("wordings", sa.JSON(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=True),
        sa.ForeignKeyConstraint(
            ["list_id"],
            ["question_lists.id"],
            name=op.f("fk_question_list_rows_list_id_question_lists"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("list_id", "place", name=op.f("pk_question_list_rows")),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("question_list_rows")
    op.drop_table("question_lists")
