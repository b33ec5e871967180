"""DfE's behaviour, case by case, against our twin of its rules: what follows an acceptance."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from enrolment.domain.dfe import (
    applications,
    declarations,
    funding,
    outcomes,
    participants,
    schedules,
)
from enrolment.domain.dfe.messages import NOT_OUR_DECLARATION, Problem

Json = dict[str, Any]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def refusal(problems: list[Problem], status: int = 422) -> Json | None:
    if not problems:
        return None
    errors = [{"title": problem.title, "detail": problem.detail} for problem in problems]
    return {"http": status, "errors": errors}


def declaration_create(given: Json) -> Json:
    now, wanted = at(given["now"]), given["request"]
    application, schedule = given["application"], given["schedule"]
    fundable = funding.funding_view(
        eligible_for_funding=application["eligible_for_funding"],
        funded_place=application["funded_place"],
        previously_funded=application["previously_funded"],
        status_code=None,
    ).fundable
    withdrawn = application["training_status"] == "withdrawn"
    has_course = (
        application["status"] == "accepted" and application["course"] == wanted["course_identifier"]
    )
    enrolment = declarations.Enrolment(
        cohort_year=application["cohort"]["start_year"],
        fundable=fundable,
        in_england=application["in_england"],
        schedule=schedule
        and schedules.Schedule(
            identifier=schedule["identifier"],
            applies_from=date.fromisoformat(schedule["applies_from"]),
            allowed_declaration_types=schedule["allowed_declaration_types"],
        ),
        withdrawn_at=at(application["withdrawn_at"]) if withdrawn else None,
        declared=[(d["declaration_type"], d["state"]) for d in given["own_declarations"]],
    )
    statements = [
        declarations.Statement(
            statement_id=statement["id"],
            state=statement["state"],
            output_fee=statement["output_fee"],
            deadline_on=date.fromisoformat(statement["deadline_date"]),
        )
        for statement in given["statements"]
    ]
    partners = given["delivery_partners"]
    request = declarations.DeclarationRequest(
        participant_id=wanted.get("participant_id"),
        course_identifier=wanted.get("course_identifier"),
        declaration_type=wanted.get("declaration_type"),
        declaration_date=wanted.get("declaration_date"),
        has_passed=wanted.get("has_passed"),
        delivery_partner_id=wanted.get("delivery_partner_id"),
        secondary_delivery_partner_id=wanted.get("secondary_delivery_partner_id"),
    )
    problems = declarations.check_declaration(
        request,
        declarations.DeclarationContext(
            enrolment=enrolment if has_course else None,
            participant_replaced_by=given.get("participant_id_changed_to"),
            has_contract=given["contract_for_cohort_and_course"],
            statements=statements,
            confirmed_delivery_partners=frozenset(partners["linked_to_caller_for_cohort"]),
            known_delivery_partners=frozenset(partners["other_existing"]),
        ),
        at=now,
    )
    if problems:
        return refusal(problems) or {}
    duplicates = [
        other
        for other in given["same_trn_other_people_declarations"]
        if other["course"] == wanted["course_identifier"]
        and other["declaration_type"] == wanted["declaration_type"]
        and other["state"] in applications.LIVE_STATES
    ]
    state = declarations.state_of_new_declaration(
        fundable=fundable, declared_by_same_trn=bool(duplicates)
    )
    statement = declarations.next_output_statement(statements, now.date())
    outcome = None
    if declarations.wants_outcome(request):
        passed = declarations.parse_has_passed(request.has_passed)
        declared_at = declarations.parse_declaration_date(request.declaration_date)
        assert declared_at is not None
        outcome = {
            "state": "passed" if passed else "failed",
            "completion_date": declared_at.date().isoformat(),
        }
    return {
        "http": 200,
        "state": state,
        "statement": statement.statement_id if statement and state != "submitted" else None,
        "outcome": outcome,
        "superseded_by": duplicates[0]["id"] if duplicates else None,
    }


def declaration_void(given: Json) -> Json:
    declaration = given["declaration"]
    next_statement = given["next_output_fee_statement"]
    problems = declarations.check_void(
        declarations.VoidContext(
            state=declaration["state"],
            cohort_year=declaration["cohort_start_year"],
            made_by_caller=given["caller"] == declaration["lead_provider"],
            has_next_statement=next_statement is not None,
        )
    )
    if problems:
        return refusal(problems, 403 if problems == [NOT_OUR_DECLARATION] else 422) or {}
    state = declarations.state_once_voided(declaration["state"])
    clawed_back = state == "awaiting_clawback"
    item_state = declaration["statement_item_state"]
    adds_outcome = outcomes.voids_outcome(
        course=declaration["course"],
        declaration_type=declaration["declaration_type"],
        latest_state=given["latest_outcome"],
    )
    return {
        "http": 200,
        "state": state,
        "clawback_statement": next_statement if clawed_back else None,
        "original_item_state": item_state,
        "statement_item_state": item_state if clawed_back or item_state is None else "voided",
        "new_outcome": "voided" if adds_outcome else None,
    }


def outcome_create(given: Json) -> Json:
    declaration, wanted = given["completed_declaration"], given["request"]
    callers = (declaration["lead_provider"], declaration["application_lead_provider"])
    completed = []
    if given["caller"] in callers:
        completed = [
            outcomes.CompletedDeclaration(course=declaration["course"], state=declaration["state"])
        ]
    problems = outcomes.check_outcome(
        outcomes.OutcomeRequest(
            course_identifier=wanted.get("course_identifier"),
            state=wanted.get("state"),
            completion_date=wanted.get("completion_date"),
        ),
        completed,
        at=at(given["now"]),
    )
    if problems:
        return refusal(problems) or {}
    existing = [
        outcomes.Outcome(
            state=outcome["state"], completion_date=date.fromisoformat(outcome["completion_date"])
        )
        for outcome in given["existing_outcomes"]
    ]
    completion_date = outcomes.parse_completion_date(wanted["completion_date"])
    assert completion_date is not None
    repeated = outcomes.repeats_outcome(
        existing[-1] if existing else None, state=wanted["state"], completion_date=completion_date
    )
    return {
        "http": 200,
        "created": not repeated,
        "state": wanted["state"],
        "email": None if repeated else wanted["state"],
    }


def participant_action(given: Json) -> Json:
    application, wanted = given["application"], given["request"]
    course = wanted.get("course_identifier")
    found = application["status"] == "accepted" and application["course"] == course
    training = None
    if found:
        training = participants.TrainingFacts(
            training_status=application["training_status"],
            declarations=[(d["declaration_type"], d["state"]) for d in given["declarations"]],
        )
    reason = wanted.get("reason")
    if given["action"] == "resume":
        problems, status = participants.check_resume(course, training), "active"
    elif given["action"] == "defer":
        problems, status = participants.check_defer(course, training, reason=reason), "deferred"
    else:
        problems = participants.check_withdraw(course, training, reason=reason)
        status = "withdrawn"
    return refusal(problems) or {
        "http": 200,
        "training_status": status,
        "email": {"active": "resumed"}.get(status, status),
    }


def change_schedule(given: Json) -> Json:
    application, wanted = given["application"], given["target"]
    facts = participants.ScheduledFacts(
        training_status=application["training_status"],
        cohort=application["cohort"],
        cohort_funding=application["cohort_funding"],
        schedule=application["schedule"],
        eligible_for_funding=application["eligible_for_funding"],
        funded_place=application["funded_place"],
        declarations=[
            (
                made["declaration_type"],
                made["state"],
                at(f"{made['declaration_date'][:10]}T00:00:00+00:00"),
            )
            for made in given["declarations"]
        ],
    )
    target = participants.ScheduleTarget(
        cohort=wanted["cohort"],
        cohort_funding=wanted["cohort_funding"],
        schedule=wanted["schedule"],
        applies_from=date.fromisoformat(wanted["applies_from"]),
        allowed_declaration_types=wanted["allowed_declaration_types"],
        course_group_matches=wanted["course_group_matches"],
        has_contract=wanted["contract"],
    )
    problems = participants.check_change_schedule(facts, target if wanted["exists"] else None)
    return refusal(problems) or {
        "http": 200,
        "schedule": target.schedule,
        "cohort": target.cohort,
        "funded_place": participants.funded_place_on(facts, target),
    }


RUNNERS: dict[str, Callable[[Json], Json]] = {
    "declaration_create": declaration_create,
    "declaration_void": declaration_void,
    "outcome_create": outcome_create,
    "participant_action": participant_action,
    "change_schedule": change_schedule,
}


def test_our_twin_answers_as_dfe_does(dfe_case: Json) -> None:
    expected = dict(dfe_case["expect"])

    answer = RUNNERS[dfe_case["suite"]](dfe_case["given"])

    wanted_errors = expected.pop("errors_include", [])
    told = {name: answer.get(name, "not told") for name in expected}
    assert told == expected, answer
    assert [error for error in wanted_errors if error not in answer.get("errors", [])] == []
