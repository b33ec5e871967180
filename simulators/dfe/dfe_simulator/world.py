"""What the simulated DfE knows: people, applications, declarations, outcomes, statements.

All in memory, in the order of creation, which is the order of DfE's lists. Times are aware UTC.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from functools import lru_cache
from typing import Protocol, TypeVar

from dfe_simulator.planning import HIGHEST_TRN, MOST_PEOPLE
from dfe_simulator.records import (
    Application,
    Declaration,
    DeliveryPartner,
    IdChange,
    OutcomeRecord,
    Person,
    School,
    StatementRecord,
)
from enrolment.domain.dfe.applications import LIVE_STATES
from enrolment.domain.dfe.declarations import Statement
from enrolment.domain.dfe.funding import FundingHistory, FundingView, funding_view
from enrolment.domain.dfe.funding import is_previously_funded as uses_up_funding
from enrolment.domain.dfe.schedules import Schedule, schedules_of_cohort


class _Created(Protocol):
    @property
    def created_at(self) -> datetime: ...


Record = TypeVar("Record", bound=_Created)


class InOrder(dict[str, Record]):
    """Records by id, which `in_order` gives as DfE lists them: the oldest first.

    They are put in order when one came that is older than the last, and somebody looks.
    """

    def __init__(self) -> None:
        super().__init__()
        self._latest: datetime | None = None
        self._mixed = False

    def keep(self, key: str, record: Record) -> None:
        """Add a record."""
        if self._latest is not None and record.created_at < self._latest:
            self._mixed = True
        else:
            self._latest = record.created_at
        self[key] = record

    def in_order(self) -> Iterable[Record]:
        """All of them by their creation, those of one instant as they came."""
        if self._mixed:
            ordered = sorted(self.items(), key=lambda item: item[1].created_at)
            self.clear()
            self.update(ordered)
            self._mixed = False
        return self.values()


class World:
    """Everything at once, with the indexes that the questions need."""

    def __init__(self) -> None:
        self.tokens: dict[str, str] = {}  # bearer token → lead provider
        self.cohorts: dict[str, str] = {}  # identifier → zero | capped | full
        self.contracts: set[tuple[str, str, str]] = set()  # lead provider, cohort, course
        self.schools: list[School] = []
        self.people: InOrder[Person] = InOrder()
        self.retired_ids: dict[str, IdChange] = {}
        self.applications: InOrder[Application] = InOrder()
        self.declarations: InOrder[Declaration] = InOrder()
        self.outcomes: InOrder[OutcomeRecord] = InOrder()
        self.statements: dict[str, StatementRecord] = {}
        self.delivery_partners: dict[str, DeliveryPartner] = {}
        self.day: date | None = None  # up to which the days have passed
        self.changes = 0  # committed since the seed
        self.registered = 0  # people, ever
        self.allocated_trns = 0
        self._of_trn: dict[str, list[Person]] = defaultdict(list)
        self._of_person: dict[str, list[Application]] = defaultdict(list)
        self._of_application: dict[str, list[Declaration]] = defaultdict(list)
        self._outcomes_of: dict[str, list[OutcomeRecord]] = defaultdict(list)
        self._on_statement: dict[str, list[Declaration]] = defaultdict(list)
        self._statements_of: dict[tuple[str, str], list[StatementRecord]] = defaultdict(list)

    def add_person(self, person: Person) -> None:
        """Keep someone who registered."""
        self.people.keep(person.participant_id, person)
        if person.trn is not None:
            self._of_trn[person.trn].append(person)

    def give_trn(self, person: Person, trn: str, at: datetime) -> None:
        """Someone who had none has a verified TRN now."""
        person.trn, person.trn_verified, person.updated_at = trn, True, at
        self._of_trn[trn].append(person)

    def allocate_trn(self, person: Person, at: datetime) -> None:
        """Who has no TRN is given one on acceptance: below those of all who registered with one."""
        self.give_trn(person, str(HIGHEST_TRN - MOST_PEOPLE - self.allocated_trns), at)
        self.allocated_trns += 1

    def add_application(self, application: Application) -> None:
        """Keep an application under its person."""
        self.applications.keep(application.application_id, application)
        self._of_person[application.participant_id].append(application)

    def add_declaration(self, declaration: Declaration) -> None:
        """Keep a declaration under its application and its statement."""
        self.declarations.keep(declaration.declaration_id, declaration)
        self._of_application[declaration.application_id].append(declaration)
        if declaration.statement_id:
            self._on_statement[declaration.statement_id].append(declaration)

    def attach_clawback(self, declaration: Declaration, statement_id: str) -> None:
        """The refund appears on this statement."""
        declaration.clawback_statement_id = statement_id
        self._on_statement[statement_id].append(declaration)

    def add_outcome(self, outcome: OutcomeRecord) -> None:
        """Keep an outcome under its declaration, which counts as changed by it."""
        self.outcomes.keep(outcome.outcome_id, outcome)
        self._outcomes_of[outcome.declaration_id].append(outcome)
        self.declarations[outcome.declaration_id].updated_at = outcome.created_at

    def add_statement(self, statement: StatementRecord) -> None:
        """Keep a statement under its provider and cohort."""
        self.statements[statement.statement_id] = statement
        self._statements_of[statement.lead_provider, statement.cohort].append(statement)

    def applications_of(self, participant_id: str) -> list[Application]:
        """All of a person's applications, with any provider."""
        return self._of_person.get(participant_id, [])

    def declarations_of(self, application_id: str) -> list[Declaration]:
        """All declarations of an application, in any state."""
        return self._of_application.get(application_id, [])

    def declarations_on(self, statement_id: str) -> list[Declaration]:
        """The declarations that were ever put on a statement, to be paid or to be clawed back."""
        return self._on_statement.get(statement_id, [])

    def outcomes_of(self, declaration_id: str) -> list[OutcomeRecord]:
        """The outcomes of a declaration, oldest first."""
        return self._outcomes_of.get(declaration_id, [])

    def same_trn(self, person: Person) -> Iterator[Person]:
        """Other accounts with this person's TRN, verified or not."""
        theirs = self._of_trn.get(person.trn, []) if person.trn else []
        return (
            other
            for other in theirs
            if other is not person
            and other.trn == person.trn
            and other.participant_id in self.people  # not merged away
        )

    def schedules(self, cohort: str) -> dict[str, Schedule]:
        """The schedules of a cohort by their identifiers."""
        return _schedules(cohort)

    def funding_of(self, application: Application) -> FundingView:
        """The derived funding values of an application."""
        others = [
            FundingHistory(
                course=other.course,
                status=other.status,
                eligible_for_funding=other.eligible_for_funding,
                funded_place=other.funded_place,
            )
            for other in self.applications_of(application.participant_id)
            if other is not application
        ]
        return funding_view(
            eligible_for_funding=application.eligible_for_funding,
            funded_place=application.funded_place,
            previously_funded=uses_up_funding(application.course, others),
            status_code=application.status_code,
        )

    def statements_of(self, lead_provider: str, cohort: str) -> list[Statement]:
        """A provider's statements for a cohort, as the rules see them."""
        return [record.as_fact() for record in self._statements_of[lead_provider, cohort]]

    def confirmed_partners(self, lead_provider: str, cohort: str) -> frozenset[str]:
        """Ids of the delivery partners that a provider confirmed for a cohort."""
        return frozenset(
            partner.delivery_partner_id
            for partner in self.delivery_partners.values()
            if cohort in partner.cohorts.get(lead_provider, ())
        )

    def merge(self, former_id: str, new_id: str, at: datetime) -> IdChange:
        """Move everything of one participant to another, as DfE does with double accounts.

        Raises ValueError when either is not there.
        """
        if former_id == new_id or not {former_id, new_id} <= self.people.keys():
            raise ValueError("two participants are merged, both of whom are there")
        change = IdChange(former_id, new_id, at)
        person, former = self.people[new_id], self.people.pop(former_id)
        for application in self._of_person.pop(former_id, []):
            application.participant_id = new_id
            application.updated_at = at
            self._of_person[new_id].append(application)
        self._of_person[new_id].sort(key=lambda application: application.created_at)
        person.id_changes += [*former.id_changes, change]
        person.updated_at = at
        self.retired_ids[former_id] = change
        return change

    def live_declarations(self, application: Application) -> list[Declaration]:
        """Those that hold the application fast."""
        return [
            declaration
            for declaration in self.declarations_of(application.application_id)
            if declaration.state in LIVE_STATES
        ]


@lru_cache(maxsize=64)
def _schedules(cohort: str) -> dict[str, Schedule]:
    return {schedule.identifier: schedule for schedule in schedules_of_cohort(cohort)}
