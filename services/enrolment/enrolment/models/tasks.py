"""What somebody has to see to, and who looked at whose data."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from enrolment.models.applications import Application
from enrolment.models.base import Base


class Task(Base):
    """Something for whoever looks after the participant now. One open task of a kind at a time."""

    __tablename__ = "tasks"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kind: Mapped[str]  # bad_address | missing_return_date | overdue_return
    application_id: Mapped[UUID] = mapped_column(ForeignKey(Application.id))
    state: Mapped[str]  # open | closed
    opened_at: Mapped[datetime]
    opened_because: Mapped[str]
    closed_at: Mapped[datetime | None]
    closed_because: Mapped[str | None]
    closed_by: Mapped[str | None]
    revision: Mapped[int]

    application: Mapped[Application] = relationship(lazy="select", innerjoin=True)

    __table_args__ = (
        CheckConstraint("state IN ('open', 'closed')", name="state"),
        Index(
            "ux_tasks_one_open",
            "application_id",
            "kind",
            unique=True,
            postgresql_where=text("state = 'open'"),
            sqlite_where=text("state = 'open'"),
        ),
        Index("ix_tasks_opened_at_id", "opened_at", "id"),
    )
