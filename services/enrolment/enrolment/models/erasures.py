"""Whose data was decided to be erased, and what came of it in each service."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from enrolment.models.base import Base


class ErasureDecision(Base):
    """A person's data is to go, everywhere. `person_id` is the id that was asked for."""

    __tablename__ = "erasure_decisions"
    __table_args__ = (Index("ix_erasure_decisions_decided_at_id", "decided_at", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(unique=True)
    reason: Mapped[str]
    ended_on: Mapped[date]
    decided_at: Mapped[datetime]
    decided_by: Mapped[str]
    revision: Mapped[int]


class ErasurePart(Base):
    """What one service did. `erased`, `kept`: as ErasedRecords and KeptRecords have it."""

    __tablename__ = "erasure_parts"

    erasure_id: Mapped[UUID] = mapped_column(ForeignKey(ErasureDecision.id), primary_key=True)
    service: Mapped[str] = mapped_column(primary_key=True)
    erased: Mapped[list[Any]]
    kept: Mapped[list[Any]]
    told_at: Mapped[datetime]
    revision: Mapped[int]
