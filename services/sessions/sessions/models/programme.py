"""Templates as they were put, and when schools are open."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from sessions.models.base import Base


class ProgrammeTemplate(Base):
    """A version of a course's template, as its file. The one put last is in force.

    `put_at` is None for a packaged one of which a plan was published: kept as it was then.
    """

    __tablename__ = "templates"

    course: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[str]
    put_at: Mapped[datetime | None]
    put_by: Mapped[str | None]


class TermDate(Base):
    """A term, a holiday or INSET days of an authority or a school, both days inclusive."""

    __tablename__ = "term_dates"
    __table_args__ = (Index("ix_term_dates_owner", "owner", "owner_kind"),)

    term_date_id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    owner_kind: Mapped[str]  # authority | school
    owner: Mapped[str]  # an authority's key, or a URN
    owner_name: Mapped[str]  # as it was written
    kind: Mapped[str]  # term | holiday | inset
    name: Mapped[str]
    first_day: Mapped[date]
    last_day: Mapped[date]
