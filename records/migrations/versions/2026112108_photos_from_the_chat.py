"""Photos that workers send in the chat, and a photo to an objection."""

import sqlalchemy as sa
from alembic import op

revision = "2026112108"
down_revision = "2026112107"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "photos",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("openid", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("media_id", sa.String(length=200), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(length=120), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("is_here", sa.Boolean(), nullable=False),
        sa.Column("target", sa.String(length=40), nullable=False),
        sa.Column("set_aside", sa.Boolean(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("kept_until", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(file_id is null) = (placed_at is null)", name=op.f("ck_photos_placed_when")),
        sa.CheckConstraint("file_id is null or (sealed is null and target <> '')", name=op.f("ck_photos_placed_where")),
        sa.CheckConstraint("problem = '' or (sealed is null and due_at is null)", name=op.f("ck_photos_lost")),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_photos_file_id_files")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_photos_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photos")),
        sa.UniqueConstraint("key", name=op.f("uq_photos_key")),
    )
    op.create_index(op.f("ix_photos_openid"), "photos", ["openid"])
    op.create_index(op.f("ix_photos_person_id"), "photos", ["person_id"])
    op.create_index(
        "ix_photos_due",
        "photos",
        ["due_at"],
        sqlite_where=sa.text("due_at is not null"),
        postgresql_where=sa.text("due_at is not null"),
    )
    with op.batch_alter_table("objections") as objections:
        objections.add_column(sa.Column("file_id", sa.Integer(), nullable=True))
        objections.create_foreign_key(op.f("fk_objections_file_id_files"), "files", ["file_id"], ["id"])


def downgrade() -> None:
    """Take it back."""
    with op.batch_alter_table("objections") as objections:
        objections.drop_constraint(op.f("fk_objections_file_id_files"), type_="foreignkey")
        objections.drop_column("file_id")
    op.drop_index("ix_photos_due", table_name="photos")
    op.drop_index(op.f("ix_photos_person_id"), table_name="photos")
    op.drop_index(op.f("ix_photos_openid"), table_name="photos")
    op.drop_table("photos")
