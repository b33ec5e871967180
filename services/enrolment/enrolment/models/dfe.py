"""The traffic with DfE."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from enrolment.models.applications import Application
from enrolment.models.base import Base
from kit.db import Counter


class DfeWrite(Base):
    """What DfE must be told. Written with the decision, sent by the timer `push_to_dfe`.

    `payload`: {body: the attributes for DfE, ...: what we keep for when it says yes}.
    Times are wall time. `id` is the order in which writes of one application are sent.
    """

    __tablename__ = "dfe_writes"

    id: Mapped[int] = mapped_column(Counter, primary_key=True, autoincrement=True)
    application_id: Mapped[UUID] = mapped_column(ForeignKey(Application.id))
    kind: Mapped[str]
    subject: Mapped[str]  # the declaration's or outcome's id; else the kind again
    payload: Mapped[dict[str, Any]]
    state: Mapped[str]
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime | None]
    problem: Mapped[dict[str, Any] | None]
    correlation_id: Mapped[str]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(
            "state IN ('owed', 'sending', 'in_doubt', 'done', 'refused')", name="state"
        ),
        Index(
            "ux_dfe_writes_unfinished",
            "application_id",
            "kind",
            "subject",
            unique=True,
            postgresql_where=text("state IN ('owed', 'sending', 'in_doubt')"),
            sqlite_where=text("state IN ('owed', 'sending', 'in_doubt')"),
        ),
        Index("ix_dfe_writes_state_id", "state", "id"),
    )


class Traffic(Base):
    """How one direction of the traffic with DfE stands: `push`, or `sync`.

    `holder` is who syncs now, until `held_until` (wall time); `page`, `since`, `everything` and
    `number` are where that sync is, so that another can go on. `cursor_at` is domain time.
    """

    __tablename__ = "dfe_traffic"

    name: Mapped[str] = mapped_column(primary_key=True)
    stopped_until: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str | None]
    holder: Mapped[UUID | None]
    held_until: Mapped[datetime | None]
    number: Mapped[int] = mapped_column(default=0)
    everything: Mapped[bool] = mapped_column(default=False)
    since: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    page: Mapped[int] = mapped_column(default=0)
    cursor_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
