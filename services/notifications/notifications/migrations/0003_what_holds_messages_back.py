"""Preferences, digests, suppressions, holidays, rates; sending by several replicas at once.

Hubs' staff and people's schools were told before this release, and are told again by
`headship outbox republish enrolment`: rows count as one revision older for that.
"""

import sqlalchemy as sa
from alembic import op

from kit.db.types import Instant, Json

revision = "0003"
down_revision = "0002"

WAITING = sa.text("status IN ('created', 'sending') AND claimed_by IS NULL")
CLAIMED = sa.text("claimed_by IS NOT NULL")


def upgrade() -> None:
    _messages()
    _people()
    _digests()
    _rules()


def _messages() -> None:
    op.add_column("messages", sa.Column("body_hash", sa.Text))
    op.add_column(
        "messages", sa.Column("rank", sa.BigInteger, nullable=False, server_default=sa.text("1"))
    )
    op.add_column("messages", sa.Column("claimed_by", sa.Uuid))
    op.add_column("messages", sa.Column("holds", Json))
    op.add_column("messages", sa.Column("language", sa.Text))
    op.add_column("messages", sa.Column("to_address", sa.Text))
    op.add_column("messages", sa.Column("to_name", sa.Text))
    op.add_column("messages", sa.Column("channel_reference", sa.Text))
    op.add_column("messages", sa.Column("settled_at", Instant))
    op.execute("UPDATE messages SET rank = 0 WHERE message_class = 'critical'")
    op.execute("UPDATE messages SET rank = 2 WHERE message_class = 'informational'")
    op.drop_index("ix_messages_waiting", "messages")
    op.create_index(
        "ix_messages_queue",
        "messages",
        ["rank", "due_at", "message_id"],
        postgresql_where=WAITING,
        sqlite_where=WAITING,
    )
    op.create_index(
        "ix_messages_claimed_by",
        "messages",
        ["claimed_by"],
        postgresql_where=CLAIMED,
        sqlite_where=CLAIMED,
    )
    op.create_index(
        "ix_messages_channel_reference",
        "messages",
        ["channel_reference"],
        postgresql_where=sa.text("channel_reference IS NOT NULL"),
        sqlite_where=sa.text("channel_reference IS NOT NULL"),
    )
    op.create_table(
        "attachments",
        sa.Column("message_id", sa.Uuid, primary_key=True),
        sa.Column("position", sa.BigInteger, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("content_type", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )


def _people() -> None:
    op.add_column("applications", sa.Column("local_authority", sa.Text))
    op.add_column("applications", sa.Column("school_urn", sa.Text))
    op.create_index("ix_applications_participant_id", "applications", ["participant_id"])
    op.add_column("staff", sa.Column("delivery_partner_id", sa.Uuid))
    op.create_index("ix_staff_delivery_partner_id", "staff", ["delivery_partner_id"])
    op.execute("UPDATE applications SET revision = revision - 1")
    op.execute("UPDATE staff SET revision = revision - 1")
    op.create_table(
        "preferences",
        sa.Column("person_id", sa.Uuid, primary_key=True),
        sa.Column("topic", sa.Text, primary_key=True),
        sa.Column("wanted", sa.Text, nullable=False),
        sa.Column("changed_at", Instant, nullable=False),
        sa.Column("changed_by", sa.Text, nullable=False),
        sa.CheckConstraint(
            "wanted IN ('at_once', 'digest', 'never')", name=op.f("ck_preferences_wanted")
        ),
    )
    op.create_table(
        "languages",
        sa.Column("person_id", sa.Uuid, primary_key=True),
        sa.Column("language", sa.Text, nullable=False),
    )
    op.create_table(
        "suppressions",
        sa.Column("address", sa.Text, primary_key=True),
        sa.Column("person_id", sa.Uuid),
        sa.Column("message_id", sa.Uuid),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("since", Instant, nullable=False),
        sa.Column("added_by", sa.Text, nullable=False),
    )


def _digests() -> None:
    op.create_table(
        "digest_items",
        sa.Column("item_id", sa.Uuid, primary_key=True),
        sa.Column("business_key", sa.Text, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("template", sa.Text, nullable=False),
        sa.Column("personalisation", Json, nullable=False),
        sa.Column("application_id", sa.Uuid),
        sa.Column("session_id", sa.Uuid),
        sa.Column("window_id", sa.Uuid),
        sa.Column("declaration_type", sa.Text),
        sa.Column("former", sa.Text),
        sa.Column("latter", sa.Text),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("closes_at", Instant, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("message_id", sa.Uuid),
        sa.UniqueConstraint("business_key", name="uq_digest_items_business_key"),
        sa.CheckConstraint(
            "state IN ('pending', 'told', 'netted', 'dropped')", name=op.f("ck_digest_items_state")
        ),
    )
    pending = sa.text("state = 'pending'")
    op.create_index(
        "ix_digest_items_pending",
        "digest_items",
        ["closes_at", "person_id", "topic"],
        postgresql_where=pending,
        sqlite_where=pending,
    )
    op.create_index("ix_digest_items_person_id_topic", "digest_items", ["person_id", "topic"])
    op.create_index("ix_digest_items_message_id", "digest_items", ["message_id"])
    op.create_index("ix_digest_items_about", "digest_items", ["about"])


def _rules() -> None:
    op.create_table(
        "wordings",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("version", sa.BigInteger, primary_key=True),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("archived_at", Instant),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
    )
    op.create_table(
        "school_holidays",
        sa.Column("place", sa.Text, primary_key=True),
        sa.Column("first_day", sa.Date, primary_key=True),
        sa.Column("last_day", sa.Date, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
    )
    op.create_table(
        "buckets",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("micro_tokens", sa.BigInteger, nullable=False),
        sa.Column("filled_at", Instant, nullable=False),
    )
