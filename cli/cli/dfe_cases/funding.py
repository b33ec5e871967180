"""The suites about who is funded, and about TRNs."""

from cli.dfe_cases.comparing import AnyError
from cli.dfe_cases.suites import Json, Suite, keys
from enrolment.domain.dfe import funding, trn

INSTITUTION = keys(
    "eligible_establishment",
    "establishment_type_code",
    "on_rise_list",
    "pp50_urn_listed",
    "pp50_fe_ukprn_listed",
    "on_childminders_list",
)


ERRORS = ("error", "exception", "raises")
"""How a case may say that there is no decision at all."""


def eligibility(given: Json) -> Json:
    """The status code of a registration."""
    flags = ("in_england", "previously_funded", "new_headteacher", "approved_itt_provider")
    told = {name: bool(given.get(name)) for name in flags}
    applicant = funding.Applicant(
        course=given["course"],
        cohort_funding=given["cohort_funding"],
        work_setting=given.get("work_setting"),
        kind_of_nursery=given.get("kind_of_nursery"),
        employment_type=given.get("employment_type"),
        referred_by_return_to_teaching_adviser=bool(
            given.get("referred_by_return_to_teaching_adviser")
        ),
        institution=_institution(given.get("institution")),
        **told,
    )
    try:
        decision = funding.decide_funding(applicant)
    except funding.InstitutionNeeded as error:
        nothing = {"code": None, "funded": False, "needs_review": False}
        return nothing | dict.fromkeys(ERRORS, AnyError(str(error)))
    return {
        "code": decision.code,
        "funded": decision.funded,
        "needs_review": decision.needs_review,
    }


def _institution(given: Json | None) -> funding.Institution | None:
    if given is None:
        return None
    code, eligible = given.get("establishment_type_code"), given.get("eligible_establishment")
    return funding.Institution(
        establishment_type_code=None if code is None else str(code),
        eligible_establishment=None if eligible is None else bool(eligible),
        on_rise_list=bool(given.get("on_rise_list")),
        pp50_urn_listed=bool(given.get("pp50_urn_listed")),
        pp50_fe_ukprn_listed=bool(given.get("pp50_fe_ukprn_listed")),
        on_childminders_list=bool(given.get("on_childminders_list")),
    )


def is_same_user(other: Json) -> bool:
    """Whether another application is of the same account, which it is where nothing is told."""
    told_another = other.get("same_verified_trn_other_person") or other.get("other_user")
    return not told_another and other.get("same_user", True) is not False


def previously_funded(given: Json) -> Json:
    """Whether the applicant's other applications have used up the funding of a course."""
    others = [
        funding.FundingHistory(
            course=other["course"],
            status=other["status"],
            eligible_for_funding=bool(other.get("eligible_for_funding")),
            funded_place=other.get("funded_place"),
        )
        for other in given["other_applications"]
        if is_same_user(other)
    ]
    return {"previously_funded": funding.is_previously_funded(given["course"], others)}


def application_eligibility_view(given: Json) -> Json:
    """The values that the API derives."""
    view = funding.funding_view(
        eligible_for_funding=bool(given["eligible_for_funding"]),
        funded_place=given.get("funded_place"),
        previously_funded=bool(given.get("previously_funded")),
        status_code=given.get("funding_status_code"),
    )
    return dict(vars(view))


def teacher_reference_number(given: Json) -> Json:
    """`validate` what was typed, or `normalise` it as the legacy formatter does."""
    value = given["value"]
    typed = None if value is None else str(value)
    if given["op"] == "normalise":
        return {"value": trn.normalised_trn(typed)}
    if given["op"] != "validate":
        raise ValueError(f"op is validate or normalise, not {given['op']}")
    error = trn.trn_problem(typed)
    return {"valid": error is None, "error": error}


SUITES = {
    "eligibility": Suite(
        run=eligibility,
        shape={
            **keys("course", "cohort_funding", "in_england", "previously_funded"),
            **keys("new_headteacher", "work_setting", "kind_of_nursery", "employment_type"),
            **keys("approved_itt_provider", "referred_by_return_to_teaching_adviser"),
            "institution": INSTITUTION,
        },
        tells=frozenset({"code", "funded", "needs_review", *ERRORS}),
    ),
    "previously_funded": Suite(
        run=previously_funded,
        shape={
            "course": None,
            "other_applications": [
                {
                    **keys("course", "status", "eligible_for_funding", "funded_place"),
                    **keys("training_status", "cohort", "lead_provider", "id"),
                    **keys("same_user", "other_user", "same_verified_trn_other_person"),
                }
            ],
        },
        tells=frozenset({"previously_funded"}),
    ),
    "application_eligibility_view": Suite(
        run=application_eligibility_view,
        shape=keys(
            "eligible_for_funding", "funded_place", "previously_funded", "funding_status_code"
        ),
        tells=frozenset({"eligible_for_funding", "ineligible_for_funding_reason", "fundable"}),
    ),
    "trn": Suite(
        run=teacher_reference_number,
        shape=keys("op", "value"),
        tells=frozenset({"valid", "error", "value"}),
    ),
}
