"""People are found by their phone, and who is missing from a new sheet of the registry is kept for the office."""

import sqlalchemy as sa
from alembic import op

revision = "2026112107"
down_revision = "2026112106"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    op.add_column("people", sa.Column("phone_index", sa.String(length=64), nullable=True))
    op.create_index(op.f("ix_people_phone_index"), "people", ["phone_index"], unique=False)
    op.create_table(
        "registry_listings",
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_registry_listings_person_id_people")),
        sa.ForeignKeyConstraint(
            ["run_id"], ["registry_runs.id"], name=op.f("fk_registry_listings_run_id_registry_runs")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_registry_listings")),
    )
    op.create_index(op.f("ix_registry_listings_run_id"), "registry_listings", ["run_id"], unique=False)
    op.create_table(
        "registry_absences",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("verdict in ('moved', 'died', 'stays')", name=op.f("ck_registry_absences_verdict")),
        sa.CheckConstraint(
            "(verdict is null) = (decided_at is null)", name=op.f("ck_registry_absences_decided_at_a_moment")
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["staff.id"], name=op.f("fk_registry_absences_decided_by_staff")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_registry_absences_person_id_people")),
        sa.ForeignKeyConstraint(
            ["run_id"], ["registry_runs.id"], name=op.f("fk_registry_absences_run_id_registry_runs")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_absences")),
        sa.UniqueConstraint("run_id", "person_id", name=op.f("uq_registry_absences_run_id")),
    )
    op.create_index(op.f("ix_registry_absences_person_id"), "registry_absences", ["person_id"], unique=False)


def downgrade() -> None:
    """Take it back."""
    op.drop_table("registry_absences")
    op.drop_table("registry_listings")
    op.drop_index(op.f("ix_people_phone_index"), table_name="people")
    op.drop_column("people", "phone_index")
