"""The messages, from queueing to what became of them, and what is sent along with them."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from notifications.domain.statuses import Status
from notifications.models.base import Base


class Message(Base):
    """One message. `business_key` says what it is about and is never used twice; `body_hash` is of
    what was to be said under it.

    `due_at` is domain time; `next_attempt_at` and `handed_at` are wall time. Of a message in doubt
    `next_attempt_at` is when the channel was last asked about it. `claimed_by` is the
    round of a replica that has taken the message; `handed_at` stands only while the channel has it
    in hand: one that outlives its round was in hand when that died. `mail_id` is the Message-ID,
    fixed before the first attempt. `holds` tells what kept it back: [{at, until, why}].
    `recipient`, `subject` and `body` are personal data, and are erased here.
    """

    __tablename__ = "messages"

    message_id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    business_key: Mapped[str] = mapped_column(unique=True)
    body_hash: Mapped[str | None]
    template: Mapped[str]
    template_version: Mapped[int]
    message_class: Mapped[str]
    rank: Mapped[int] = mapped_column(server_default=text("1"))
    language: Mapped[str | None]
    person_id: Mapped[UUID | None]  # None: to `to_address`, or to the provider's team
    to_address: Mapped[str | None]
    to_name: Mapped[str | None]
    application_id: Mapped[UUID | None]
    session_id: Mapped[UUID | None]
    window_id: Mapped[UUID | None]
    declaration_type: Mapped[str | None]
    personalisation: Mapped[dict[str, Any]]
    status: Mapped[str] = mapped_column(default=Status.CREATED)
    reason: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    next_attempt_at: Mapped[datetime | None]
    claimed_by: Mapped[UUID | None]
    handed_at: Mapped[datetime | None]
    holds: Mapped[list[Any] | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    mail_id: Mapped[str | None]
    channel_reference: Mapped[str | None]
    recipient: Mapped[str | None]
    subject: Mapped[str | None]
    body: Mapped[str | None]
    resend_of: Mapped[UUID | None]
    revision: Mapped[int]

    __table_args__ = (
        CheckConstraint(
            "status IN (" + ", ".join(f"'{status}'" for status in Status) + ")", name="status"
        ),
        Index("ix_messages_created_at_message_id", "created_at", "message_id"),
        Index("ix_messages_person_id", "person_id"),
        Index("ix_messages_application_id", "application_id"),
        Index("ix_messages_template_status", "template", "status"),  # for counting
    )


_QUEUED = text("status IN ('created', 'sending') AND claimed_by IS NULL")
_CLAIMED = text("claimed_by IS NOT NULL")
_REFERRED_TO = text("channel_reference IS NOT NULL")

Index(
    "ix_messages_queue",
    Message.rank,
    Message.due_at,
    Message.message_id,
    postgresql_where=_QUEUED,
    sqlite_where=_QUEUED,
)
Index(
    "ix_messages_claimed_by", Message.claimed_by, postgresql_where=_CLAIMED, sqlite_where=_CLAIMED
)
Index(
    "ix_messages_channel_reference",
    Message.channel_reference,
    postgresql_where=_REFERRED_TO,
    sqlite_where=_REFERRED_TO,
)


_TO_AN_ADDRESS = text("person_id IS NULL AND to_address IS NOT NULL")
Index(  # few are: whose they are is looked for when somebody asks for what is held about them
    "ix_messages_to_address",
    Message.to_address,
    postgresql_where=_TO_AN_ADDRESS,
    sqlite_where=_TO_AN_ADDRESS,
)


class Attachment(Base):
    """A file that goes out with a message."""

    __tablename__ = "attachments"

    message_id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    content_type: Mapped[str]
    sha256: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary)
