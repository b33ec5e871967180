"""The traffic with DfE."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from enrolment.models.applications import Application, Participant
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

    `holder` is the last to have begun a sync that has not ended; `number` counts syncs: the streams
    say how far this one is, so that another can go on. `failures` in a row have stopped it until
    `stopped_until` (wall time). `started_at` and `due_at`, the next regular sync, are domain time.
    """

    __tablename__ = "dfe_traffic"

    name: Mapped[str] = mapped_column(primary_key=True)
    stopped_until: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    stopped_by: Mapped[str | None]  # an error's outcome: unauthorised, busy, broken, ...; ours
    problem: Mapped[str | None]
    holder: Mapped[UUID | None]
    number: Mapped[int] = mapped_column(default=0)
    everything: Mapped[bool] = mapped_column(default=False)
    started_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    page: Mapped[int] = mapped_column(default=0)  # these four are read by the former release only
    held_until: Mapped[datetime | None]
    since: Mapped[datetime | None]
    cursor_at: Mapped[datetime | None]


class Stream(Base):
    """How far one of DfE's lists has been read.

    `cursor_at`: all that changed before it has been read. The sync `number` reads what changed
    from `since` on (null: everything), `page` next, in pages of `page_size` records; `finished_at`
    is null until it has read all. `problem`: what it could not read.
    """

    __tablename__ = "dfe_streams"

    name: Mapped[str] = mapped_column(primary_key=True)  # applications, participants, ...
    cursor_at: Mapped[datetime | None]
    number: Mapped[int] = mapped_column(default=0)
    since: Mapped[datetime | None]
    page: Mapped[int] = mapped_column(default=1)
    page_size: Mapped[int | None]
    finished_at: Mapped[datetime | None]
    problem: Mapped[str | None]


class Shown(Base):
    """A record as DfE showed it last: what has the same digest need not be read again."""

    __tablename__ = "dfe_shown"

    stream: Mapped[str] = mapped_column(primary_key=True)
    dfe_id: Mapped[UUID] = mapped_column(primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    seen_in_sync: Mapped[int]  # the number of the last full sync that saw it, or that it came in


class Budget(Base):
    """The calls that may be made to DfE. One row; null before the first call."""

    __tablename__ = "dfe_budget"

    name: Mapped[str] = mapped_column(primary_key=True)  # dfe
    left: Mapped[int]
    filled_at: Mapped[datetime | None]


class RetiredParticipant(Base):
    """An id at DfE that was merged into another, and whose participant it means now.

    `former_participant_id` is ours, where we knew that person under an id of their own.
    """

    __tablename__ = "dfe_retired_participants"

    dfe_participant_id: Mapped[UUID] = mapped_column(primary_key=True)
    participant_id: Mapped[UUID] = mapped_column(ForeignKey(Participant.id), index=True)
    former_participant_id: Mapped[UUID | None]
    merged_at: Mapped[datetime]


class Drift(Base):
    """Something in which DfE differed from us, and until when it did.

    `record_id` is ours, `dfe_id` DfE's; one of them may not exist. `resolution`: followed (ours is
    as DfE's now), agreed (DfE's is as ours again). Times are domain time.
    """

    __tablename__ = "dfe_drift"

    id: Mapped[int] = mapped_column(Counter, primary_key=True, autoincrement=True)
    record: Mapped[str]  # application | participant | declaration | outcome
    record_id: Mapped[UUID | None]
    dfe_id: Mapped[UUID | None]
    application_id: Mapped[UUID | None] = mapped_column(index=True)
    field: Mapped[str]
    ours: Mapped[str | None]
    theirs: Mapped[str | None]
    found_at: Mapped[datetime]
    found_in_sync: Mapped[int]
    resolved_at: Mapped[datetime | None]
    resolution: Mapped[str | None]

    __table_args__ = (
        CheckConstraint(
            "record IN ('application', 'participant', 'declaration', 'outcome')", name="record"
        ),
        CheckConstraint("resolution IN ('followed', 'agreed')", name="resolution"),
        Index(
            "ux_dfe_drift_open",
            "record",
            "dfe_id",
            "field",
            unique=True,
            postgresql_where=text("resolved_at IS NULL"),
            sqlite_where=text("resolved_at IS NULL"),
        ),
        Index("ix_dfe_drift_found_at_id", "found_at", "id"),
    )
