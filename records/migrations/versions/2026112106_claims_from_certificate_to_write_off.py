"""Claims from certificate to write-off: files, certificates, employment, budgets, claims, objections, payments."""

import sqlalchemy as sa
from alembic import op

revision = "2026112106"
down_revision = "2026112105"
branch_labels = None
depends_on = None

# Rows are only added to these; the database itself refuses changes.
_KEPT = ("files", "claim_events")
_TRIGGERS = {
    "sqlite": [
        f"create trigger {table}_no_{verb} before {verb} on {table} "
        f"begin select raise(abort, '{table} is append-only'); end"
        for table in _KEPT
        for verb in ("update", "delete")
    ],
    "postgresql": [
        statement
        for table in _KEPT
        for statement in (
            f"create or replace function {table}_is_append_only() returns trigger language plpgsql as "
            f"$$ begin raise exception '{table} is append-only'; end $$",
            f"create trigger {table}_no_change before update or delete on {table} "
            f"for each row execute function {table}_is_append_only()",
            f"create trigger {table}_no_truncate before truncate on {table} "
            f"for each statement execute function {table}_is_append_only()",
        )
    ],
}


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("checksum", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.String(length=80), nullable=False),
        sa.CheckConstraint("size > 0", name=op.f("ck_files_is_not_empty")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_files")),
        sa.UniqueConstraint("checksum", name=op.f("uq_files_checksum")),
    )
    op.create_table(
        "budgets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("policy_id", sa.String(length=64), nullable=False),
        sa.Column("scheme_id", sa.String(length=64), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("fen", sa.BigInteger(), nullable=False),
        sa.Column("set_by", sa.Integer(), nullable=False),
        sa.CheckConstraint("fen >= 0", name=op.f("ck_budgets_fen")),
        sa.ForeignKeyConstraint(["set_by"], ["staff.id"], name=op.f("fk_budgets_set_by_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budgets")),
        sa.UniqueConstraint("region", "policy_id", "scheme_id", "year", name=op.f("uq_budgets_region")),
    )
    op.create_table(
        "payment_batches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("claims", sa.Integer(), nullable=False),
        sa.Column("fen", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("fen > 0 and claims > 0", name=op.f("ck_payment_batches_pays_something")),
        sa.ForeignKeyConstraint(["made_by"], ["staff.id"], name=op.f("fk_payment_batches_made_by_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_batches")),
        sa.UniqueConstraint("number", name=op.f("uq_payment_batches_number")),
    )
    op.create_index(op.f("ix_payment_batches_region"), "payment_batches", ["region"], unique=False)

    op.create_table(
        "registry_runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("is_trial", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("matched", sa.Integer(), nullable=False),
        sa.Column("same", sa.Integer(), nullable=False),
        sa.Column("faults", sa.JSON(), nullable=False),
        sa.Column("why", sa.String(length=300), nullable=False),
        sa.Column("started_by", sa.Integer(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("done <= total", name=op.f("ck_registry_runs_done_of_total")),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_registry_runs_file_id_files")),
        sa.ForeignKeyConstraint(["started_by"], ["staff.id"], name=op.f("fk_registry_runs_started_by_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_runs")),
    )
    op.create_index(op.f("ix_registry_runs_state"), "registry_runs", ["state"], unique=False)

    op.create_table(
        "claims",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("policy_id", sa.String(length=64), nullable=False),
        sa.Column("scheme_id", sa.String(length=64), nullable=False),
        sa.Column("extension_id", sa.Integer(), nullable=True),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("payee", sa.String(length=16), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("payee_name", sa.String(length=80), nullable=False),
        sa.Column("account_sealed", sa.String(length=300), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("fen", sa.BigInteger(), nullable=False),
        sa.Column("applied_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("submitted_by", sa.Integer(), nullable=True),
        sa.Column("reviewed_by", sa.Integer(), nullable=True),
        sa.Column("approved_by", sa.Integer(), nullable=True),
        sa.Column("notice_from", sa.Date(), nullable=True),
        sa.Column("notice_until", sa.Date(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("payment_ref", sa.String(length=64), nullable=False),
        sa.Column("remark", sa.String(length=500), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state in ('paid', 'written_off')) = (paid_on is not null)", name=op.f("ck_claims_paid_when")
        ),
        sa.CheckConstraint("paid_on is null or payment_ref <> ''", name=op.f("ck_claims_paid_with_a_reference")),
        sa.CheckConstraint(
            "(reviewed_by is null or submitted_by is null or reviewed_by <> submitted_by) and (approved_by is null or submitted_by is null or approved_by <> submitted_by)",
            name=op.f("ck_claims_not_the_submitter"),
        ),
        sa.CheckConstraint("approved_by is null or approved_by <> reviewed_by", name=op.f("ck_claims_two_people")),
        sa.CheckConstraint("fen >= 0", name=op.f("ck_claims_fen")),
        sa.CheckConstraint("notice_until is null or notice_until >= notice_from", name=op.f("ck_claims_notice")),
        sa.CheckConstraint("part > 0", name=op.f("ck_claims_part")),
        sa.ForeignKeyConstraint(["approved_by"], ["staff.id"], name=op.f("fk_claims_approved_by_staff")),
        sa.ForeignKeyConstraint(["batch_id"], ["payment_batches.id"], name=op.f("fk_claims_batch_id_payment_batches")),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name=op.f("fk_claims_class_id_classes")),
        sa.ForeignKeyConstraint(["extension_id"], ["extensions.id"], name=op.f("fk_claims_extension_id_extensions")),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institutions.id"], name=op.f("fk_claims_institution_id_institutions")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_claims_person_id_people")),
        sa.ForeignKeyConstraint(["reviewed_by"], ["staff.id"], name=op.f("fk_claims_reviewed_by_staff")),
        sa.ForeignKeyConstraint(["submitted_by"], ["staff.id"], name=op.f("fk_claims_submitted_by_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claims")),
        sa.UniqueConstraint("key", name=op.f("uq_claims_key")),
        sa.UniqueConstraint("number", name=op.f("uq_claims_number")),
    )
    op.create_index(op.f("ix_claims_applied_on"), "claims", ["applied_on"], unique=False)
    op.create_index(op.f("ix_claims_batch_id"), "claims", ["batch_id"], unique=False)
    op.create_index(op.f("ix_claims_class_id"), "claims", ["class_id"], unique=False)
    op.create_index(op.f("ix_claims_due_on"), "claims", ["due_on"], unique=False)
    op.create_index(op.f("ix_claims_institution_id"), "claims", ["institution_id"], unique=False)
    op.create_index(op.f("ix_claims_person_id"), "claims", ["person_id"], unique=False)
    op.create_index(op.f("ix_claims_region"), "claims", ["region"], unique=False)
    op.create_index(op.f("ix_claims_scheme_id"), "claims", ["scheme_id"], unique=False)
    op.create_index(op.f("ix_claims_state"), "claims", ["state"], unique=False)

    op.create_table(
        "claim_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("before", sa.String(length=16), nullable=True),
        sa.Column("after", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(number = 1) = (before is null and after = 'draft')", name=op.f("ck_claim_events_begins_as_a_draft")
        ),
        sa.CheckConstraint(
            "before is null or before || '>' || after in ('approved>published', 'approved>rejected', 'approved>returned', 'cleared>paid', 'draft>submitted', 'draft>withdrawn', 'paid>written_off', 'published>cleared', 'published>rejected', 'published>returned', 'returned>submitted', 'returned>withdrawn', 'reviewed>approved', 'reviewed>rejected', 'reviewed>returned', 'submitted>rejected', 'submitted>returned', 'submitted>reviewed', 'submitted>withdrawn')",
            name=op.f("ck_claim_events_legal_move"),
        ),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_claim_events_claim_id_claims")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_events")),
        sa.UniqueConstraint("claim_id", "number", name=op.f("uq_claim_events_claim_id")),
    )
    op.create_table(
        "claim_materials",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("said", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_claim_materials_claim_id_claims")),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_claim_materials_file_id_files")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_materials")),
        sa.UniqueConstraint("claim_id", "name", name=op.f("uq_claim_materials_claim_id")),
    )
    op.create_table(
        "certificates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("occupation", sa.String(length=40), nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("issuer", sa.String(length=120), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("skill", sa.String(length=16), nullable=False),
        sa.Column("voucher_id", sa.Integer(), nullable=True),
        sa.Column("enrolment_id", sa.Integer(), nullable=True),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("entered_by", sa.String(length=80), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("skill in ('none', 'skilled', 'highly_skilled')", name=op.f("ck_certificates_skill")),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolments.id"], name=op.f("fk_certificates_enrolment_id_enrolments")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_certificates_file_id_files")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_certificates_person_id_people")),
        sa.ForeignKeyConstraint(["voucher_id"], ["vouchers.id"], name=op.f("fk_certificates_voucher_id_vouchers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificates")),
        sa.UniqueConstraint("number", name=op.f("uq_certificates_number")),
        sa.UniqueConstraint("voucher_id", name=op.f("uq_certificates_voucher_id")),
    )
    op.create_index(op.f("ix_certificates_person_id"), "certificates", ["person_id"], unique=False)

    op.create_table(
        "employments",
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("employer", sa.String(length=80), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("proof", sa.String(length=16), nullable=True),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_by", sa.Integer(), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("remark", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "state <> 'proven' or (file_id is not null and seen_by is not null)", name=op.f("ck_employments_proven")
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolments.id"], name=op.f("fk_employments_enrolment_id_enrolments")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_employments_file_id_files")),
        sa.ForeignKeyConstraint(["seen_by"], ["staff.id"], name=op.f("fk_employments_seen_by_staff")),
        sa.PrimaryKeyConstraint("enrolment_id", name=op.f("pk_employments")),
    )
    op.create_table(
        "claim_lines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("enrolment_id", sa.Integer(), nullable=True),
        sa.Column("voucher_id", sa.Integer(), nullable=True),
        sa.Column("certificate_id", sa.Integer(), nullable=True),
        sa.Column("merit", sa.String(length=120), nullable=False),
        sa.Column("holds", sa.Boolean(), nullable=False),
        sa.Column("fen", sa.BigInteger(), nullable=False),
        sa.Column("working", sa.String(length=200), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("blocked", sa.JSON(), nullable=False),
        sa.CheckConstraint("fen >= 0", name=op.f("ck_claim_lines_fen")),
        sa.CheckConstraint("not holds or fen > 0", name=op.f("ck_claim_lines_holds_money")),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificates.id"], name=op.f("fk_claim_lines_certificate_id_certificates")
        ),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_claim_lines_claim_id_claims")),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolments.id"], name=op.f("fk_claim_lines_enrolment_id_enrolments")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_claim_lines_person_id_people")),
        sa.ForeignKeyConstraint(["voucher_id"], ["vouchers.id"], name=op.f("fk_claim_lines_voucher_id_vouchers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_lines")),
        sa.UniqueConstraint("claim_id", "merit", name=op.f("uq_claim_lines_claim_id")),
    )
    op.create_index(op.f("ix_claim_lines_claim_id"), "claim_lines", ["claim_id"], unique=False)
    op.create_index(op.f("ix_claim_lines_person_id"), "claim_lines", ["person_id"], unique=False)
    op.create_index(
        "uq_claim_lines_paid_once",
        "claim_lines",
        ["merit"],
        unique=True,
        sqlite_where=sa.text("holds"),
        postgresql_where=sa.text("holds"),
    )

    op.create_table(
        "objections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=True),
        sa.Column("receipt", sa.String(length=16), nullable=False),
        sa.Column("said", sa.String(length=500), nullable=False),
        sa.Column("openid", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(length=16), nullable=False),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.CheckConstraint("(answer = 'open') = (answered_at is null)", name=op.f("ck_objections_answered_when")),
        sa.ForeignKeyConstraint(["answered_by"], ["staff.id"], name=op.f("fk_objections_answered_by_staff")),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_objections_claim_id_claims")),
        sa.ForeignKeyConstraint(["line_id"], ["claim_lines.id"], name=op.f("fk_objections_line_id_claim_lines")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objections")),
        sa.UniqueConstraint("receipt", name=op.f("uq_objections_receipt")),
    )
    op.create_index(op.f("ix_objections_claim_id"), "objections", ["claim_id"], unique=False)
    for statement in _TRIGGERS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Take it back."""
    op.drop_table("objections")
    op.drop_table("claim_lines")
    op.drop_table("employments")
    op.drop_table("certificates")
    op.drop_table("claim_materials")
    op.drop_table("claim_events")
    op.drop_table("claims")
    op.drop_table("registry_runs")
    op.drop_table("payment_batches")
    op.drop_table("budgets")
    op.drop_table("files")
    if op.get_bind().dialect.name == "postgresql":
        for table in _KEPT:
            op.execute(f"drop function {table}_is_append_only")
