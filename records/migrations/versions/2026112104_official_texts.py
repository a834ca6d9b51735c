"""Official documents that the office imports, with their files and sections."""

import sqlalchemy as sa
from alembic import op

revision = "2026112104"
down_revision = "2026112103"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "official_texts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("checksum", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=True),
        sa.Column("issuer", sa.String(length=120), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("issued", sa.Date(), nullable=True),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("file", sa.LargeBinary(), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("imported_by", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_official_texts")),
        sa.UniqueConstraint("checksum", name=op.f("uq_official_texts_checksum")),
    )
    op.create_index(
        "ix_official_texts_current",
        "official_texts",
        ["region", "name"],
        unique=True,
        sqlite_where=sa.text("is_current"),
        postgresql_where=sa.text("is_current"),
    )
    op.create_table(
        "official_sections",
        sa.Column("text_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(length=64), nullable=False),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["text_id"],
            ["official_texts.id"],
            name=op.f("fk_official_sections_text_id_official_texts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("text_id", "place", name=op.f("pk_official_sections")),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("official_sections")
    op.drop_table("official_texts")
