"""The provider's own wordings, and how fast messages may leave."""

from datetime import date, datetime

from sqlalchemy.orm import Mapped, mapped_column

from notifications.models.base import Base


class Wording(Base):
    """A version of a template's text in the provider's own words; never changed, only archived."""

    __tablename__ = "wordings"

    name: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    language: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    line: Mapped[str | None]  # None: as it ships
    archived_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str]


class Bucket(Base):
    """How many messages may leave at once by a channel, or to a domain, in millionths."""

    __tablename__ = "buckets"

    name: Mapped[str] = mapped_column(primary_key=True)
    micro_tokens: Mapped[int]
    filled_at: Mapped[datetime]


class DailyCount(Base):
    """How many messages have left by a channel in a day of London's, or are about to."""

    __tablename__ = "daily_counts"

    channel: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    messages: Mapped[int]
