"""The suites about participants: outcomes, actions, change of schedule."""

from datetime import UTC, datetime

from cli.dfe_cases.applications import cohort_name
from cli.dfe_cases.declarations import day, instant
from cli.dfe_cases.suites import CALLER, MISSING, Json, Suite, as_text, caller_of, keys, refusal
from enrolment.domain.dfe import courses, outcomes
from enrolment.domain.dfe import participants as rules
from enrolment.domain.dfe.filters import leading_number


def outcome_create(given: Json) -> Json:
    """Passed or failed."""
    wanted = given.get("request") or {}
    request = outcomes.OutcomeRequest(
        course_identifier=as_text(wanted.get("course_identifier")),
        state=wanted.get("state"),
        completion_date=wanted.get("completion_date"),
    )
    completed = [
        outcomes.CompletedDeclaration(course=made["course"], state=made["state"])
        for made in completed_declarations(given)
        if given["caller"] in (made["lead_provider"], made["application_lead_provider"])
    ]
    problems = outcomes.check_outcome(request, completed, at=instant(given["now"]))
    if problems:
        return {"created": False, "email": None} | refusal(problems)
    completion_date = outcomes.parse_completion_date(request.completion_date)
    if completion_date is None:
        raise AssertionError("a date that was checked cannot be read")
    state = str(request.state)
    latest = latest_outcome(given.get("existing_outcomes") or [])
    repeated = outcomes.repeats_outcome(latest, state=state, completion_date=completion_date)
    told = latest.completion_date if repeated and latest else completion_date
    return {
        "http": 200,
        "created": not repeated,
        "state": state,
        "completion_date": told.isoformat(),
        "email": None if repeated else state,
    }


def completed_declarations(given: Json) -> list[Json]:
    """The one `completed` declaration that is given, or none, or several."""
    told = given.get("completed_declaration")
    if told is None:
        return []
    return told if isinstance(told, list) else [told]


def latest_outcome(existing: list[Json]) -> outcomes.Outcome | None:
    """The last of them, by the time that it was made where that is told."""
    if not existing:
        return None
    latest = existing[-1]
    if all("created_at" in one for one in existing):
        latest = max(existing, key=lambda one: instant(one["created_at"]))
    return outcomes.Outcome(state=latest["state"], completion_date=day(latest["completion_date"]))


BECOMES = {"defer": "deferred", "withdraw": "withdrawn", "resume": "active"}


def participant_action(given: Json) -> Json:
    """Defer, withdraw, resume."""
    action, application = given["action"], given["application"]
    if action not in BECOMES:
        raise ValueError(f"action is defer, withdraw or resume, not {action}")
    status = application.get("training_status", "active")
    if not is_accepted_with_caller(given):
        return {"training_status": status} | MISSING
    request = given.get("request") or {}
    course, reason = as_text(request.get("course_identifier")), as_text(request.get("reason"))
    training = None
    if application["course"] == course:
        made_so_far = given.get("declarations") or ()
        declared = [(made["declaration_type"], made["state"]) for made in made_so_far]
        training = rules.TrainingFacts(training_status=status, declarations=declared)
    if action == "resume":
        problems = rules.check_resume(course, training)
    elif action == "defer":
        problems = rules.check_defer(course, training, reason=reason)
    else:
        problems = rules.check_withdraw(course, training, reason=reason)
    if problems:
        return {"training_status": status, "email": None} | refusal(problems)
    return {
        "http": 200,
        "training_status": BECOMES[action],
        "email": "resumed" if action == "resume" else BECOMES[action],
        "reason": None if action == "resume" else reason,
    }


def is_accepted_with_caller(given: Json) -> bool:
    """Whether the caller may see the participant at all; others are not found."""
    application = given["application"]
    provider = application.get("lead_provider", CALLER)
    return bool(
        application.get("status", "accepted") == "accepted" and provider == caller_of(given)
    )


def change_schedule(given: Json) -> Json:
    """Move someone to another schedule, perhaps to another cohort."""
    application, wanted = given["application"], given["target"]
    if not is_accepted_with_caller(given):
        return dict(MISSING)
    request = given.get("request") or {}
    facts = rules.ScheduledFacts(
        training_status=application["training_status"],
        cohort=cohort_name(application["cohort"]),
        cohort_funding=application["cohort_funding"],
        schedule=application["schedule"],
        eligible_for_funding=bool(application["eligible_for_funding"]),
        funded_place=application["funded_place"],
        declarations=[
            (made["declaration_type"], made["state"], declared_at(made))
            for made in given.get("declarations") or ()
        ],
    )
    target = rules.ScheduleTarget(
        cohort=cohort_name(wanted["cohort"]),
        cohort_funding=wanted["cohort_funding"],
        schedule=wanted["schedule"],
        applies_from=day(wanted["applies_from"]),
        allowed_declaration_types=wanted["allowed_declaration_types"],
        course_group_matches=bool(wanted.get("course_group_matches", True)),
        has_contract=bool(wanted.get("contract", True)),
    )
    course = as_text(request.get("course_identifier", application["course"]))
    named = as_text(request.get("schedule_identifier", target.schedule))
    # a cohort that is left blank is the application's own
    told_year = as_text(request.get("cohort", target.cohort[:4])) or facts.cohort[:4]
    year = str(leading_number(told_year))
    there = bool(target.schedule) and wanted.get("exists", True)
    found = there and (named, year) == (target.schedule, target.cohort[:4])
    application_found = course == application["course"]
    problems = rules.check_participant_course(
        course, rules.TrainingFacts(training_status="active") if application_found else None
    )
    if application_found and course in courses.GROUPS:
        problems += rules.check_change_schedule(facts, target if found else None)
    if problems:
        unchanged = {"schedule": facts.schedule, "cohort": facts.cohort}
        return unchanged | {"funded_place": facts.funded_place} | refusal(problems)
    return {
        "http": 200,
        "schedule": target.schedule,
        "cohort": target.cohort,
        "funded_place": rules.funded_place_on(facts, target),
        "training_status": facts.training_status,
    }


UNDATED = datetime(2049, 1, 1, tzinfo=UTC)
"""Of a declaration whose date a case does not tell: after the start of any schedule."""


def declared_at(made: Json) -> datetime:
    """When a declaration is dated; a day alone is its midnight."""
    told = str(made.get("declaration_date") or "")
    if not told:
        return UNDATED
    if "T" in told:
        return instant(told)
    read = day(told)
    return datetime(read.year, read.month, read.day, tzinfo=UTC)


SUITES = {
    "outcome_create": Suite(
        run=outcome_create,
        shape={
            "completed_declaration": keys(
                "state", "lead_provider", "application_lead_provider", "course"
            ),
            "existing_outcomes": [keys("state", "completion_date", "created_at")],
            "request": None,
        },
        tells=frozenset({"http", "created", "state", "completion_date", "email", "body"}),
    ),
    "participant_action": Suite(
        run=participant_action,
        shape={
            "action": None,
            "application": keys("status", "training_status", "course", "lead_provider"),
            "declarations": [keys("declaration_type", "state", "declaration_date")],
            "request": None,
        },
        tells=frozenset({"http", "training_status", "email", "reason", "body"}),
    ),
    "change_schedule": Suite(
        run=change_schedule,
        shape={
            "application": keys(
                "status",
                "training_status",
                "course",
                "cohort",
                "cohort_funding",
                "schedule",
                "eligible_for_funding",
                "funded_place",
                "lead_provider",
            ),
            "declarations": [keys("declaration_type", "state", "declaration_date")],
            "target": keys(
                "cohort",
                "cohort_funding",
                "schedule",
                "applies_from",
                "allowed_declaration_types",
                "course_group_matches",
                "exists",
                "contract",
            ),
            "request": None,
        },
        tells=frozenset({"http", "schedule", "cohort", "funded_place", "training_status", "body"}),
    ),
}
