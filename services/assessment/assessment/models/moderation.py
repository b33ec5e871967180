"""How a marker's share of a window was looked at again, and what that says of the rest."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assessment.models.base import Base
from assessment.models.windows import Window


class Moderation(Base):
    """One marker's scripts of a window in moderation.

    `frame`: numbers of the scripts that rest on this marker's mark alone, in the draw's order;
    `drawn`: the same numbers by step; `mandatory`: numbers looked at anyway, with the reason.
    """

    __tablename__ = "moderations"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    window_id: Mapped[UUID] = mapped_column(ForeignKey("windows.id"))
    staff_id: Mapped[UUID]
    nonce: Mapped[str]
    frame: Mapped[list[Any]]
    drawn: Mapped[list[Any]]
    mandatory: Mapped[dict[str, Any]]
    checked: Mapped[int]
    errors: Mapped[int]
    state: Mapped[str]
    rule: Mapped[str | None]
    pooled_clean: Mapped[int]
    pooled_errors: Mapped[int]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    revision: Mapped[int]

    window: Mapped[Window] = relationship()

    __table_args__ = (
        UniqueConstraint("window_id", "staff_id"),
        CheckConstraint("state IN ('sampling', 'accepted', 'escalated', 'complete')", name="state"),
    )
