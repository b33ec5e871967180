"""Outcomes: listing them, and making one by its endpoint.

A `completed` declaration makes one too, and voiding it another: see declarations.py.
"""

from datetime import date
from typing import Any

from dfe_simulator import rendering
from dfe_simulator.asking import Asking, text_or_none
from dfe_simulator.errors import Gone, refuse_if
from dfe_simulator.participants import found_participant
from dfe_simulator.records import Application, Declaration, OutcomeRecord
from enrolment.domain.dfe import outcomes as rules


def list_outcomes(asking: Asking) -> list[Any]:
    """All outcomes of the caller's declarations, oldest first."""
    world, since = asking.world, asking.instant("created_since")
    found = (
        record
        for record in world.outcomes.in_order()
        if world.declarations[record.declaration_id].lead_provider == asking.lead_provider
        and (since is None or record.created_at >= since)
    )
    return [rendering.outcome(world, record) for record in asking.page_of(found)]


def list_participant_outcomes(asking: Asking, participant_id: str) -> list[Any]:
    """One participant's outcomes; 410 for an id that was merged away."""
    world = asking.world
    if participant_id in world.retired_ids:
        raise Gone(world.retired_ids[participant_id])
    found_participant(asking, participant_id)
    found = [
        record
        for application in world.applications_of(participant_id)
        for declaration in world.declarations_of(application.application_id)
        for record in world.outcomes_of(declaration.declaration_id)
        if declaration.lead_provider == asking.lead_provider
    ]
    found.sort(key=lambda record: record.created_at)
    return [rendering.outcome(world, record) for record in asking.page_of(found)]


def create_outcome(asking: Asking, participant_id: str) -> Any:
    """Passed or failed; the outcome that is there already, where DfE would make none."""
    world, attributes = asking.world, asking.attributes()
    person = found_participant(asking, participant_id)
    request = rules.OutcomeRequest(
        course_identifier=text_or_none(attributes.get("course_identifier")),
        state=attributes.get("state"),
        completion_date=attributes.get("completion_date"),
    )
    completed = [
        (declaration, application)
        for application in world.applications_of(person.participant_id)
        for declaration in world.declarations_of(application.application_id)
        if declaration.declaration_type == "completed"
        and asking.lead_provider in (declaration.lead_provider, application.lead_provider)
    ]
    facts = [
        rules.CompletedDeclaration(course=application.course, state=declaration.state)
        for declaration, application in completed
    ]
    refuse_if(rules.check_outcome(request, facts, at=asking.at))
    declaration = _latest(completed, request.course_identifier)
    completion_date = rules.parse_completion_date(request.completion_date)
    existing = world.outcomes_of(declaration.declaration_id)
    latest = existing[-1] if existing else None
    if completion_date is None:
        raise AssertionError("a date that was checked cannot be read")
    state = str(request.state)
    if latest is not None:
        known = rules.Outcome(state=latest.state, completion_date=latest.completion_date)
        if rules.repeats_outcome(known, state=state, completion_date=completion_date):
            return rendering.outcome(world, latest)
    return rendering.outcome(world, add(asking, declaration, state, completion_date))


def _latest(completed: list[tuple[Declaration, Application]], course: str | None) -> Declaration:
    counting = [
        declaration
        for declaration, application in completed
        if application.course == course and declaration.state in rules.COUNTING_STATES
    ]
    return sorted(counting, key=lambda declaration: declaration.created_at)[-1]


def add(
    asking: Asking, declaration: Declaration, state: str, completion_date: date
) -> OutcomeRecord:
    """Store an outcome of a declaration."""
    record = OutcomeRecord(
        outcome_id=asking.new_id(),
        declaration_id=declaration.declaration_id,
        state=state,
        completion_date=completion_date,
        created_at=asking.at,
    )
    asking.world.add_outcome(record)
    return record
