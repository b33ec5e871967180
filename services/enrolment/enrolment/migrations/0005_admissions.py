"""The way of an application before it is accepted: rules, steps, waitlist, offers, imports."""

import sqlalchemy as sa
from alembic import op

from kit.db.types import Counter, Instant, Json

revision = "0005"
down_revision = "0004"

PLACES = "place IN ('none', 'waiting', 'offered', 'held', 'over')"
FORMER_PLACES = "place IN ('none', 'held', 'over', 'waiting')"
WAITLIST_STATES = (
    "state IN ('waiting', 'offered', 'taken', 'declined', 'expired', 'cancelled', 'left')"
)


def upgrade() -> None:
    op.add_column("participants", sa.Column("date_of_birth", sa.Date))
    _allow_places(FORMER_PLACES, PLACES)
    _create_steps()
    _create_waitlist()
    _create_offers()
    _create_imports()
    _create_duplicates()


def _allow_places(former: str, allowed: str) -> None:
    """Another check of `applications.place`.

    SQLite cannot alter one, and would have to copy the table, which those that refer to it forbid:
    its text is changed instead (https://sqlite.org/lang_altertable.html, section 7).
    """
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f("ck_applications_place"), "applications", type_="check")
        op.create_check_constraint(op.f("ck_applications_place"), "applications", allowed)
        return
    connection = op.get_bind()
    version = connection.execute(sa.text("PRAGMA schema_version")).scalar_one()
    connection.execute(sa.text("PRAGMA writable_schema = ON"))
    changed = connection.execute(
        sa.text(
            "UPDATE sqlite_master SET sql = replace(sql, :former, :allowed) "
            "WHERE type = 'table' AND name = 'applications' AND instr(sql, :former) > 0"
        ),
        {"former": former, "allowed": allowed},
    )
    if changed.rowcount != 1:
        raise ValueError("applications has another check of its places than this one replaces")
    connection.execute(sa.text(f"PRAGMA schema_version = {version + 1}"))
    connection.execute(sa.text("PRAGMA writable_schema = RESET"))


def _create_steps() -> None:
    op.create_table(
        "admission_policies",
        sa.Column("course", sa.Text, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("required_steps", Json, nullable=False),
        sa.Column("conditions", Json, nullable=False),
        sa.Column("bands", Json, nullable=False),
        sa.Column("tie_break", sa.Text, nullable=False),
        sa.Column("seed", sa.Text),
        sa.Column("offer_working_days", sa.BigInteger, nullable=False),
        sa.Column("policy_text", sa.Text, nullable=False),
        sa.Column("published_by", sa.Text, nullable=False),
        sa.Column("published_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("course", "version", name=op.f("pk_admission_policies")),
    )
    op.create_table(
        "admission_steps",
        sa.Column("application_id", sa.Uuid, nullable=False),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text),
        sa.Column("answer", sa.Text),
        sa.Column("given_by", sa.Text),
        sa.Column("via", sa.Text),
        sa.Column("recorded_by", sa.Text),
        sa.Column("recorded_at", Instant),
        sa.Column("link_number", sa.BigInteger, nullable=False),
        sa.Column("link_expires_at", Instant),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.CheckConstraint(
            "outcome IN ('met', 'not_met')", name=op.f("ck_admission_steps_outcome")
        ),
        _of_application("admission_steps"),
        sa.PrimaryKeyConstraint("application_id", "step", name=op.f("pk_admission_steps")),
    )


def _create_waitlist() -> None:
    op.create_table(
        "waitlist_entries",
        sa.Column("application_id", sa.Uuid, nullable=False),
        sa.Column("cohort", sa.Text, nullable=False),
        sa.Column("course", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("joined_at", Instant, nullable=False),
        sa.Column("reinstated_at", Instant),
        sa.Column("together_id", sa.Uuid),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.CheckConstraint(WAITLIST_STATES, name=op.f("ck_waitlist_entries_state")),
        _of_application("waitlist_entries"),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_waitlist_entries")),
    )
    op.create_index(
        "ix_waitlist_entries_cohort_course_state", "waitlist_entries", ["cohort", "course", "state"]
    )
    op.create_table(
        "place_acts",
        sa.Column("id", Counter, autoincrement=True, nullable=False),
        sa.Column("application_id", sa.Uuid, nullable=False),
        sa.Column("cohort", sa.Text, nullable=False),
        sa.Column("course", sa.Text, nullable=False),
        sa.Column("act", sa.Text, nullable=False),
        sa.Column("before_id", sa.Uuid),
        sa.Column("after_id", sa.Uuid),
        sa.Column("reason", sa.Text),
        sa.Column("done_by", sa.Text, nullable=False),
        sa.Column("done_at", Instant, nullable=False),
        _of_application("place_acts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_acts")),
    )
    op.create_index(op.f("ix_place_acts_application_id"), "place_acts", ["application_id"])
    op.create_index("ix_place_acts_cohort_course_act", "place_acts", ["cohort", "course", "act"])


def _create_offers() -> None:
    op.create_table(
        "offers",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("application_id", sa.Uuid, nullable=False),
        sa.Column("cohort", sa.Text, nullable=False),
        sa.Column("course", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("expires_at", Instant, nullable=False),
        sa.Column("ended_at", Instant),
        sa.Column("reason", sa.Text),
        sa.Column("policy_version", sa.BigInteger),
        sa.Column("revision", sa.BigInteger, nullable=False),
        _of_application("offers"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
    )
    op.create_index(op.f("ix_offers_application_id"), "offers", ["application_id"])
    op.create_index("ix_offers_made_at_id", "offers", ["made_at", "id"])
    op.create_index("ix_offers_state_expires_at", "offers", ["state", "expires_at"])
    op.create_index(
        "ux_offers_one_open",
        "offers",
        ["application_id"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
        sqlite_where=sa.text("state = 'open'"),
    )


def _create_imports() -> None:
    op.create_table(
        "imports",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("delimiter", sa.Text),
        sa.Column("encoding", sa.Text),
        sa.Column("header", Json),
        sa.Column("ignored_columns", Json),
        *[
            sa.Column(count, sa.BigInteger, nullable=False)
            for count in ("rows", "good", "bad", "unchanged", "applied")
        ],
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("finished_at", Instant),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.CheckConstraint(
            "state IN ('uploading', 'validated', 'applied')", name=op.f("ck_imports_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
    )
    op.create_index("ix_imports_created_at_id", "imports", ["created_at", "id"])
    op.create_table(
        "import_pieces",
        sa.Column("import_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        _of_import("import_pieces"),
        sa.PrimaryKeyConstraint("import_id", "number", name=op.f("pk_import_pieces")),
    )
    op.create_table(
        "import_bad_rows",
        sa.Column("import_id", sa.Uuid, nullable=False),
        sa.Column("row", sa.BigInteger, nullable=False),
        sa.Column("cells", Json, nullable=False),
        sa.Column("problems", Json, nullable=False),
        _of_import("import_bad_rows"),
        sa.PrimaryKeyConstraint("import_id", "row", name=op.f("pk_import_bad_rows")),
    )
    op.create_table(
        "imported_rows",
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("application_id", sa.Uuid, nullable=False),
        sa.Column("answers", Json, nullable=False),
        sa.Column("imported_at", Instant, nullable=False),
        _of_application("imported_rows"),
        sa.PrimaryKeyConstraint("kind", "sha256", name=op.f("pk_imported_rows")),
    )
    op.create_index(op.f("ix_imported_rows_application_id"), "imported_rows", ["application_id"])


def _create_duplicates() -> None:
    op.create_table(
        "likely_duplicates",
        sa.Column("first_id", sa.Uuid, nullable=False),
        sa.Column("second_id", sa.Uuid, nullable=False),
        sa.Column("score", sa.BigInteger, nullable=False),
        sa.Column("because", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("decided_by", sa.Text),
        sa.Column("found_at", Instant, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.CheckConstraint(
            "first_id < second_id", name=op.f("ck_likely_duplicates_first_is_smaller")
        ),
        *[
            sa.ForeignKeyConstraint(
                [column], ["participants.id"], name=op.f(f"fk_likely_duplicates_{column}")
            )
            for column in ("first_id", "second_id")
        ],
        sa.PrimaryKeyConstraint("first_id", "second_id", name=op.f("pk_likely_duplicates")),
    )
    op.create_index(
        "ix_likely_duplicates_found_at_pair",
        "likely_duplicates",
        ["found_at", "first_id", "second_id"],
    )
    op.create_index("ix_likely_duplicates_second_id", "likely_duplicates", ["second_id"])


def _of_application(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["application_id"], ["applications.id"], name=op.f(f"fk_{table}_application_id")
    )


def _of_import(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["import_id"], ["imports.id"], name=op.f(f"fk_{table}_import_id"), ondelete="CASCADE"
    )


TABLES = (
    "likely_duplicates",
    "imported_rows",
    "import_bad_rows",
    "import_pieces",
    "imports",
    "offers",
    "place_acts",
    "waitlist_entries",
    "admission_steps",
    "admission_policies",
)


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    _allow_places(PLACES, FORMER_PLACES)
    op.drop_column("participants", "date_of_birth")
