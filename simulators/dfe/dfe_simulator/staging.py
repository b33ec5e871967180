"""A world set up by hand, record by record: for behaviour cases and for tests.

What is not told gets a plain value. Times of creation go on by a minute with each record, so that
records are listed in the order in which they were made.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from dfe_simulator.records import (
    Application,
    Declaration,
    DeliveryPartner,
    IdChange,
    OutcomeRecord,
    Person,
    StateChange,
    StatementRecord,
)
from dfe_simulator.world import World
from enrolment.domain.dfe.courses import HEADSHIP
from enrolment.domain.dfe.schedules import Schedule

BEGINNING = datetime(2021, 1, 4, 9, tzinfo=UTC)


class StagedWorld(World):
    """A world whose cohorts have the schedules that were set for them, where any were."""

    def __init__(self) -> None:
        super().__init__()
        self._set: dict[str, dict[str, Schedule]] = {}
        self._made = 0

    def set_schedules(self, cohort: str, schedules: Iterable[Schedule]) -> None:
        """The schedules of a cohort from now on, and no others."""
        self._set[cohort] = {schedule.identifier: schedule for schedule in schedules}

    def schedules(self, cohort: str) -> dict[str, Schedule]:
        """Those that were set, else the usual ones."""
        return self._set[cohort] if cohort in self._set else super().schedules(cohort)

    def next_instant(self) -> datetime:
        """A minute after the last."""
        self._made += 1
        return BEGINNING + timedelta(minutes=self._made)

    def stage_person(self, participant_id: str, **told: Any) -> Person:
        """Someone with a name; further fields as told."""
        at = self.next_instant()
        known: dict[str, Any] = {"email": "staged@example.org", "trn": None, "trn_verified": False}
        known |= {"full_name": "Staged Person", "created_at": at, "updated_at": at}
        person = Person(participant_id=participant_id, **(known | told))
        self.add_person(person)
        return person

    def stage_application(self, application_id: str, participant_id: str, **told: Any) -> Any:
        """A pending application of a person who was staged; one that is accepted is in training."""
        at = self.next_instant()
        known: dict[str, Any] = {
            "course": HEADSHIP,
            "school": None,
            "status_code": "funded",
            "eligible_for_funding": True,
            "funding_choice": None,
            "employment_role": "Deputy headteacher",
            "created_at": at,
            "updated_at": at,
        }
        application = Application(
            application_id=application_id, participant_id=participant_id, **(known | told)
        )
        if application.status == "accepted":
            application.accepted_at = application.accepted_at or at
            application.training_status = application.training_status or "active"
        self.add_application(application)
        return application

    def stage_training(self, application: Application, state: str, at: datetime) -> None:
        """Its training came into this state."""
        application.training_status = state
        reason = None if state == "active" else "other"
        application.history.append(StateChange(state, reason, at, application.lead_provider))

    def stage_declaration(
        self, declaration_id: str, application: Application, **told: Any
    ) -> Declaration:
        """A declaration of an application, made by the provider that has it."""
        at = self.next_instant()
        known: dict[str, Any] = {
            "lead_provider": application.lead_provider,
            "cohort": application.cohort,
            "declaration_type": "started",
            "declared_at": at,
            "state": "submitted",
            "delivery_partner_id": None,
            "secondary_delivery_partner_id": None,
            "created_at": at,
            "updated_at": at,
        }
        declaration = Declaration(
            declaration_id=declaration_id,
            application_id=application.application_id,
            **(known | told),
        )
        self.add_declaration(declaration)
        return declaration

    def stage_outcome(
        self, outcome_id: str, declaration: Declaration, state: str, completion_date: date
    ) -> OutcomeRecord:
        """An outcome of a declaration."""
        outcome = OutcomeRecord(
            outcome_id=outcome_id,
            declaration_id=declaration.declaration_id,
            state=state,
            completion_date=completion_date,
            created_at=self.next_instant(),
        )
        self.add_outcome(outcome)
        return outcome

    def stage_statement(
        self, statement_id: str, lead_provider: str, cohort: str, **told: Any
    ) -> StatementRecord:
        """A statement; its month is that of its payment, a month after the deadline unless told."""
        at = self.next_instant()
        deadline_on = told.pop("deadline_on", date(2026, 12, 25))
        paid_on = told.pop("paid_on", deadline_on + timedelta(days=31))
        known: dict[str, Any] = {
            "state": "open",
            "output_fee": True,
            "created_at": at,
            "updated_at": at,
        }
        statement = StatementRecord(
            statement_id=statement_id,
            lead_provider=lead_provider,
            cohort=cohort,
            year=paid_on.year,
            month=paid_on.month,
            deadline_on=deadline_on,
            paid_on=paid_on,
            **(known | told),
        )
        self.add_statement(statement)
        return statement

    def stage_partner(
        self, delivery_partner_id: str, confirmed: Mapping[str, Iterable[str]]
    ) -> None:
        """A delivery partner. `confirmed`: lead provider → cohorts."""
        self.delivery_partners[delivery_partner_id] = DeliveryPartner(
            delivery_partner_id=delivery_partner_id,
            name=f"Staged Partner {len(self.delivery_partners) + 1}",
            cohorts={provider: tuple(cohorts) for provider, cohorts in confirmed.items()},
            created_at=self.next_instant(),
        )

    def stage_retired_id(self, former_id: str, new_id: str) -> None:
        """A participant's id that DfE merged into another's, who was staged."""
        change = IdChange(former_id, new_id, self.next_instant())
        self.retired_ids[former_id] = change
        self.people[new_id].id_changes.append(change)
