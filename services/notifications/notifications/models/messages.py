"""The messages, from queueing to what became of them."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from notifications.domain.statuses import Status
from notifications.models.base import Base


class Message(Base):
    """One message. `business_key` says what it is about and is never used twice.

    `due_at` is domain time; `next_attempt_at` and `handed_at` are wall time. `handed_at` stands
    only while the channel has the message in hand: one that outlives its process was in hand
    when that died. `mail_id` is the Message-ID, fixed before the first attempt. `recipient`,
    `subject` and `body` are personal data, and are erased here.
    """

    __tablename__ = "messages"

    message_id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    business_key: Mapped[str] = mapped_column(unique=True)
    template: Mapped[str]
    template_version: Mapped[int]
    message_class: Mapped[str]
    person_id: Mapped[UUID | None]  # None: to the provider's team
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
    handed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    mail_id: Mapped[str | None]
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


Index(
    "ix_messages_waiting",
    Message.due_at,
    Message.message_id,
    postgresql_where=Message.status.in_(["created", "sending"]),
    sqlite_where=Message.status.in_(["created", "sending"]),
)
