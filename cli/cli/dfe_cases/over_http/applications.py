"""Accept, reject, change the funded place: asked of the simulator."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from cli.dfe_cases.applications import cohort_name, rival_id
from cli.dfe_cases.funding import is_same_user
from cli.dfe_cases.over_http.stage import NotStaged, Stage, now_of
from cli.dfe_cases.suites import CALLER, Json, caller_of
from dfe_simulator.records import Application
from enrolment.domain.dfe import courses
from enrolment.domain.dfe.schedules import Schedule, cohort_year, default_schedule


def accept(stage: Stage, given: Json) -> Json:
    """Accept an application, among the person's others."""
    wanted = given["application"]
    cohort, course = cohort_name(wanted["cohort"]), wanted["course"]
    at = _when_default(given, cohort, course)
    world = stage.clear()
    world.cohorts[cohort] = given["cohort_funding"]
    identifiers = given.get("schedules_in_cohort") or ()
    world.set_schedules(cohort, _schedules(cohort, identifiers))
    record = _stage_application(stage, wanted, given)
    twin = None
    for number, other in enumerate(given.get("other_applications") or ()):
        participant_id = record.participant_id
        if other.get("same_verified_trn_other_person"):
            if twin is None:
                twin = world.stage_person(stage.id_of("P2"), trn="9999991", trn_verified=True)
            participant_id = twin.participant_id
        elif not is_same_user(other):
            participant_id = world.stage_person(stage.id_of(f"P{number + 3}")).participant_id
        rival_cohort = cohort_name(other["cohort"])
        world.cohorts.setdefault(rival_cohort, "capped")
        world.stage_application(
            stage.id_of(rival_id(number, other)),
            participant_id,
            lead_provider=other.get("lead_provider", CALLER),
            course=other["course"],
            cohort=rival_cohort,
            status=other["status"],
            training_status=other.get("training_status"),
            funded_place=other.get("funded_place"),
            eligible_for_funding=bool(other.get("eligible_for_funding", True)),
        )
    reply = stage.ask(
        "POST",
        f"npq-applications/{record.application_id}/accept",
        caller=caller_of(given),
        at=at,
        attributes=given.get("request") or None,  # as DfE lets the body be left out
    )
    names = [
        rival_id(number, other)
        for number, other in enumerate(given.get("other_applications") or ())
    ]
    others = {name: _shown(world.applications[stage.id_of(name)]) for name in names}
    return _shown(record) | reply.told() | {"others": others}


def _when_default(given: Json, cohort: str, course: str) -> datetime:
    """An instant at which DfE falls back on the schedule that the case gives as the default."""
    request = given.get("request") or {}
    wanted, identifiers = given.get("default_schedule"), (given.get("schedules_in_cohort") or ())
    if course not in courses.GROUPS:
        raise NotStaged(f"DfE has no course {course}")
    first = date(cohort_year(cohort), 6, 1)
    days = [now_of(given).date(), *(first + timedelta(days=30 * months) for months in range(18))]
    for on in days:
        if default_schedule(course, cohort, on, identifiers) == wanted:
            return datetime(on.year, on.month, on.day, 12, tzinfo=UTC)
    if request.get("schedule_identifier"):
        return now_of(given)
    raise NotStaged(f"on no day does {course} in {cohort} fall back on {wanted}")


def _schedules(cohort: str, identifiers: Iterable[str]) -> list[Schedule]:
    return [
        Schedule(
            identifier=identifier,
            applies_from=date(cohort_year(cohort), 10, 1),
            allowed_declaration_types=courses.DECLARATION_TYPES,
        )
        for identifier in identifiers
    ]


def _stage_application(stage: Stage, wanted: Json, given: Json) -> Application:
    """The application of the case, with its declarations."""
    world, cohort = stage.world, cohort_name(wanted.get("cohort", "2026b"))
    stage.admit(caller_of(given))
    world.cohorts[cohort] = given.get("cohort_funding", "capped")
    person = world.stage_person(stage.id_of("P1"), trn="9999991", trn_verified=True)
    record: Application = world.stage_application(
        stage.id_of("A1"),
        person.participant_id,
        lead_provider=wanted.get("lead_provider", CALLER),
        course=wanted.get("course", courses.HEADSHIP),
        cohort=cohort,
        status=wanted["status"],
        eligible_for_funding=bool(wanted.get("eligible_for_funding", True)),
        funded_place=wanted.get("funded_place"),
        training_status=wanted.get("training_status"),
    )
    for number, state in enumerate(given.get("declaration_states") or ()):
        world.stage_declaration(stage.id_of(f"D{number + 1}"), record, state=state)
    return record


def _shown(record: Application) -> Json:
    return {
        "status": record.status,
        "training_status": record.training_status,
        "funded_place": record.funded_place,
        "reason_for_rejection": record.reason_for_rejection,
        "schedule_identifier": record.schedule.identifier if record.schedule else None,
    }


def reject(stage: Stage, given: Json) -> Json:
    """Reject an application."""
    stage.clear()
    record = _stage_application(stage, given, given)
    reply = stage.ask(
        "POST",
        f"npq-applications/{record.application_id}/reject",
        caller=caller_of(given),
        at=now_of(given),
    )
    return _shown(record) | reply.told()


def change_funded_place(stage: Stage, given: Json) -> Json:
    """Fund a place, or no longer."""
    stage.clear()
    record = _stage_application(stage, given, given)
    reply = stage.ask(
        "PUT",
        f"npq-applications/{record.application_id}/change-funded-place",
        caller=caller_of(given),
        at=now_of(given),
        attributes=given.get("request") or None,
    )
    return _shown(record) | reply.told()
