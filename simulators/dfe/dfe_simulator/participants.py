"""The endpoints under `participants/npq`: people and their training."""

from typing import Any

from dfe_simulator import errors, rendering
from dfe_simulator.applications import latest_accepted
from dfe_simulator.asking import Asking, text_or_none
from dfe_simulator.errors import Gone, Missing, refuse_if
from dfe_simulator.records import Application, Person, StateChange
from dfe_simulator.world import World
from enrolment.domain.dfe import courses
from enrolment.domain.dfe import participants as rules
from enrolment.domain.dfe.messages import Problem
from enrolment.domain.dfe.schedules import cohort_year, group_of_schedule


def list_participants(asking: Asking) -> list[Any]:
    """People with an accepted application with the caller."""
    world, since = asking.world, asking.instant("updated_since")
    status, former = asking.filtered("training_status"), asking.filtered("from_participant_id")
    if status is not None and status not in ("active", "deferred", "withdrawn"):
        raise errors.Unprocessable([Problem("Unpermitted parameters", errors.TRAINING_STATUS)])
    found = [
        person
        for person in world.people.values()
        if _is_ours(world, person, asking.lead_provider)
        and (since is None or _changed_at(world, person) >= since)
        and (status is None or status in _statuses(world, person))
        and (former is None or former in {c.from_participant_id for c in person.id_changes})
    ]
    columns = {
        "created_at": lambda person: person.created_at,
        "updated_at": lambda person: person.updated_at,
        "full_name": lambda person: person.full_name,
    }
    page = asking.page_of(asking.sorted_by(found, columns, "created_at"))
    return [rendering.participant(world, person, asking.lead_provider) for person in page]


def _is_ours(world: World, person: Person, lead_provider: str) -> bool:
    return any(
        record.lead_provider == lead_provider and record.status == "accepted"
        for record in world.applications_of(person.participant_id)
    )


def _changed_at(world: World, person: Person) -> Any:
    theirs = world.applications_of(person.participant_id)
    return max([person.updated_at, *(record.updated_at for record in theirs)])


def _statuses(world: World, person: Person) -> set[str | None]:
    return {record.training_status for record in world.applications_of(person.participant_id)}


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
    world, person = asking.world, found_participant(asking, participant_id)
    attributes = asking.attributes()
    course = text_or_none(attributes.get("course_identifier"))
    record = latest_accepted(world, participant_id, course, asking.lead_provider)
    training = None
    if record is not None:
        declared = world.declarations_of(record.application_id)
        training = rules.TrainingFacts(
            training_status=record.training_status or "active",
            declarations=[(made.declaration_type, made.state) for made in declared],
        )
    return person, course, record, training, text_or_none(attributes.get("reason"))


def _changed(
    asking: Asking, person: Person, record: Application | None, status: str, reason: str | None
) -> Any:
    if record is None:
        raise Missing
    record.training_status, record.updated_at = status, asking.at
    record.history.append(StateChange(status, reason, asking.at))
    return _rendered(asking, person)


def change_schedule(asking: Asking, participant_id: str) -> Any:
    """Move someone to another schedule, and perhaps to another cohort."""
    world, person = asking.world, found_participant(asking, participant_id)
    attributes = asking.attributes()
    course = text_or_none(attributes.get("course_identifier"))
    record = latest_accepted(world, participant_id, course, asking.lead_provider)
    if record is None:
        refuse_if(rules.check_participant_course(course, None))
        raise Missing
    wanted = text_or_none(attributes.get("schedule_identifier"))
    year = str(attributes.get("cohort") or cohort_year(record.cohort))
    target = _target(asking, record, wanted, year)
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


def _target(
    asking: Asking, record: Application, wanted: str | None, year: str
) -> rules.ScheduleTarget | None:
    world = asking.world
    cohorts = sorted((c for c in world.cohorts if str(cohort_year(c)) == year), reverse=True)
    for cohort in cohorts:
        schedule = world.schedules(cohort).get(wanted or "")
        if schedule is not None:
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
    return None
