"""New places for people who have changed hubs."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from sessions.models.base import Base


class PlaceProposal(Base):
    """A place at somebody's new hub, or why there is none; at most one is open at a time.

    `state`: open | confirmed | declined | overtaken.
    """

    __tablename__ = "place_proposals"
    __table_args__ = (
        Index(
            "uq_place_proposals_open",
            "application_id",
            unique=True,
            postgresql_where=text("state = 'open'"),
            sqlite_where=text("state = 'open'"),
        ),
        Index("ix_place_proposals_application_id", "application_id"),
    )

    proposal_id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("enrolments.application_id"))
    former_group_id: Mapped[UUID] = mapped_column(ForeignKey("groups.group_id"))
    delivery_partner_id: Mapped[UUID]
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("groups.group_id"))
    reason: Mapped[str | None]
    state: Mapped[str]
    made_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    note: Mapped[str | None]
