"""The suites about declarations: create and void."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from cli.dfe_cases.applications import cohort_name
from cli.dfe_cases.suites import MISSING, Json, Suite, as_text, keys, refusal
from enrolment.domain.dfe import applications, courses, funding, outcomes
from enrolment.domain.dfe import declarations as rules
from enrolment.domain.dfe.messages import NOT_OUR_DECLARATION
from enrolment.domain.dfe.payments import REFUNDABLE_STATES
from enrolment.domain.dfe.schedules import Schedule, cohort_year

PARTICIPANT = "P1"
"""Whose application is given; any other id in a request is nobody's."""

HAS_PASSED: dict[Any, bool] = {"passed": True, "failed": False}
"""What a declaration shows of its latest outcome; nothing of one that is void."""


def create(given: Json) -> Json:
    """Claim a milestone."""
    now, request = instant(given["now"]), read_request(given.get("request") or {})
    application = given["application"]
    accepted = application["status"] == "accepted"
    ours = accepted and application["lead_provider"] == given["caller"]
    course, replaced_by = request.course_identifier or "", given.get("participant_id_changed_to")
    statements = read_statements(given.get("statements") or ())
    partners = given.get("delivery_partners") or {}
    context = rules.DeclarationContext(
        enrolment=_enrolment(given)
        if ours and courses.same_course(application["course"], course)
        else None,
        participant_known=ours and request.participant_id == (replaced_by or PARTICIPANT),
        participant_replaced_by=replaced_by if request.participant_id == PARTICIPANT else None,
        has_contract=bool(given.get("contract_for_cohort_and_course", True)),
        statements=statements,
        confirmed_delivery_partners=frozenset(partners.get("linked_to_caller_for_cohort") or ()),
        known_delivery_partners=frozenset(partners.get("other_existing") or ()),
    )
    problems = rules.check_declaration(request, context, at=now)
    if problems:
        nothing = {"state": None, "statement": None, "outcome": None, "superseded_by": None}
        return nothing | refusal(problems)
    others = given.get("same_trn_other_people_declarations") or () if trn_of(application) else ()
    original = _original(others, request, application)
    state = rules.state_of_new_declaration(
        fundable=is_fundable(application), declared_by_same_trn=original is not None
    )
    statement = rules.next_output_statement(statements, now.date())
    return {
        "http": 200,
        "state": state,
        "statement": statement.statement_id if statement and state != "submitted" else None,
        "superseded_by": original.get("id") if original else None,
        **_with_outcome(request),
    }


TRN = "9999991"
"""Of the applicant, where a case does not tell another."""


def trn_of(application: Json) -> str | None:
    """The applicant's TRN, verified or not; someone without one shares it with nobody."""
    return as_text(application.get("trn", TRN)) or None


def read_request(request: Json) -> rules.DeclarationRequest:
    """What is sent, read as DfE's parameters are."""
    return rules.DeclarationRequest(
        participant_id=as_text(request.get("participant_id")),
        course_identifier=as_text(request.get("course_identifier")),
        declaration_type=as_text(request.get("declaration_type")),
        declaration_date=request.get("declaration_date"),
        has_passed=request.get("has_passed"),
        delivery_partner_id=as_text(request.get("delivery_partner_id")),
        secondary_delivery_partner_id=as_text(request.get("secondary_delivery_partner_id")),
    )


def _enrolment(given: Json) -> rules.Enrolment:
    application, schedule = given["application"], given["schedule"]
    withdrawn = application.get("training_status") == "withdrawn"
    withdrawn_at = application.get("withdrawn_at")
    declared = given.get("own_declarations") or ()
    request = given.get("request") or {}
    same = [made["state"] for made in declared if _is_same(made, request)]
    return rules.Enrolment(
        cohort_year=cohort_year(cohort_name(application["cohort"])),
        fundable=is_fundable(application),
        in_england=bool(application.get("in_england", True)),
        schedule=schedule and read_schedule(schedule),
        withdrawn_at=instant(withdrawn_at) if withdrawn and withdrawn_at else None,
        declared=[(made["declaration_type"], made["state"]) for made in declared],
        same_declared=same[0] if same else None,
    )


def _is_same(made: Json, request: Json) -> bool:
    """Whether a declaration is live, and of the type and the instant of the request."""
    declared_at = rules.parse_declaration_date(made.get("declaration_date"))
    return (
        made["state"] in applications.LIVE_STATES
        and made["declaration_type"] == request.get("declaration_type")
        and declared_at is not None
        and declared_at == rules.parse_declaration_date(request.get("declaration_date"))
    )


def is_fundable(application: Json) -> bool:
    """Whether DfE pays for the declarations of an application."""
    return funding.funding_view(
        eligible_for_funding=bool(application["eligible_for_funding"]),
        funded_place=application.get("funded_place"),
        previously_funded=bool(application.get("previously_funded")),
        status_code=application.get("funding_status_code"),
    ).fundable


def read_schedule(schedule: Json) -> Schedule:
    """A schedule as the cases have it."""
    return Schedule(
        identifier=schedule["identifier"],
        applies_from=day(schedule["applies_from"]),
        allowed_declaration_types=schedule["allowed_declaration_types"],
    )


def read_statements(statements: Sequence[Json]) -> list[rules.Statement]:
    """The provider's statements for the cohort."""
    return [
        rules.Statement(
            statement_id=statement.get("id", ""),
            state=statement["state"],
            output_fee=bool(statement["output_fee"]),
            deadline_on=day(statement["deadline_date"]),
        )
        for statement in statements
    ]


def _original(
    declarations: Sequence[Json], request: rules.DeclarationRequest, application: Json
) -> Json | None:
    """The live declaration of another account with the same TRN, the oldest of them."""
    live = [
        other
        for other in declarations
        if courses.same_course(other["course"], application["course"])
        and other["declaration_type"] == request.declaration_type
        and other["state"] in applications.LIVE_STATES
        and not other.get("superseded_by")
    ]
    return min(live, key=lambda other: str(other.get("created_at") or ""), default=None)


def _with_outcome(request: rules.DeclarationRequest) -> Json:
    declared_at = rules.parse_declaration_date(request.declaration_date)
    if not rules.wants_outcome(request) or declared_at is None:
        return {"outcome": None, "has_passed": None}
    passed = rules.parse_has_passed(request.has_passed)
    outcome = {
        "state": "passed" if passed else "failed",
        "completion_date": declared_at.date().isoformat(),
    }
    return {"outcome": outcome, "has_passed": passed}


def void(given: Json) -> Json:
    """Take a declaration back."""
    declaration, caller = given["declaration"], given["caller"]
    if caller not in (declaration["lead_provider"], given.get("transferred_application_now_with")):
        return {"state": declaration["state"]} | MISSING
    statement = given.get("next_output_fee_statement")
    item_state = declaration.get("statement_item_state")
    problems = rules.check_void(
        rules.VoidContext(
            state=declaration["state"],
            cohort_year=int(declaration["cohort_start_year"]),
            made_by_caller=caller == declaration["lead_provider"],
            has_next_statement=statement is not None,
            has_refund_item=is_refunded(declaration),
        )
    )
    unchanged = {
        "state": declaration["state"],
        "statement_item_state": item_state,
        "original_item_state": item_state,
        "clawback_statement": None,
        "new_outcome": None,
    }
    if problems:
        return unchanged | refusal(problems, 403 if problems == [NOT_OUR_DECLARATION] else 422)
    state = rules.state_once_voided(declaration["state"])
    if state == "awaiting_clawback":
        unchanged |= {"clawback_statement": statement, "clawback_item_state": state}
    else:
        unchanged["statement_item_state"] = rules.item_state_once_voided(item_state)
    adds = outcomes.voids_outcome(
        course=declaration["course"],
        declaration_type=declaration["declaration_type"],
        latest_state=given.get("latest_outcome"),
    )
    stands = "voided" if adds else given.get("latest_outcome")
    told = {"http": 200, "state": state, "has_passed": HAS_PASSED.get(stands)}
    return unchanged | told | {"new_outcome": "voided" if adds else None}


def is_refunded(declaration: Json) -> bool:
    """Whether a declaration is on a statement as a clawback already: by its item, or its state. One
    without any item is on none.
    """
    item_state = declaration.get("statement_item_state", declaration["state"])
    told = (item_state, declaration["state"] if item_state is not None else None)
    return not REFUNDABLE_STATES.isdisjoint(told)


def instant(text: Any) -> datetime:
    """An instant in UTC; one without an offset is in UTC."""
    read = datetime.fromisoformat(str(text))
    return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)


def day(text: Any) -> date:
    """A date, or the day of an instant."""
    return date.fromisoformat(str(text)[:10])


SUITES = {
    "declaration_create": Suite(
        run=create,
        shape={
            **keys("contract_for_cohort_and_course", "participant_id_changed_to"),
            "application": {
                **keys("status", "lead_provider", "course", "eligible_for_funding"),
                **keys("funded_place", "previously_funded", "in_england", "training_status"),
                **keys("withdrawn_at", "funding_status_code", "trn", "trn_verified"),
                "cohort": keys("start_year", "suffix", "funding"),
            },
            "schedule": keys("identifier", "applies_from", "allowed_declaration_types"),
            "statements": [keys("id", "state", "output_fee", "deadline_date", "payment_date")],
            "delivery_partners": keys("linked_to_caller_for_cohort", "other_existing"),
            "own_declarations": [
                keys("id", "declaration_type", "state", "declaration_date", "lead_provider")
            ],
            "same_trn_other_people_declarations": [
                {
                    **keys("id", "course", "declaration_type", "state", "superseded_by"),
                    **keys("created_at", "declaration_date", "lead_provider", "trn_verified"),
                }
            ],
            "request": None,
        },
        tells=frozenset(
            {"http", "state", "statement", "outcome", "superseded_by", "has_passed", "body"}
        ),
    ),
    "declaration_void": Suite(
        run=void,
        shape={
            **keys("next_output_fee_statement", "latest_outcome"),
            "transferred_application_now_with": None,
            "declaration": keys(
                "lead_provider",
                "state",
                "declaration_type",
                "course",
                "cohort_start_year",
                "statement_item_state",
            ),
        },
        tells=frozenset(
            {
                *("http", "state", "statement_item_state", "original_item_state", "new_outcome"),
                *("clawback_statement", "clawback_item_state", "has_passed", "body"),
            }
        ),
    ),
}
