"""The tables of the first release."""

import sqlalchemy as sa
from alembic import op

revision = "2026112101"
down_revision = None
branch_labels = None
depends_on = None

# Held for everybody who reaches the database, also past this program.
_TRIGGERS = {
    "sqlite": (
        "create trigger audit_no_update before update on audit begin select raise(abort, 'audit is append-only'); end",
        "create trigger audit_no_delete before delete on audit begin select raise(abort, 'audit is append-only'); end",
        "create trigger voucher_events_no_change before update on voucher_events begin select "
        "raise(abort, 'voucher_events is append-only'); end",
        "create trigger voucher_events_no_delete before delete on voucher_events begin select "
        "raise(abort, 'voucher_events is append-only'); end",
        "create trigger vouchers_no_delete before delete on vouchers begin select raise(abort, "
        "'vouchers are kept'); end",
        "create trigger vouchers_no_transfer before update of person_id on vouchers begin select "
        "raise(abort, 'a voucher is not transferable'); end",
    ),
    "postgresql": (
        "create or replace function audit_is_append_only() returns trigger language plpgsql as $$ "
        "begin raise exception 'audit is append-only'; end $$",
        "create trigger audit_no_change before update or delete on audit for each row execute "
        "function audit_is_append_only()",
        "create trigger audit_no_truncate before truncate on audit for each statement execute "
        "function audit_is_append_only()",
        "create or replace function voucher_events_no_change() returns trigger language plpgsql as "
        "$$ begin raise exception 'voucher_events is append-only'; end $$",
        "create trigger voucher_events_no_change before update on voucher_events for each row "
        "execute function voucher_events_no_change()",
        "create or replace function voucher_events_no_delete() returns trigger language plpgsql as "
        "$$ begin raise exception 'voucher_events is append-only'; end $$",
        "create trigger voucher_events_no_delete before delete on voucher_events for each row "
        "execute function voucher_events_no_delete()",
        "create or replace function vouchers_no_delete() returns trigger language plpgsql as $$ "
        "begin raise exception 'vouchers are kept'; end $$",
        "create trigger vouchers_no_delete before delete on vouchers for each row execute function "
        "vouchers_no_delete()",
        "create or replace function vouchers_no_transfer() returns trigger language plpgsql as $$ "
        "begin raise exception 'a voucher is not transferable'; end $$",
        "create trigger vouchers_no_transfer before update of person_id on vouchers for each row "
        "execute function vouchers_no_transfer()",
    ),
}
_FUNCTIONS = (
    "audit_is_append_only",
    "voucher_events_no_change",
    "voucher_events_no_delete",
    "vouchers_no_delete",
    "vouchers_no_transfer",
)


_TABLES = (
    "audit",
    "consents",
    "failed_logins",
    "inbox",
    "institutions",
    "people",
    "pushes",
    "questions",
    "receipts",
    "settings",
    "staff",
    "windows",
    "classes",
    "extensions",
    "followers",
    "memberships",
    "notices",
    "recipients",
    "sessions",
    "subscriptions",
    "tickets",
    "vouchers",
    "enrolments",
    "ticket_lines",
    "voucher_events",
    "attendance",
)


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event", sa.String(length=48), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("thing", sa.String(length=80), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("before", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_audit_number_counts")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit")),
        sa.UniqueConstraint("before", name=op.f("uq_audit_before")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_hash")),
    )
    op.create_index(op.f("ix_audit_at"), "audit", ["at"], unique=False)
    op.create_index(op.f("ix_audit_event"), "audit", ["event"], unique=False)
    op.create_index(op.f("ix_audit_thing"), "audit", ["thing"], unique=False)

    op.create_table(
        "consents",
        sa.Column("openid", sa.String(length=64), nullable=False),
        sa.Column("template", sa.String(length=64), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("openid", "template", name=op.f("pk_consents")),
    )
    op.create_table(
        "failed_logins",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(length=40), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_failed_logins")),
    )
    op.create_index(op.f("ix_failed_logins_address"), "failed_logins", ["address"], unique=False)
    op.create_index(op.f("ix_failed_logins_at"), "failed_logins", ["at"], unique=False)
    op.create_index(op.f("ix_failed_logins_login"), "failed_logins", ["login"], unique=False)

    op.create_table(
        "inbox",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("openid", sa.String(length=64), nullable=False),
        sa.Column("reply", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_inbox")),
    )
    op.create_index(op.f("ix_inbox_at"), "inbox", ["at"], unique=False)

    op.create_table(
        "institutions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("address", sa.String(length=120), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("occupations", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_institutions")),
        sa.UniqueConstraint("name", name=op.f("uq_institutions_name")),
    )
    op.create_index(op.f("ix_institutions_region"), "institutions", ["region"], unique=False)

    op.create_table(
        "people",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name_sealed", sa.String(length=200), nullable=False),
        sa.Column("name_masked", sa.String(length=40), nullable=False),
        sa.Column("id_sealed", sa.String(length=200), nullable=False),
        sa.Column("id_index", sa.String(length=64), nullable=False),
        sa.Column("id_masked", sa.String(length=18), nullable=False),
        sa.Column("phone_sealed", sa.String(length=200), nullable=True),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("town", sa.String(length=40), nullable=False),
        sa.Column("born", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("source in ('registry', 'self', 'erased')", name=op.f("ck_people_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("id_index", name=op.f("uq_people_id_index")),
    )
    op.create_index(op.f("ix_people_region"), "people", ["region"], unique=False)

    op.create_table(
        "pushes",
        sa.Column("key", sa.String(length=240), nullable=False),
        sa.Column("openid", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("channel", sa.String(length=24), nullable=False),
        sa.Column("code", sa.Integer(), nullable=False),
        sa.Column("msg_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_pushes")),
    )
    op.create_index(op.f("ix_pushes_msg_id"), "pushes", ["msg_id"], unique=False)
    op.create_index(op.f("ix_pushes_openid"), "pushes", ["openid"], unique=False)

    op.create_table(
        "questions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("openid", sa.String(length=64), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("answered", sa.Text(), nullable=False),
        sa.Column("intent", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
    )
    op.create_index(op.f("ix_questions_at"), "questions", ["at"], unique=False)
    op.create_index(op.f("ix_questions_intent"), "questions", ["intent"], unique=False)
    op.create_index(op.f("ix_questions_openid"), "questions", ["openid"], unique=False)
    op.create_index(op.f("ix_questions_outcome"), "questions", ["outcome"], unique=False)

    op.create_table(
        "receipts",
        sa.Column("msg_id", sa.String(length=32), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("openid", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=120), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("msg_id", "event", name=op.f("pk_receipts")),
    )
    op.create_index(op.f("ix_receipts_openid"), "receipts", ["openid"], unique=False)

    op.create_table(
        "settings",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.String(length=2048), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_settings")),
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("login", sa.String(length=40), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("totp_sealed", sa.String(length=200), nullable=True),
        sa.Column("totp_used", sa.Integer(), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("login", name=op.f("uq_staff_login")),
    )
    op.create_table(
        "windows",
        sa.Column("openid", sa.String(length=64), nullable=False),
        sa.Column("opening", sa.String(length=8), nullable=False),
        sa.Column("remaining", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("remaining >= 0", name=op.f("ck_windows_remaining")),
        sa.PrimaryKeyConstraint("openid", "opening", name=op.f("pk_windows")),
    )
    op.create_table(
        "classes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("occupation", sa.String(length=40), nullable=False),
        sa.Column("level", sa.String(length=16), nullable=True),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("venue", sa.String(length=120), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
        sa.Column("radius", sa.Integer(), nullable=False),
        sa.Column("proof", sa.String(length=16), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.CheckConstraint("proof in ('code', 'place', 'code_and_place')", name=op.f("ck_classes_proof")),
        sa.CheckConstraint("capacity > 0", name=op.f("ck_classes_capacity")),
        sa.CheckConstraint("radius > 0", name=op.f("ck_classes_radius")),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institutions.id"], name=op.f("fk_classes_institution_id_institutions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_classes")),
    )
    op.create_index(op.f("ix_classes_institution_id"), "classes", ["institution_id"], unique=False)
    op.create_index(op.f("ix_classes_occupation"), "classes", ["occupation"], unique=False)
    op.create_index(op.f("ix_classes_region"), "classes", ["region"], unique=False)
    op.create_index(op.f("ix_classes_starts"), "classes", ["starts"], unique=False)

    op.create_table(
        "extensions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("policy_id", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("basis", sa.String(length=200), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by", sa.Integer(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(approved_by is null) = (approved_at is null)", name=op.f("ck_extensions_approved_when")),
        sa.CheckConstraint(
            "approved_by is null or approved_by <> recorded_by", name=op.f("ck_extensions_second_person")
        ),
        sa.ForeignKeyConstraint(["approved_by"], ["staff.id"], name=op.f("fk_extensions_approved_by_staff")),
        sa.ForeignKeyConstraint(["recorded_by"], ["staff.id"], name=op.f("fk_extensions_recorded_by_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extensions")),
    )
    op.create_index(op.f("ix_extensions_policy_id"), "extensions", ["policy_id"], unique=False)

    op.create_table(
        "followers",
        sa.Column("openid", sa.String(length=64), nullable=False),
        sa.Column("subscribed", sa.Boolean(), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("talk", sa.JSON(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=True),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_followers_person_id_people")),
        sa.PrimaryKeyConstraint("openid", name=op.f("pk_followers")),
        sa.UniqueConstraint("person_id", name=op.f("uq_followers_person_id")),
    )
    op.create_index(op.f("ix_followers_last_seen"), "followers", ["last_seen"], unique=False)

    op.create_table(
        "memberships",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("group", sa.String(length=40), nullable=False),
        sa.Column("proof", sa.String(length=80), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_memberships_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
        sa.UniqueConstraint("person_id", "group", name=op.f("uq_memberships_person_id")),
    )
    op.create_index(op.f("ix_memberships_person_id"), "memberships", ["person_id"], unique=False)

    op.create_table(
        "notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=36), nullable=False),
        sa.Column("title", sa.String(length=20), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("topic", sa.String(length=8), nullable=False),
        sa.Column("audience", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("remark", sa.String(length=200), nullable=False),
        sa.Column("written_by", sa.Integer(), nullable=False),
        sa.Column("approved_by", sa.Integer(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("send_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state not in ('approved', 'sending', 'paused', 'sent') or approved_by is not null",
            name=op.f("ck_notices_approved_first"),
        ),
        sa.CheckConstraint("approved_by <> written_by", name=op.f("ck_notices_two_people")),
        sa.ForeignKeyConstraint(["approved_by"], ["staff.id"], name=op.f("fk_notices_approved_by_staff")),
        sa.ForeignKeyConstraint(["written_by"], ["staff.id"], name=op.f("fk_notices_written_by_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("key", name=op.f("uq_notices_key")),
    )
    op.create_index(op.f("ix_notices_state"), "notices", ["state"], unique=False)

    op.create_table(
        "recipients",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("openid", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("channel", sa.String(length=24), nullable=False),
        sa.Column("code", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("again_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state <> 'claimed' or at is not null", name=op.f("ck_recipients_claimed_at_a_time")),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_recipients_notice_id_notices")),
        sa.ForeignKeyConstraint(
            ["openid"], ["followers.openid"], name=op.f("fk_recipients_openid_followers"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recipients")),
        sa.UniqueConstraint("notice_id", "openid", name=op.f("uq_recipients_notice_id")),
    )
    op.create_index("ix_recipients_notice_id_state", "recipients", ["notice_id", "state"], unique=False)
    op.create_index(op.f("ix_recipients_openid"), "recipients", ["openid"], unique=False)

    op.create_table(
        "sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("part", sa.String(length=16), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name=op.f("fk_sessions_class_id_classes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("class_id", "day", "part", name=op.f("uq_sessions_class_id")),
    )
    op.create_index(op.f("ix_sessions_day"), "sessions", ["day"], unique=False)

    op.create_table(
        "subscriptions",
        sa.Column("openid", sa.String(length=64), nullable=False),
        sa.Column("topic", sa.String(length=8), nullable=False),
        sa.Column("on", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["openid"], ["followers.openid"], name=op.f("fk_subscriptions_openid_followers"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("openid", "topic", name=op.f("pk_subscriptions")),
    )
    op.create_table(
        "tickets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("openid", sa.String(length=64), nullable=False),
        sa.Column("stage", sa.String(length=8), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by", sa.Integer(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("stage <> 'taken' or taken_by is not null", name=op.f("ck_tickets_taken_by_somebody")),
        sa.ForeignKeyConstraint(
            ["openid"], ["followers.openid"], name=op.f("fk_tickets_openid_followers"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["taken_by"], ["staff.id"], name=op.f("fk_tickets_taken_by_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tickets")),
    )
    op.create_index(op.f("ix_tickets_openid"), "tickets", ["openid"], unique=False)
    op.create_index(op.f("ix_tickets_stage"), "tickets", ["stage"], unique=False)
    op.create_index(
        "uq_tickets_one_at_a_time",
        "tickets",
        ["openid"],
        unique=True,
        sqlite_where=sa.text("stage <> 'closed'"),
        postgresql_where=sa.text("stage <> 'closed'"),
    )

    op.create_table(
        "vouchers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=14), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("policy_id", sa.String(length=64), nullable=False),
        sa.Column("scheme_id", sa.String(length=64), nullable=False),
        sa.Column("extension_id", sa.Integer(), nullable=True),
        sa.Column("occupation", sa.String(length=40), nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("used_on", sa.Date(), nullable=True),
        sa.Column("certificate", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "state in ('applied', 'assessed', 'certified', 'expired', 'issued', 'redeemed', 'registered', 'revoked', 'training', 'withdrawn', 'written_off')",
            name=op.f("ck_vouchers_state"),
        ),
        sa.CheckConstraint(
            "state in ('applied', 'expired', 'issued', 'withdrawn') or used_on is not null",
            name=op.f("ck_vouchers_used"),
        ),
        sa.CheckConstraint(
            "state not in ('certified', 'redeemed', 'written_off') or certificate is not null",
            name=op.f("ck_vouchers_certified"),
        ),
        sa.CheckConstraint("expires_on > issued_on", name=op.f("ck_vouchers_expires_later")),
        sa.ForeignKeyConstraint(["extension_id"], ["extensions.id"], name=op.f("fk_vouchers_extension_id_extensions")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_vouchers_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vouchers")),
        sa.UniqueConstraint("number", name=op.f("uq_vouchers_number")),
    )
    op.create_index(op.f("ix_vouchers_expires_on"), "vouchers", ["expires_on"], unique=False)
    op.create_index(op.f("ix_vouchers_person_id"), "vouchers", ["person_id"], unique=False)
    op.create_index(op.f("ix_vouchers_region"), "vouchers", ["region"], unique=False)
    op.create_index(op.f("ix_vouchers_state"), "vouchers", ["state"], unique=False)
    op.create_index(
        "uq_vouchers_one_open",
        "vouchers",
        ["person_id", "occupation", "level"],
        unique=True,
        sqlite_where=sa.text("state in ('applied', 'assessed', 'issued', 'registered', 'training')"),
        postgresql_where=sa.text("state in ('applied', 'assessed', 'issued', 'registered', 'training')"),
    )

    op.create_table(
        "enrolments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("voucher_id", sa.Integer(), nullable=True),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name=op.f("fk_enrolments_class_id_classes")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_enrolments_person_id_people")),
        sa.ForeignKeyConstraint(["voucher_id"], ["vouchers.id"], name=op.f("fk_enrolments_voucher_id_vouchers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolments")),
        sa.UniqueConstraint("class_id", "person_id", name=op.f("uq_enrolments_class_id")),
    )
    op.create_index(op.f("ix_enrolments_person_id"), "enrolments", ["person_id"], unique=False)

    op.create_table(
        "ticket_lines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("speaker", sa.String(length=8), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivery", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_ticket_lines_staff_id_staff")),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_lines_ticket_id_tickets"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_lines")),
        sa.UniqueConstraint("key", name=op.f("uq_ticket_lines_key")),
    )
    op.create_index(op.f("ix_ticket_lines_ticket_id"), "ticket_lines", ["ticket_id"], unique=False)

    op.create_table(
        "voucher_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("voucher_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("before", sa.String(length=16), nullable=True),
        sa.Column("after", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "(number = 1) = (before is null and after = 'applied')", name=op.f("ck_voucher_events_begins_applied")
        ),
        sa.CheckConstraint(
            "before is null or before || '>' || after in ('applied>issued', 'issued>registered', 'registered>training', 'training>assessed', 'assessed>certified', 'certified>redeemed', 'redeemed>written_off', 'applied>expired', 'issued>expired', 'applied>withdrawn', 'issued>withdrawn', 'registered>withdrawn', 'training>withdrawn', 'applied>revoked', 'assessed>revoked', 'certified>revoked', 'issued>revoked', 'registered>revoked', 'training>revoked')",
            name=op.f("ck_voucher_events_legal_move"),
        ),
        sa.ForeignKeyConstraint(["voucher_id"], ["vouchers.id"], name=op.f("fk_voucher_events_voucher_id_vouchers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher_events")),
        sa.UniqueConstraint("voucher_id", "number", name=op.f("uq_voucher_events_voucher_id")),
    )
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
    for statement in _TRIGGERS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Take it back."""
    for table in reversed(_TABLES):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for name in _FUNCTIONS:
            op.execute(f"drop function {name}")
