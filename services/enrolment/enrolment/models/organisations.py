"""Schools, delivery partners and staff."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from enrolment.models.base import Base


class School(Base):
    """What is known of a school; an application may name one that is not here yet."""

    __tablename__ = "schools"

    urn: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    ukprn: Mapped[str | None]
    trust_id: Mapped[str | None]
    local_authority: Mapped[str | None]
    phase: Mapped[str | None]
    establishment_type: Mapped[str | None]  # GIAS code, "34"


class DeliveryPartner(Base):
    """A local deliverer, usually a teaching school hub. `name_key`: its name, casefolded."""

    __tablename__ = "delivery_partners"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    dfe_delivery_partner_id: Mapped[UUID | None] = mapped_column(unique=True)
    dfe_cohorts: Mapped[list[Any] | None]  # start years in which DfE confirmed it; None: not told
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(unique=True)
    status: Mapped[str]
    place: Mapped[str | None]
    revision: Mapped[int]


class Staff(Base):
    """Someone who works for the provider or a delivery partner. `email_key`: casefolded."""

    __tablename__ = "staff"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    full_name: Mapped[str]
    email: Mapped[str]
    email_key: Mapped[str] = mapped_column(unique=True)
    roles: Mapped[list[str]]
    school_urn: Mapped[str | None]
    trust_id: Mapped[str | None]
    delivery_partner_id: Mapped[UUID | None] = mapped_column(ForeignKey(DeliveryPartner.id))
    active: Mapped[bool]
    address_failed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    revision: Mapped[int]
