"""What the simulated DfE knows: people, applications, declarations, outcomes, statements.

All in memory; a lock lets one request at a time read or change it. Times are aware UTC.
"""

import threading
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta

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
from enrolment.domain.dfe.schedules import Schedule, cohort_year, schedules_of_cohort


class World:
    """Everything at once, with the indexes that the questions need."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.tokens: dict[str, str] = {}  # bearer token → lead provider
        self.cohorts: dict[str, str] = {}  # identifier → zero | capped | full
        self.contracts: set[tuple[str, str, str]] = set()  # lead provider, cohort, course
        self.schools: list[School] = []
        self.people: dict[str, Person] = {}
        self.retired_ids: dict[str, IdChange] = {}
        self.applications: dict[str, Application] = {}
        self.declarations: dict[str, Declaration] = {}
        self.outcomes: list[OutcomeRecord] = []
        self.statements: dict[str, StatementRecord] = {}
        self.delivery_partners: dict[str, DeliveryPartner] = {}
        self._of_trn: dict[str, list[Person]] = defaultdict(list)
        self._of_person: dict[str, list[Application]] = defaultdict(list)
        self._of_application: dict[str, list[Declaration]] = defaultdict(list)
        self._outcomes_of: dict[str, list[OutcomeRecord]] = defaultdict(list)
        self._of_statement: dict[str, list[Declaration]] = defaultdict(list)
        self._rolled_to: date | None = None

    def add_person(self, person: Person) -> None:
        """Keep someone who registered."""
        self.people[person.participant_id] = person
        if person.trn is not None:
            self._of_trn[person.trn].append(person)

    def give_trn(self, person: Person, trn: str) -> None:
        """Someone who had none has a verified TRN now."""
        person.trn, person.trn_verified = trn, True
        self._of_trn[trn].append(person)

    def add_application(self, application: Application) -> None:
        """Keep an application under its person."""
        self.applications[application.application_id] = application
        self._of_person[application.participant_id].append(application)

    def add_declaration(self, declaration: Declaration) -> None:
        """Keep a declaration under its application and its statement."""
        self.declarations[declaration.declaration_id] = declaration
        self._of_application[declaration.application_id].append(declaration)
        if declaration.statement_id:
            self._of_statement[declaration.statement_id].append(declaration)

    def attach_clawback(self, declaration: Declaration, statement_id: str) -> None:
        """The refund appears on this statement."""
        declaration.clawback_statement_id = statement_id
        self._of_statement[statement_id].append(declaration)

    def add_outcome(self, outcome: OutcomeRecord) -> None:
        """Keep an outcome under its declaration, which counts as changed by it."""
        self.outcomes.append(outcome)
        self._outcomes_of[outcome.declaration_id].append(outcome)
        self.declarations[outcome.declaration_id].updated_at = outcome.created_at

    def applications_of(self, participant_id: str) -> list[Application]:
        """All of a person's applications, with any provider."""
        return self._of_person[participant_id]

    def declarations_of(self, application_id: str) -> list[Declaration]:
        """All declarations of an application, in any state."""
        return self._of_application[application_id]

    def outcomes_of(self, declaration_id: str) -> list[OutcomeRecord]:
        """The outcomes of a declaration, oldest first."""
        return self._outcomes_of[declaration_id]

    def same_trn(self, person: Person) -> Iterator[Person]:
        """Other accounts with this person's TRN, verified or not."""
        theirs = self._of_trn[person.trn] if person.trn else []
        return (
            other
            for other in theirs
            if other is not person and other.participant_id in self.people  # not merged away
        )

    def schedules(self, cohort: str) -> dict[str, Schedule]:
        """The schedules of a cohort by their identifiers."""
        return {schedule.identifier: schedule for schedule in schedules_of_cohort(cohort)}

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
        return [
            record.as_fact()
            for record in self.statements.values()
            if record.lead_provider == lead_provider and record.cohort == cohort
        ]

    def confirmed_partners(self, lead_provider: str, cohort: str) -> frozenset[str]:
        """Ids of the delivery partners that a provider confirmed for a cohort."""
        return frozenset(
            partner.delivery_partner_id
            for partner in self.delivery_partners.values()
            if cohort in partner.cohorts.get(lead_provider, ())
        )

    def merge(self, former_id: str, new_id: str, at: datetime) -> IdChange:
        """Move everything of one participant to another, as DfE does with double accounts."""
        change = IdChange(former_id, new_id, at)
        person = self.people[new_id]
        for application in self._of_person.pop(former_id, []):
            application.participant_id = new_id
            application.updated_at = at
            self._of_person[new_id].append(application)
        del self.people[former_id]
        person.id_changes.append(change)
        person.updated_at = at
        self.retired_ids[former_id] = change
        return change

    def roll_to(self, today: date, at: datetime) -> None:
        """Let the days pass: a statement closes on the day after its deadline, and is paid on its
        payment day (at DfE a person authorises that). Days never go back.
        """
        if self._rolled_to is not None and today <= self._rolled_to:
            return
        self._rolled_to = today
        for statement in self.statements.values():
            if statement.state == "open" and statement.deadline_on < today:
                self._move(statement, "payable", {"eligible": "payable"}, at)
            if statement.state == "payable" and statement.paid_on <= today:
                paying = {"payable": "paid", "awaiting_clawback": "clawed_back"}
                self._move(statement, "paid", paying, at)

    def _move(
        self, statement: StatementRecord, state: str, moves: dict[str, str], at: datetime
    ) -> None:
        statement.state, statement.updated_at = state, at
        for declaration in self._of_statement[statement.statement_id]:
            refund = declaration.clawback_statement_id == statement.statement_id
            if refund == (declaration.state == "awaiting_clawback") and declaration.state in moves:
                declaration.state, declaration.updated_at = moves[declaration.state], at

    def live_declarations(self, application: Application) -> list[Declaration]:
        """Those that hold the application fast."""
        return [
            declaration
            for declaration in self.declarations_of(application.application_id)
            if declaration.state in LIVE_STATES
        ]


def add_statements(world: World, lead_provider: str, cohort: str, ids: Iterator[str]) -> None:
    """A statement for each month of a cohort, from its autumn on for four years.

    As in DfE's seeds: output fees in March, June, September, December and the last month; the
    deadline about the 25th of the month before, the payment a month later.
    """
    year = cohort_year(cohort)
    months = [(year + (8 + n) // 12, (8 + n) % 12 + 1) for n in range(48)]
    for number, (in_year, month) in enumerate(months):
        paid_on = date(in_year, month, 25)
        deadline_on = (paid_on.replace(day=1) - timedelta(days=1)).replace(day=25)
        made_at = datetime.fromisoformat(f"{year}-06-01T00:00:00+00:00")
        statement = StatementRecord(
            statement_id=next(ids),
            lead_provider=lead_provider,
            cohort=cohort,
            year=in_year,
            month=month,
            deadline_on=deadline_on,
            paid_on=paid_on,
            output_fee=month % 3 == 0 or number == len(months) - 1,
            created_at=made_at,
            updated_at=made_at,
        )
        world.statements[statement.statement_id] = statement
