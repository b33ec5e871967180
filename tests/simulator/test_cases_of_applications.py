"""DfE's behaviour, case by case, against our twin of its rules: funding and applications."""

from collections.abc import Callable
from typing import Any

from enrolment.domain.dfe import applications, funding, trn
from enrolment.domain.dfe.messages import Problem

Json = dict[str, Any]


def refusal(problems: list[Problem], status: int = 422) -> Json | None:
    if not problems:
        return None
    errors = [{"title": problem.title, "detail": problem.detail} for problem in problems]
    return {"http": status, "errors": errors}


def eligibility(given: Json) -> Json:
    institution = given.pop("institution")
    decision = funding.decide_funding(
        funding.Applicant(**given, institution=institution and funding.Institution(**institution))
    )
    return {
        "code": decision.code,
        "funded": decision.funded,
        "needs_review": decision.needs_review,
    }


def previously_funded(given: Json) -> Json:
    others = [
        funding.FundingHistory(**{k: v for k, v in other.items() if k != "training_status"})
        for other in given["other_applications"]
    ]
    return {"previously_funded": funding.is_previously_funded(given["course"], others)}


def application_eligibility_view(given: Json) -> Json:
    view = funding.funding_view(
        eligible_for_funding=given["eligible_for_funding"],
        funded_place=given["funded_place"],
        previously_funded=given["previously_funded"],
        status_code=given["funding_status_code"],
    )
    return vars(view)


def trn_case(given: Json) -> Json:
    if given["op"] == "normalise":
        return {"value": trn.normalised_trn(given["value"])}
    error = trn.trn_problem(given["value"])
    return {"valid": error is None} | ({"error": error} if error else {})


def application_accept(given: Json) -> Json:
    wanted = given["application"]
    application = applications.ApplicationFacts(
        status=wanted["status"],
        course=wanted["course"],
        cohort=wanted["cohort"],
        cohort_funding=given["cohort_funding"],
        eligible_for_funding=wanted["eligible_for_funding"],
    )
    rivals = [
        applications.RivalApplication(
            application_id=other.get("id", "other"),
            course=other["course"],
            cohort=other["cohort"],
            status=other["status"],
            training_status=other.get("training_status"),
            same_account=not other.get("same_verified_trn_other_person", False),
        )
        for other in given["other_applications"]
    ]
    funded_place = given["request"].get("funded_place")
    named = given["request"].get("schedule_identifier")
    problems = applications.check_accept(
        application,
        rivals,
        funded_place=funded_place,
        schedule_identifier=named,
        cohort_schedules=given["schedules_in_cohort"],
        default_schedule=given["default_schedule"],
    )
    displaced = applications.displaced_by_acceptance(application, rivals)
    others = {}
    for rival in rivals:
        others[rival.application_id] = {"status": rival.status}
        if rival.application_id in displaced:
            others[rival.application_id] = {
                "status": "rejected",
                "reason_for_rejection": applications.REJECTED_FOR_ANOTHER,
            }
    return refusal(problems) or {
        "http": 200,
        "status": "accepted",
        "training_status": "active",
        "funded_place": applications.funded_place_once_accepted(application, funded_place),
        "schedule_identifier": named or given["default_schedule"],
        "others": others,
    }


def application_reject(given: Json) -> Json:
    problems = applications.check_reject(
        applications.ApplicationFacts(
            status=given["status"],
            course="npq-headship",
            cohort="2026b",
            cohort_funding="capped",
            eligible_for_funding=True,
            declaration_states=given["declaration_states"],
        )
    )
    return refusal(problems) or {
        "http": 200,
        "status": "rejected",
        "reason_for_rejection": applications.REJECTED_BY_PROVIDER,
    }


def change_funded_place(given: Json) -> Json:
    funded_place = given["request"].get("funded_place")
    problems = applications.check_change_funded_place(
        applications.ApplicationFacts(
            status=given["status"],
            course="npq-headship",
            cohort="2026b",
            cohort_funding=given["cohort_funding"],
            eligible_for_funding=given["eligible_for_funding"],
            declaration_states=given["declaration_states"],
        ),
        funded_place=funded_place,
    )
    return refusal(problems) or {"http": 200, "funded_place": funded_place}


RUNNERS: dict[str, Callable[[Json], Json]] = {
    "eligibility": eligibility,
    "previously_funded": previously_funded,
    "application_eligibility_view": application_eligibility_view,
    "trn": trn_case,
    "application_accept": application_accept,
    "application_reject": application_reject,
    "change_funded_place": change_funded_place,
}


def test_our_twin_answers_as_dfe_does(dfe_case: Json) -> None:
    expected = dict(dfe_case["expect"])

    answer = RUNNERS[dfe_case["suite"]](dfe_case["given"])

    wanted_errors = expected.pop("errors_include", [])
    told = {name: answer.get(name, "not told") for name in expected}
    assert told == expected, answer
    assert [error for error in wanted_errors if error not in answer.get("errors", [])] == []
