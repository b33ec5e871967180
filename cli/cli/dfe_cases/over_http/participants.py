"""Outcomes, actions and changes of schedule: asked of the simulator."""

from datetime import timedelta

from cli.dfe_cases.applications import cohort_name
from cli.dfe_cases.declarations import day, instant
from cli.dfe_cases.over_http.stage import NotStaged, Stage, now_of
from cli.dfe_cases.participants import BECOMES, completed_declarations, declared_at
from cli.dfe_cases.suites import CALLER, Json, caller_of
from dfe_simulator.records import Application
from enrolment.domain.dfe import courses
from enrolment.domain.dfe.schedules import (
    Schedule,
    cohort_year,
    group_of_schedule,
    schedules_of_cohort,
)

COHORT = "2026b"


def outcome_create(stage: Stage, given: Json) -> Json:
    """Passed or failed."""
    now, caller = instant(given["now"]), given["caller"]
    world = stage.clear()
    stage.admit(caller)
    world.cohorts[COHORT] = "capped"
    person = world.stage_person(stage.id_of("P1"), trn="9999991", trn_verified=True)
    # the caller knows the participant by another course, whoever has the one in question
    world.stage_application(
        stage.id_of("A0"),
        person.participant_id,
        lead_provider=caller,
        course=courses.ADDITIONAL_SUPPORT_OFFER,
        cohort=COHORT,
        status="accepted",
    )
    declaration = None
    for number, made in enumerate(completed_declarations(given)):
        record = world.stage_application(
            stage.id_of(f"A{number + 1}"),
            person.participant_id,
            lead_provider=made["application_lead_provider"],
            course=made["course"],
            cohort=COHORT,
            status="accepted",
            schedule=schedules_of_cohort(COHORT)[0],
        )
        declaration = world.stage_declaration(
            stage.id_of(f"D{number + 1}"),
            record,
            lead_provider=made["lead_provider"],
            declaration_type="completed",
            state=made["state"],
            declared_at=now - timedelta(days=60),
        )
    if declaration is not None:
        for number, outcome in enumerate(given.get("existing_outcomes") or ()):
            state, completed_on = outcome["state"], day(outcome["completion_date"])
            world.stage_outcome(stage.id_of(f"O{number + 1}"), declaration, state, completed_on)
    before = len(world.outcomes)
    reply = stage.ask(
        "POST",
        f"participants/npq/{person.participant_id}/outcomes",
        caller=caller,
        at=now,
        attributes=given.get("request") or {},
    )
    told = reply.told() | {"created": len(world.outcomes) > before}
    if reply.http == 200:
        completion_date = reply.attributes["completion_date"].partition("T")[0]
        told |= {"state": reply.attributes["state"], "completion_date": completion_date}
    return told


PATHS = {"defer": "defer", "withdraw": "withdraw", "resume": "resume"}


def act(stage: Stage, given: Json) -> Json:
    """Defer, withdraw, resume."""
    told, action = given["application"], given["action"]
    caller, at = caller_of(given), now_of(given)
    world = stage.clear()
    stage.admit(caller)
    world.cohorts[COHORT] = "capped"
    person = world.stage_person(stage.id_of("P1"), trn="9999991", trn_verified=True)
    record = world.stage_application(
        stage.id_of("A1"),
        person.participant_id,
        lead_provider=told.get("lead_provider", CALLER),
        course=told["course"],
        cohort=COHORT,
        status=told.get("status", "accepted"),
        training_status=told.get("training_status"),
    )
    record.training_status = told.get("training_status", "active")
    if record.training_status is not None:
        world.stage_training(record, record.training_status, at - timedelta(days=1))
    _stage_declarations(stage, record, (given.get("declarations") or []))
    reply = stage.ask(
        "PUT",
        f"participants/npq/{person.participant_id}/{PATHS[action]}",
        caller=caller,
        at=at,
        attributes=given.get("request") or {},
    )
    shown = record.training_status
    reason = record.history[-1].reason if record.history else None
    if reply.http == 200:
        (enrolment,) = reply.attributes["npq_enrolments"]
        shown = enrolment["training_status"]
        if shown != BECOMES[action]:
            raise AssertionError(f"after {action} the participant is shown as {shown}")
    return reply.told() | {"training_status": shown, "reason": reason}


def _stage_declarations(stage: Stage, record: Application, declarations: list[Json]) -> None:
    for number, made in enumerate(declarations):
        stage.world.stage_declaration(
            stage.id_of(f"D{number + 1}"),
            record,
            declaration_type=made["declaration_type"],
            state=made["state"],
            declared_at=declared_at(made),
        )


def change_schedule(stage: Stage, given: Json) -> Json:
    """Move someone to another schedule, perhaps to another cohort."""
    told, wanted, request = given["application"], given["target"], given.get("request") or {}
    caller, course = caller_of(given), told["course"]
    cohort, target_cohort = cohort_name(told["cohort"]), cohort_name(wanted["cohort"])
    _check_can_be_staged(course, cohort, told, target_cohort, wanted)
    world = stage.clear()
    stage.admit(caller)
    world.cohorts = {cohort: told["cohort_funding"], target_cohort: wanted["cohort_funding"]}
    tables: dict[str, dict[str, Schedule]] = {cohort: {}, target_cohort: {}}
    if told["schedule"]:
        tables[cohort][told["schedule"]] = Schedule(
            identifier=told["schedule"],
            applies_from=day(f"{cohort_year(cohort)}-10-01"),
            allowed_declaration_types=courses.DECLARATION_TYPES,
        )
    former = tables[cohort].get(told["schedule"])
    if wanted.get("exists", True):
        tables[target_cohort][wanted["schedule"]] = Schedule(
            identifier=wanted["schedule"],
            applies_from=day(wanted["applies_from"]),
            allowed_declaration_types=wanted["allowed_declaration_types"],
        )
    for name, table in tables.items():
        world.set_schedules(name, table.values())
    if wanted.get("contract", True):
        world.contracts.add((caller, target_cohort, course))
    person = world.stage_person(stage.id_of("P1"), trn="9999991", trn_verified=True)
    record = world.stage_application(
        stage.id_of("A1"),
        person.participant_id,
        lead_provider=told.get("lead_provider", CALLER),
        course=course,
        cohort=cohort,
        status=told.get("status", "accepted"),
        training_status=told["training_status"],
        eligible_for_funding=bool(told["eligible_for_funding"]),
        funded_place=told["funded_place"],
        schedule=former,
    )
    _stage_declarations(stage, record, (given.get("declarations") or []))
    reply = stage.ask(
        "PUT",
        f"participants/npq/{person.participant_id}/change-schedule",
        caller=caller,
        at=now_of(given),
        attributes={
            "course_identifier": request.get("course_identifier", course),
            "schedule_identifier": request.get("schedule_identifier", wanted["schedule"]),
            "cohort": request.get("cohort", str(cohort_year(target_cohort))),
        },
    )
    return reply.told() | {
        "schedule": record.schedule.identifier if record.schedule else None,
        "cohort": record.cohort,
        "funded_place": record.funded_place,
        "training_status": record.training_status,
    }


def _check_can_be_staged(
    course: str, cohort: str, told: Json, target_cohort: str, wanted: Json
) -> None:
    if not wanted["schedule"]:
        raise NotStaged("no schedule is named")
    matches = group_of_schedule(wanted["schedule"]) == courses.GROUPS.get(course)
    if wanted.get("exists", True) and matches != wanted.get("course_group_matches", True):
        raise NotStaged(f"the group of {wanted['schedule']} is not that of {course} as given")
    if cohort == target_cohort and told["cohort_funding"] != wanted["cohort_funding"]:
        raise NotStaged(f"the cohort {cohort} has two kinds of funding")
    if wanted["schedule"] != told["schedule"]:
        return
    if target_cohort < cohort and target_cohort[:4] == cohort[:4]:
        raise NotStaged(f"a later cohort of the year has {wanted['schedule']}, too")
    if cohort[:4] == target_cohort[:4] and not wanted.get("exists", True):
        raise NotStaged("a request names a year, and a cohort of that year has the schedule")
