"""Schools, staff, tasks, and the history of training."""

import sqlalchemy as sa
from alembic import op

from kit.db.types import Counter, Instant, Json

revision = "0006"
down_revision = "0005"

OF_SCHOOLS = ("status", "town", "postcode", "place")


def upgrade() -> None:
    _organisations()
    _training()
    _tasks()


def _organisations() -> None:
    for name in OF_SCHOOLS:
        op.add_column("schools", sa.Column(name, sa.Text))
    op.create_index("ix_schools_ukprn", "schools", ["ukprn"])
    op.create_index("ix_schools_trust_id", "schools", ["trust_id"])
    op.add_column("staff", sa.Column("broker_user", sa.Text))
    op.create_index("ux_staff_broker_user", "staff", ["broker_user"], unique=True)
    op.create_table(
        "trusts",
        sa.Column("trust_id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("trust_id", name=op.f("pk_trusts")),
    )
    op.create_table(
        "eligibility_entries",
        sa.Column("eligibility_list", sa.Text, nullable=False),
        sa.Column("identifier", sa.Text, nullable=False),
        sa.Column("name", sa.Text),
        sa.Column("edition", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint(
            "eligibility_list", "identifier", name=op.f("pk_eligibility_entries")
        ),
    )


def _training() -> None:
    op.create_table(
        "training_history",
        sa.Column("id", Counter, autoincrement=True, nullable=False),
        sa.Column("application_id", sa.Uuid, nullable=False),
        sa.Column("aspect", sa.Text, nullable=False),
        sa.Column("value", sa.Text),
        sa.Column("reason", sa.Text),
        sa.Column("expected_return_on", sa.Date),
        sa.Column("effective_on", sa.Date, nullable=False),
        sa.Column("recorded_at", Instant, nullable=False),
        sa.Column("recorded_by", sa.Text, nullable=False),
        sa.Column("dfe_at", Instant),
        sa.Column("corrects", Counter),
        sa.CheckConstraint(
            "aspect IN ('training_status', 'schedule', 'delivery_partner', 'school')",
            name=op.f("ck_training_history_aspect"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_training_history_application_id"),
        ),
        sa.ForeignKeyConstraint(
            ["corrects"], ["training_history.id"], name=op.f("fk_training_history_corrects")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_history")),
    )
    op.create_index(
        "ix_training_history_application_id_id", "training_history", ["application_id", "id"]
    )
    op.create_table(
        "moved_schools",
        sa.Column("application_id", sa.Uuid, nullable=False),
        sa.Column("dfe_school_urn", sa.Text),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_moved_schools_application_id")
        ),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_moved_schools")),
    )
    op.create_table(
        "course_terms",
        sa.Column("course", sa.Text, nullable=False),
        sa.Column("most_deferrals", sa.BigInteger, nullable=False),
        sa.Column("words_least", sa.BigInteger),
        sa.Column("words_most", sa.BigInteger),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("course", name=op.f("pk_course_terms")),
    )


def _tasks() -> None:
    op.create_table(
        "tasks",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("application_id", sa.Uuid, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("opened_at", Instant, nullable=False),
        sa.Column("opened_because", sa.Text, nullable=False),
        sa.Column("closed_at", Instant),
        sa.Column("closed_because", sa.Text),
        sa.Column("closed_by", sa.Text),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.CheckConstraint("state IN ('open', 'closed')", name=op.f("ck_tasks_state")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_tasks_application_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
    )
    op.create_index("ix_tasks_opened_at_id", "tasks", ["opened_at", "id"])
    op.create_index(
        "ux_tasks_one_open",
        "tasks",
        ["application_id", "kind"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
        sqlite_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "personal_data_reads",
        sa.Column("id", Counter, autoincrement=True, nullable=False),
        sa.Column("read_at", Instant, nullable=False),
        sa.Column("caller", sa.Text, nullable=False),
        sa.Column("method", sa.Text, nullable=False),
        sa.Column("ids", Json, nullable=False),
        sa.Column("correlation_id", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_personal_data_reads")),
    )


def downgrade() -> None:
    for table in (
        "personal_data_reads",
        "tasks",
        "course_terms",
        "moved_schools",
        "training_history",
        "eligibility_entries",
        "trusts",
    ):
        op.drop_table(table)
    op.drop_index("ux_staff_broker_user", "staff")
    op.drop_column("staff", "broker_user")
    op.drop_index("ix_schools_ukprn", "schools")
    op.drop_index("ix_schools_trust_id", "schools")
    for name in OF_SCHOOLS:
        op.drop_column("schools", name)
