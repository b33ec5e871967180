"""Schools, delivery partners and staff."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from enrolment.models.base import Base


class Trust(Base):
    """An academy trust, or another group of schools, by GIAS's number for it."""

    __tablename__ = "trusts"

    trust_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]


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
    status: Mapped[str | None]  # open | closing | closed | proposed; None: not told
    town: Mapped[str | None]
    postcode: Mapped[str | None]
    place: Mapped[str | None]  # "51.50,-0.12": latitude and longitude

    __table_args__ = (
        Index("ix_schools_ukprn", "ukprn"),
        Index("ix_schools_trust_id", "trust_id"),
    )


class EligibilityEntry(Base):
    """A line of one of DfE's lists: an establishment by URN, or by UKPRN, as the list has it."""

    __tablename__ = "eligibility_entries"

    eligibility_list: Mapped[str] = mapped_column(primary_key=True)  # pp50_schools, ...
    identifier: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    edition: Mapped[str]  # which upload named it last


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
    access: Mapped[str | None]  # of its own systems: open | suspended | removed
    revision: Mapped[int]


class Staff(Base):
    """Someone who works for the provider or a delivery partner. `email_key`: casefolded.

    `broker_user`: under which name, after `staff.`, the broker knows them; None: their id.
    """

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
    broker_user: Mapped[str | None]

    __table_args__ = (Index("ux_staff_broker_user", "broker_user", unique=True),)
