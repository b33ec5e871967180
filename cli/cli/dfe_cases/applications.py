"""The suites about applications: accept, reject, change the funded place."""

from typing import Any

from cli.dfe_cases.funding import is_same_user
from cli.dfe_cases.suites import CALLER, MISSING, Json, Suite, as_text, caller_of, keys, refusal
from enrolment.domain.dfe import applications as rules
from enrolment.domain.dfe import courses
from enrolment.domain.dfe.filters import WRONG_STRUCTURE


def accept(given: Json) -> Json:
    """Accept an application, among the person's others."""
    wanted, request = given["application"], given.get("request") or {}
    facts = _facts(wanted, given)
    others = given.get("other_applications") or ()
    rivals = [_rival(number, other) for number, other in enumerate(others)]
    met = [rival for rival, other in zip(rivals, others, strict=True) if _is_same_person(other)]
    unchanged = {
        "status": facts.status,
        "funded_place": facts.funded_place,
        "training_status": wanted.get("training_status"),
        "others": {rival.application_id: {"status": rival.status} for rival in rivals},
    }
    if not is_callers(wanted, given):
        return unchanged | MISSING
    funded_place, named = request.get("funded_place"), as_text(request.get("schedule_identifier"))
    named = named if named and named.strip() else None
    problems = rules.check_accept(
        facts,
        met,
        funded_place=funded_place,
        schedule_identifier=named,
        cohort_schedules=given.get("schedules_in_cohort") or (),
        default_schedule=given.get("default_schedule"),
    )
    if problems:
        return unchanged | refusal(problems)
    displaced = rules.displaced_by_acceptance(facts, met)
    return {
        "http": 200,
        "status": "accepted",
        "training_status": "active",
        "funded_place": rules.funded_place_once_accepted(facts, funded_place),
        "schedule_identifier": named or given["default_schedule"],
        "reason_for_rejection": None,
        "others": {
            rival.application_id: _as_rejected(rival, rival.application_id in displaced)
            for rival in rivals
        },
    }


def is_callers(application: Json, given: Json) -> bool:
    """Whether an application is with who asks; another's is not found."""
    return bool(application.get("lead_provider", CALLER) == caller_of(given))


def _rival(number: int, other: Json) -> rules.RivalApplication:
    return rules.RivalApplication(
        application_id=rival_id(number, other),
        course=other["course"],
        cohort=other["cohort"],
        status=other["status"],
        training_status=other.get("training_status"),
        same_account=is_same_user(other),
    )


def _is_same_person(other: Json) -> bool:
    """By the account or by a verified TRN; an application of anybody else is no rival."""
    return is_same_user(other) or bool(other.get("same_verified_trn_other_person"))


def rival_id(number: int, other: Json) -> str:
    """What another application is called; one that nobody asks after gets a name of its own."""
    return str(other.get("id") or f"other {number + 1}")


def _as_rejected(rival: rules.RivalApplication, displaced: bool) -> Json:
    if not displaced:
        return {"status": rival.status, "training_status": rival.training_status}
    return {
        "status": "rejected",
        "reason_for_rejection": rules.REJECTED_FOR_ANOTHER,
        "training_status": rival.training_status,
    }


def reject(given: Json) -> Json:
    """Reject an application."""
    if not is_callers(given, given):
        return {"status": given["status"]} | MISSING
    problems = rules.check_reject(_facts(given, given))
    if problems:
        return {"status": given["status"]} | refusal(problems)
    return {
        "http": 200,
        "status": "rejected",
        "reason_for_rejection": rules.REJECTED_BY_PROVIDER,
    }


def change_funded_place(given: Json) -> Json:
    """Fund a place, or no longer."""
    if not is_callers(given, given):
        return {"status": given["status"]} | MISSING
    funded_place = (given.get("request") or {}).get("funded_place")
    if isinstance(funded_place, (list, dict)):
        return {"status": given["status"]} | refusal([WRONG_STRUCTURE], 400)
    problems = rules.check_change_funded_place(_facts(given, given), funded_place=funded_place)
    if problems:
        return {"status": given["status"]} | refusal(problems)
    return {"http": 200, "status": given["status"], "funded_place": funded_place}


def _facts(application: Json, given: Json) -> rules.ApplicationFacts:
    return rules.ApplicationFacts(
        status=application["status"],
        course=application.get("course", courses.HEADSHIP),
        cohort=cohort_name(application.get("cohort", "2026b")),
        cohort_funding=given.get("cohort_funding", "capped"),
        eligible_for_funding=bool(application.get("eligible_for_funding", True)),
        funded_place=application.get("funded_place"),
        declaration_states=given.get("declaration_states") or (),
    )


def cohort_name(cohort: Any) -> str:
    """`2026b`, whether told so or as `{"start_year": 2026, "suffix": "b"}`."""
    if isinstance(cohort, dict):
        return f"{cohort['start_year']}{cohort.get('suffix') or 'a'}"
    name = str(cohort)
    return name if name[4:] else f"{name}a"


APPLICATION = keys(
    "status",
    "course",
    "cohort",
    "eligible_for_funding",
    "funded_place",
    "training_status",
    "lead_provider",
    "previously_funded",
    "funding_status_code",
    "id",
)

SUITES = {
    "application_accept": Suite(
        run=accept,
        shape={
            "application": APPLICATION,
            "cohort_funding": None,
            "request": None,
            "schedules_in_cohort": None,
            "default_schedule": None,
            "other_applications": [
                APPLICATION | keys("same_verified_trn_other_person", "same_user", "other_user")
            ],
        },
        tells=frozenset(
            {
                *("http", "status", "training_status", "funded_place", "schedule_identifier"),
                *("others", "reason_for_rejection", "body"),
            }
        ),
    ),
    "application_reject": Suite(
        run=reject,
        shape={
            **keys("status", "declaration_states", "course", "cohort", "cohort_funding"),
            **keys("lead_provider"),
        },
        tells=frozenset({"http", "status", "reason_for_rejection", "body"}),
    ),
    "change_funded_place": Suite(
        run=change_funded_place,
        shape={
            **keys("status", "eligible_for_funding", "cohort_funding", "declaration_states"),
            **keys("funded_place", "course", "cohort", "lead_provider"),
            "request": None,
        },
        tells=frozenset({"http", "status", "funded_place", "body"}),
    ),
}
