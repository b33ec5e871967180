"""What DfE's records are to us: the facts that enrolment uses, read by `reading.py`.

States have underscores (`awaiting_clawback`), whatever DfE writes. `cohort` has the suffix: 2026b.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, kw_only=True, slots=True)
class DfeApplication:
    """An application as DfE shows it."""

    id: UUID
    participant_id: UUID
    full_name: str
    email: str | None
    trn: str | None
    trn_verified: bool
    course: str
    cohort: str
    status: str
    reason_for_rejection: str | None
    schedule: str | None
    funded_place: bool | None
    eligible_for_funding: bool
    ineligible_for_funding_reason: str | None
    targeted_delivery_funding: bool
    school_urn: str | None
    in_england: bool
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class DfeEnrolment:
    """An accepted application, within its participant.

    `training_reason` and `training_changed_at` are of the deferral or withdrawal it is in.
    """

    application_id: UUID
    course: str
    cohort: str
    schedule: str | None
    training_status: str | None
    training_reason: str | None
    training_changed_at: datetime | None
    funded_place: bool | None


@dataclass(frozen=True, kw_only=True, slots=True)
class DfeIdChange:
    """A merge of participants at DfE: the first id is retired, the second stands for both."""

    former_id: UUID
    into_id: UUID


@dataclass(frozen=True, kw_only=True, slots=True)
class DfeParticipant:
    """A participant with their accepted applications, and the merges that led to them."""

    id: UUID
    full_name: str
    trn: str | None
    updated_at: datetime
    enrolments: list[DfeEnrolment]
    id_changes: list[DfeIdChange]

    def enrolment(self, application_id: UUID) -> DfeEnrolment | None:
        """The one of this application, if DfE shows it."""
        return next((e for e in self.enrolments if e.application_id == application_id), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class DfeDeclaration:
    """A declaration as DfE shows it. Ineligible ones of another account have no reason there.

    `lead_provider`: the name of the one that made it, which need not be us: with an application
    that was transferred to us come the declarations of who had it before.
    """

    id: UUID
    application_id: UUID | None
    participant_id: UUID
    declaration_type: str
    declaration_date: datetime
    course: str
    state: str
    has_passed: bool | None
    delivery_partner_id: UUID | None
    secondary_delivery_partner_id: UUID | None
    statement_id: UUID | None
    clawback_statement_id: UUID | None
    updated_at: datetime
    lead_provider: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class DfeOutcome:
    """An outcome as DfE shows it: passed, failed or voided."""

    id: UUID | None
    participant_id: UUID
    course: str
    state: str
    completion_date: date
    created_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class DfeStatement:
    """A month's account with DfE: its dates, and whether it is paid. No amounts: DfE tells none.

    `cohort` is the start year alone; `month` 1 to 12. The list has output statements only.
    """

    id: UUID
    month: int
    year: int
    cohort: str
    cut_off_date: date
    payment_date: date
    paid: bool
    updated_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class DfeDeliveryPartner:
    """A delivery partner as DfE shows it; `cohorts` are the start years it is confirmed for."""

    id: UUID
    name: str
    cohorts: list[int]
