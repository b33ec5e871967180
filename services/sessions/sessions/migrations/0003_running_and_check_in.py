"""Facilitators, extra sessions, waiting for a seat, check-in, apologies, calendars of others."""

import sqlalchemy as sa
from alembic import op

from kit.db.types import Instant

revision = "0003"
down_revision = "0002"

CURRENT = sa.text("ended_at IS NULL")


def upgrade() -> None:
    with op.batch_alter_table("sessions") as table:
        table.add_column(sa.Column("facilitator_staff_id", sa.Uuid, nullable=True))
        table.add_column(sa.Column("joining_details", sa.Text, nullable=True))
        table.add_column(sa.Column("capacity", sa.BigInteger, nullable=True))
    with op.batch_alter_table("seats") as table:
        table.add_column(sa.Column("booked", sa.Boolean, nullable=False, server_default=sa.false()))
    with op.batch_alter_table("attendances") as table:
        table.add_column(sa.Column("via", sa.Text, nullable=False, server_default="register"))
        table.alter_column("status", existing_type=sa.Text, nullable=True)
        table.alter_column("register_status", existing_type=sa.Text, nullable=True)
    with op.batch_alter_table("attendance_changes") as table:
        table.alter_column("status", existing_type=sa.Text, nullable=True)
    with op.batch_alter_table("engagements") as table:
        for reading in ("per_component", "overall"):
            table.add_column(sa.Column(f"missable_{reading}", sa.BigInteger, nullable=True))
    _calendars()
    _running()
    _check_in()


def _calendars() -> None:
    with op.batch_alter_table("calendar_tokens") as table:
        table.alter_column("application_id", existing_type=sa.Uuid, nullable=True)
        table.add_column(sa.Column("staff_id", sa.Uuid, nullable=True))
        table.add_column(sa.Column("delivery_partner_id", sa.Uuid, nullable=True))
    for owner in ("staff_id", "delivery_partner_id"):
        op.create_index(
            f"uq_calendar_tokens_current_{owner}",
            "calendar_tokens",
            [owner],
            unique=True,
            postgresql_where=CURRENT,
            sqlite_where=CURRENT,
        )


def _running() -> None:
    op.create_table(
        "facilitations",
        sa.Column("session_id", sa.Uuid, nullable=False),
        sa.Column("staff_id", sa.Uuid, nullable=False),
        sa.Column("held", sa.Boolean, nullable=False),
        sa.Column("changes", sa.BigInteger, nullable=False),
        sa.Column("changed_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.session_id"], name=op.f("fk_facilitations_session_id")
        ),
        sa.PrimaryKeyConstraint("session_id", "staff_id", name=op.f("pk_facilitations")),
    )
    op.create_index("ix_facilitations_staff_id", "facilitations", ["staff_id"], unique=False)
    op.create_table(
        "seat_waits",
        sa.Column("wait_id", sa.Uuid, nullable=False),
        sa.Column("session_id", sa.Uuid, nullable=False),
        sa.Column("application_id", sa.Uuid, nullable=False),
        sa.Column("asked_at", Instant, nullable=False),
        sa.Column("ended_at", Instant, nullable=True),
        sa.Column("outcome", sa.Text, nullable=True),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.session_id"], name=op.f("fk_seat_waits_session_id")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["enrolments.application_id"],
            name=op.f("fk_seat_waits_application_id"),
        ),
        sa.PrimaryKeyConstraint("wait_id", name=op.f("pk_seat_waits")),
    )
    op.create_index("ix_seat_waits_application_id", "seat_waits", ["application_id"], unique=False)
    op.create_index(
        "uq_seat_waits_current",
        "seat_waits",
        ["session_id", "application_id"],
        unique=True,
        postgresql_where=CURRENT,
        sqlite_where=CURRENT,
    )


def _check_in() -> None:
    op.create_table(
        "check_in_screens",
        sa.Column("session_id", sa.Uuid, nullable=False),
        sa.Column("token", sa.Text, nullable=False),
        sa.Column("secret", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.session_id"], name=op.f("fk_check_in_screens_session_id")
        ),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_check_in_screens")),
        sa.UniqueConstraint("token", name=op.f("uq_check_in_screens_token")),
    )
    op.create_table(
        "check_in_links",
        sa.Column("token", sa.Text, nullable=False),
        sa.Column("application_id", sa.Uuid, nullable=False),
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("expires_at", Instant, nullable=False),
        sa.Column("ended_at", Instant, nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["enrolments.application_id"],
            name=op.f("fk_check_in_links_application_id"),
        ),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_check_in_links")),
    )
    op.create_index(
        "uq_check_in_links_current",
        "check_in_links",
        ["application_id"],
        unique=True,
        postgresql_where=CURRENT,
        sqlite_where=CURRENT,
    )
    op.create_table(
        "check_ins",
        sa.Column("session_id", sa.Uuid, nullable=False),
        sa.Column("application_id", sa.Uuid, nullable=False),
        sa.Column("step", sa.BigInteger, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.session_id"], name=op.f("fk_check_ins_session_id")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["enrolments.application_id"],
            name=op.f("fk_check_ins_application_id"),
        ),
        sa.PrimaryKeyConstraint("session_id", "application_id", "step", name=op.f("pk_check_ins")),
    )


def downgrade() -> None:
    for table in ("check_ins", "check_in_links", "check_in_screens", "seat_waits", "facilitations"):
        op.drop_table(table)
    for owner in ("delivery_partner_id", "staff_id"):
        op.drop_index(f"uq_calendar_tokens_current_{owner}", "calendar_tokens")
    with op.batch_alter_table("calendar_tokens") as table:
        table.drop_column("delivery_partner_id")
        table.drop_column("staff_id")
    with op.batch_alter_table("engagements") as table:
        table.drop_column("missable_overall")
        table.drop_column("missable_per_component")
    with op.batch_alter_table("attendances") as table:
        table.drop_column("via")
    with op.batch_alter_table("seats") as table:
        table.drop_column("booked")
    with op.batch_alter_table("sessions") as table:
        table.drop_column("capacity")
        table.drop_column("joining_details")
        table.drop_column("facilitator_staff_id")
