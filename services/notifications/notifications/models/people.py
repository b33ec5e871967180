"""What people want, where mail does not arrive, and what waits to be told them together."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from notifications.models.base import Base


class Preference(Base):
    """How somebody wants to hear of a topic."""

    __tablename__ = "preferences"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(primary_key=True)
    wanted: Mapped[str]  # at_once | digest | never
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]

    __table_args__ = (CheckConstraint("wanted IN ('at_once', 'digest', 'never')", name="wanted"),)


class Language(Base):
    """The language in which somebody wants messages, where a wording in it exists."""

    __tablename__ = "languages"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    language: Mapped[str]  # as in HTML: en, cy


class Suppression(Base):
    """An address to which nothing is sent any more; personal data, erased here."""

    __tablename__ = "suppressions"

    address: Mapped[str] = mapped_column(primary_key=True)  # case-folded
    person_id: Mapped[UUID | None]
    message_id: Mapped[UUID | None]
    reason: Mapped[str]
    since: Mapped[datetime]
    added_by: Mapped[str]


class DigestItem(Base):
    """Something that somebody will hear together with other things of its topic.

    `about` is the thing itself: of several items about one, only how it was before the first and is
    after the last (`former`, `latter`) is told, and nothing if these are the same.
    """

    __tablename__ = "digest_items"

    item_id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    business_key: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[UUID]
    topic: Mapped[str]
    about: Mapped[str]
    template: Mapped[str]
    personalisation: Mapped[dict[str, Any]]
    application_id: Mapped[UUID | None]
    session_id: Mapped[UUID | None]
    window_id: Mapped[UUID | None]
    declaration_type: Mapped[str | None]
    former: Mapped[str | None]
    latter: Mapped[str | None]
    revision: Mapped[int]
    created_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    state: Mapped[str]  # pending | told | netted | dropped
    message_id: Mapped[UUID | None]

    __table_args__ = (
        CheckConstraint("state IN ('pending', 'told', 'netted', 'dropped')", name="state"),
        Index("ix_digest_items_person_id_topic", "person_id", "topic"),
        Index("ix_digest_items_message_id", "message_id"),
        Index("ix_digest_items_about", "about"),
    )


Index(
    "ix_digest_items_pending",
    DigestItem.closes_at,
    DigestItem.person_id,
    DigestItem.topic,
    postgresql_where=text("state = 'pending'"),
    sqlite_where=text("state = 'pending'"),
)


class SchoolHoliday(Base):
    """School holidays as published for a place; both days are in them."""

    __tablename__ = "school_holidays"

    place: Mapped[str] = mapped_column(primary_key=True)  # `school:<URN>` or `la:<name>`
    first_day: Mapped[date] = mapped_column(primary_key=True)
    last_day: Mapped[date]
    name: Mapped[str]
