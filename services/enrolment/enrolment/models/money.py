"""What DfE pays: contracts, the calendar of statements, adjustments."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from enrolment.models.base import Base


class Contract(Base):
    """DfE's terms for a course in a cohort, for statements of `from_month` and later ones.

    `from_month`: the first day of a month. Fields as in DfE's contract template.
    """

    __tablename__ = "contracts"

    cohort: Mapped[str] = mapped_column(primary_key=True)
    course: Mapped[str] = mapped_column(primary_key=True)
    from_month: Mapped[date] = mapped_column(primary_key=True)
    recruitment_target: Mapped[int]
    per_participant: Mapped[Decimal]
    output_payment_percentage: Mapped[int]
    number_of_payment_periods: Mapped[int]
    service_fee_percentage: Mapped[int]
    service_fee_installments: Mapped[int]
    monthly_service_fee: Mapped[Decimal | None]  # None: by the formula
    targeted_delivery_funding_per_participant: Mapped[Decimal]
    special_course: Mapped[bool]
    revision: Mapped[int] = mapped_column(server_default="0")

    __table_args__ = (
        CheckConstraint("recruitment_target > 0", name="recruitment_target"),
        CheckConstraint("number_of_payment_periods > 0", name="number_of_payment_periods"),
    )


class Statement(Base):
    """A month's account with DfE for a cohort. The dates are ours until DfE tells its own."""

    __tablename__ = "statements"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    cohort: Mapped[str]
    year: Mapped[int]
    month: Mapped[int]
    deadline_on: Mapped[date]
    payment_on: Mapped[date]
    output_fee: Mapped[bool]
    reconcile_amount: Mapped[Decimal]
    dfe_statement_id: Mapped[UUID | None] = mapped_column(unique=True)
    dfe_deadline_on: Mapped[date | None]
    dfe_payment_on: Mapped[date | None]
    paid: Mapped[bool] = mapped_column(default=False)
    revision: Mapped[int]

    __table_args__ = (
        UniqueConstraint("cohort", "year", "month"),
        CheckConstraint("month BETWEEN 1 AND 12", name="month"),
    )


class Adjustment(Base):
    """An amount, positive or negative, that DfE adds to a statement."""

    __tablename__ = "adjustments"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    statement_id: Mapped[UUID] = mapped_column(ForeignKey(Statement.id), index=True)
    description: Mapped[str]
    amount: Mapped[Decimal]
    created_at: Mapped[datetime]
