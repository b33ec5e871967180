"""The endpoints under `participants/npq`: people and their training."""

from datetime import datetime
from typing import Any

from dfe_simulator import rendering
from dfe_simulator.applications import latest_accepted
from dfe_simulator.asking import Asking, Columns, text_or_none
from dfe_simulator.errors import Gone, Missing, Unprocessable, refuse_if
from dfe_simulator.records import Application, Person, StateChange
from dfe_simulator.world import World
from enrolment.domain.dfe import courses, filters
from enrolment.domain.dfe import participants as rules
from enrolment.domain.dfe.messages import SCHEDULE_NEEDED
from enrolment.domain.dfe.schedules import cohort_year, group_of_schedule

COLUMNS: Columns = {
    "id": lambda person: person.created_at,  # numbers, in the order of creation
    "ecf_id": lambda person: person.participant_id,
    "created_at": lambda person: person.created_at,
    "updated_at": lambda person: person.updated_at,
    "significantly_updated_at": lambda person: person.updated_at,
    "full_name": lambda person: person.full_name,
    "email": lambda person: person.email,
    "trn": lambda person: person.trn,
    "trn_verified": lambda person: person.trn_verified,
}


def list_participants(asking: Asking) -> list[Any]:
    """People with an accepted application with the caller."""
    world, since = asking.world, asking.instant("updated_since")
    status, former = asking.filtered("training_status"), asking.filtered("from_participant_id")
    refuse_if(filters.check_training_status(status))
    found = (
        person
        for person in world.people.in_order()
        if _is_ours(world, person, asking.lead_provider, status)
        and (since is None or _changed_at(world, person) >= since)
        and (former is None or former.lower() in {c.from_participant_id for c in person.id_changes})
    )
    page = asking.page_of(asking.sorted_by(found, COLUMNS))
    return [rendering.participant(world, person, asking.lead_provider) for person in page]


def _is_ours(
    world: World, person: Person, lead_provider: str, training_status: str | None = None
) -> bool:
    return any(
        record.lead_provider == lead_provider
        and record.status == "accepted"
        and training_status in (None, record.training_status)
        for record in world.applications_of(person.participant_id)
    )


def _changed_at(world: World, person: Person) -> datetime:
    theirs = world.applications_of(person.participant_id)
    return max([person.updated_at, *(record.updated_at for record in theirs)])


def one_participant(asking: Asking, participant_id: str) -> Any:
    """One of the caller's participants; 410 for an id that was merged away."""
    if participant_id in asking.world.retired_ids:
        raise Gone(asking.world.retired_ids[participant_id])
    return _rendered(asking, found_participant(asking, participant_id))


def found_participant(asking: Asking, participant_id: str) -> Person:
    """One of the caller's; raises Missing for any other, a merged one too."""
    person = asking.world.people.get(participant_id)
    if person is None or not _is_ours(asking.world, person, asking.lead_provider):
        raise Missing
    return person


def _rendered(asking: Asking, person: Person) -> Any:
    return rendering.participant(asking.world, person, asking.lead_provider)


def defer(asking: Asking, participant_id: str) -> Any:
    """Pause someone's training."""
    person, course, record, training, reason = _action(asking, participant_id)
    refuse_if(rules.check_defer(course, training, reason=reason))
    return _changed(asking, person, record, "deferred", reason)


def withdraw(asking: Asking, participant_id: str) -> Any:
    """End someone's training early."""
    person, course, record, training, reason = _action(asking, participant_id)
    refuse_if(rules.check_withdraw(course, training, reason=reason))
    return _changed(asking, person, record, "withdrawn", reason)


def resume(asking: Asking, participant_id: str) -> Any:
    """Let someone go on."""
    person, course, record, training, _reason = _action(asking, participant_id)
    refuse_if(rules.check_resume(course, training))
    return _changed(asking, person, record, "active", None)


def _action(
    asking: Asking, participant_id: str
) -> tuple[Person, str | None, Application | None, rules.TrainingFacts | None, str | None]:
    world, attributes = asking.world, asking.attributes()
    person = found_participant(asking, participant_id)
    course = text_or_none(attributes.get("course_identifier"))
    record = latest_accepted(world, participant_id, course, asking.lead_provider)
    training = None
    if record is not None:
        declared = world.declarations_of(record.application_id)
        training = rules.TrainingFacts(
            training_status=record.training_status,
            declarations=[(made.declaration_type, made.state) for made in declared],
        )
    return person, course, record, training, text_or_none(attributes.get("reason"))


def _changed(
    asking: Asking, person: Person, record: Application | None, status: str, reason: str | None
) -> Any:
    if record is None:
        raise Missing
    record.training_status, record.updated_at = status, asking.at
    record.history.append(StateChange(status, reason, asking.at, asking.lead_provider))
    return _rendered(asking, person)


def change_schedule(asking: Asking, participant_id: str) -> Any:
    """Move someone to another schedule, and perhaps to another cohort."""
    world, attributes = asking.world, asking.attributes()
    person = found_participant(asking, participant_id)
    course = text_or_none(attributes.get("course_identifier"))
    record = latest_accepted(world, participant_id, course, asking.lead_provider)
    wanted = text_or_none(attributes.get("schedule_identifier"))
    year = text_or_none(attributes.get("cohort"))
    if record is None:
        problems = rules.check_participant_course(course, None)
        if not wanted or (year and _cohort_with(world, wanted, year) is None):
            problems.append(SCHEDULE_NEEDED)
        raise Unprocessable(problems)
    target = _target(asking, record, wanted or "", year or str(cohort_year(record.cohort)))
    facts = rules.ScheduledFacts(
        training_status=record.training_status or "active",
        cohort=record.cohort,
        cohort_funding=world.cohorts[record.cohort],
        schedule=record.schedule.identifier if record.schedule else None,
        eligible_for_funding=record.eligible_for_funding,
        funded_place=record.funded_place,
        declarations=[
            (made.declaration_type, made.state, made.declared_at)
            for made in world.declarations_of(record.application_id)
        ],
    )
    refuse_if(rules.check_change_schedule(facts, target))
    if target is not None:
        record.funded_place = rules.funded_place_on(facts, target)
        record.cohort = target.cohort
        record.schedule = world.schedules(target.cohort)[target.schedule]
        record.updated_at = asking.at
    return _rendered(asking, person)


def _cohort_with(world: World, schedule: str, year: str) -> str | None:
    """The latest cohort of a year that has the schedule. Of `2026b` the digits count."""
    number = filters.leading_number(year)
    cohorts = sorted((c for c in world.cohorts if cohort_year(c) == number), reverse=True)
    return next((cohort for cohort in cohorts if schedule in world.schedules(cohort)), None)


def _target(
    asking: Asking, record: Application, wanted: str, year: str
) -> rules.ScheduleTarget | None:
    world = asking.world
    cohort = _cohort_with(world, wanted, year)
    if cohort is None:
        return None
    schedule = world.schedules(cohort)[wanted]
    return rules.ScheduleTarget(
        cohort=cohort,
        cohort_funding=world.cohorts[cohort],
        schedule=schedule.identifier,
        applies_from=schedule.applies_from,
        allowed_declaration_types=schedule.allowed_declaration_types,
        course_group_matches=group_of_schedule(schedule.identifier)
        == courses.GROUPS[record.course],
        has_contract=(asking.lead_provider, cohort, record.course) in world.contracts,
    )
