"""What the simulated DfE keeps. Times are aware UTC."""

from dataclasses import dataclass, field
from datetime import date, datetime

from enrolment.domain.dfe.declarations import Statement
from enrolment.domain.dfe.schedules import Schedule


@dataclass(frozen=True, slots=True)
class School:
    """A made-up school, as the register of schools would list it."""

    urn: str
    ukprn: str
    name: str
    trust_id: str | None
    trust_name: str | None
    local_authority: str
    phase: str
    establishment_type_code: str


@dataclass(frozen=True, slots=True)
class Setting:
    """Where someone works who is not at a school in England, as they told when they registered."""

    work_setting: str
    employer_name: str | None = None
    employment_type: str | None = None
    private_childcare_provider_urn: str | None = None
    itt_provider: str | None = None
    referred_by_return_to_teaching_adviser: bool = False
    in_england: bool = True
    country: str = "United Kingdom of Great Britain and Northern Ireland"
    country_code: str = "GBR"

    @property
    def lead_mentor(self) -> bool:
        """They mentor teachers in training."""
        return self.employment_type == "lead_mentor_for_accredited_itt_provider"


@dataclass(frozen=True, slots=True)
class IdChange:
    """A participant's id that was merged into another."""

    from_participant_id: str
    to_participant_id: str
    changed_at: datetime


@dataclass(slots=True)
class Person:
    """Someone who registered."""

    participant_id: str
    full_name: str
    email: str | None
    trn: str | None
    trn_verified: bool
    updated_at: datetime
    created_at: datetime
    previous_names: list[str] = field(default_factory=list)
    id_changes: list[IdChange] = field(default_factory=list)


@dataclass(slots=True)
class StateChange:
    """One entry in an application's history of training."""

    state: str  # active | deferred | withdrawn
    reason: str | None
    at: datetime
    lead_provider: str  # whose participant it was then


@dataclass(slots=True)
class Application:
    """One person, one course, one provider, one cohort."""

    application_id: str
    participant_id: str
    lead_provider: str
    course: str
    cohort: str
    school: School | None
    status_code: str  # of the funding decision
    eligible_for_funding: bool  # the stored flag
    funding_choice: str | None
    employment_role: str
    created_at: datetime
    updated_at: datetime
    setting: Setting | None = None
    in_england: bool = True
    headteacher_status: str = "no"
    works_as_senco: bool | None = None
    senco_start_date: date | None = None
    status: str = "pending"
    reason_for_rejection: str | None = None
    funded_place: bool | None = None
    targeted_delivery_funding: bool = False  # of registrations before 2026
    schedule: Schedule | None = None
    accepted_at: datetime | None = None
    training_status: str | None = None
    history: list[StateChange] = field(default_factory=list)

    def latest(self, state: str) -> StateChange | None:
        """The last time that training came into this state with the provider of today."""
        return next(
            (
                change
                for change in reversed(self.history)
                if change.state == state and change.lead_provider == self.lead_provider
            ),
            None,
        )


@dataclass(slots=True)
class Declaration:
    """A claim that a participant reached a milestone."""

    declaration_id: str
    application_id: str
    lead_provider: str
    cohort: str
    declaration_type: str
    declared_at: datetime
    state: str
    delivery_partner_id: str | None
    secondary_delivery_partner_id: str | None
    created_at: datetime
    updated_at: datetime
    statement_id: str | None = None
    clawback_statement_id: str | None = None
    superseded_by: str | None = None

    @property
    def billed_on(self) -> str | None:
        """The statement that pays, or paid, for it; one that is void or ineligible has none."""
        return None if self.state in ("voided", "ineligible") else self.statement_id


@dataclass(slots=True)
class OutcomeRecord:
    """Passed, failed or voided; never changed once made."""

    outcome_id: str
    declaration_id: str
    state: str
    completion_date: date
    created_at: datetime


@dataclass(slots=True)
class StatementRecord:
    """A provider's account of one month, for one cohort."""

    statement_id: str
    lead_provider: str
    cohort: str
    year: int
    month: int
    deadline_on: date
    paid_on: date
    output_fee: bool
    created_at: datetime
    updated_at: datetime
    state: str = "open"

    def as_fact(self) -> Statement:
        """What the rules look at."""
        return Statement(
            statement_id=self.statement_id,
            state=self.state,
            output_fee=self.output_fee,
            deadline_on=self.deadline_on,
        )


@dataclass(frozen=True, slots=True)
class DeliveryPartner:
    """A local deliverer, and the cohorts in which each provider confirmed it."""

    delivery_partner_id: str
    name: str
    cohorts: dict[str, tuple[str, ...]]  # lead provider → cohorts
    created_at: datetime
