"""What others than DfE pay: fees in instalments, and the ledger. Every entry sums to zero."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from enrolment.models.applications import Application
from enrolment.models.base import Base
from kit.db import Counter


class Fee(Base):
    """What a payer owes for an application's place, or for a resubmission."""

    __tablename__ = "fees"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    application_id: Mapped[UUID] = mapped_column(ForeignKey(Application.id), index=True)
    payer: Mapped[str]  # school | trust | self
    payer_reference: Mapped[str]  # URN, trust id or participant id
    amount: Mapped[Decimal]
    agreed_on: Mapped[date]
    created_at: Mapped[datetime]
    revision: Mapped[int]
    attempt: Mapped[int | None]  # of a resubmission; None where it is for the place

    application: Mapped[Application] = relationship(lazy="select", innerjoin=True)
    instalments: Mapped[list["Instalment"]] = relationship(
        lazy="selectin", order_by="Instalment.number"
    )

    __table_args__ = (
        CheckConstraint("payer IN ('school', 'trust', 'self')", name="payer"),
        Index("ix_fees_created_at_id", "created_at", "id"),
        Index("ux_fees_attempt", "application_id", "attempt", unique=True),
    )


class Instalment(Base):
    """A part of a fee, due on a day."""

    __tablename__ = "instalments"

    fee_id: Mapped[UUID] = mapped_column(ForeignKey(Fee.id), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)  # from 1
    due_on: Mapped[date]
    amount: Mapped[Decimal]


class LedgerEntry(Base):
    """Something that happened to a fee. Never changed or deleted: corrected by another entry."""

    __tablename__ = "ledger_entries"

    id: Mapped[int] = mapped_column(Counter, primary_key=True, autoincrement=True)
    fee_id: Mapped[UUID] = mapped_column(ForeignKey(Fee.id), index=True)
    kind: Mapped[str]  # fee | payment | credit_note | refund
    entered_on: Mapped[date]
    reference: Mapped[str]  # the payment's, the credit note's reason
    created_at: Mapped[datetime]

    lines: Mapped[list["LedgerLine"]] = relationship(lazy="selectin", order_by="LedgerLine.number")

    __table_args__ = (
        Index(
            "ux_ledger_entries_payment_once",
            "fee_id",
            "kind",
            "reference",
            unique=True,
            postgresql_where=text("kind IN ('fee', 'payment', 'refund')"),
            sqlite_where=text("kind IN ('fee', 'payment', 'refund')"),
        ),
    )


class LedgerLine(Base):
    """One side of an entry: a debit is positive, a credit negative."""

    __tablename__ = "ledger_lines"

    entry_id: Mapped[int] = mapped_column(ForeignKey(LedgerEntry.id), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str]  # receivable | fee_income | bank
    amount: Mapped[Decimal]
