"""Who is funded by DfE: the whole 2026 policy, in the order in which DfE decides.

Source: `app/services/funding_eligibility.rb`; the first rule that applies wins.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from enrolment.domain.dfe import courses
from enrolment.domain.dfe.vocabulary import CHILDCARE_SETTINGS, LEAD_MENTOR, SCHOOL_SETTINGS

FUNDED = "funded"
NEEDS_REVIEW = frozenset({"subject_to_review", "referred_by_return_to_teaching_adviser"})
FUNDED_BY_POLICY = "marked_funded_by_policy"  # an administrator's decision
FUNDED_COHORTS = frozenset({"capped", "full"})

REVIEWED_EMPLOYMENT = frozenset(
    {
        "local_authority_virtual_school",
        "hospital_school",
        "young_offender_institution",
        "local_authority_supply_teacher",
    }
)

LOCAL_AUTHORITY_NURSERY_SCHOOL = "15"

WELSH_ESTABLISHMENT = "30"
AUTHORITIES_OUTSIDE_ENGLAND = frozenset({"000", "673", "702", "704", "708"})
"""Codes of authorities in GIAS that are none: abroad, Welsh, or not applicable."""

ELIGIBLE_ESTABLISHMENT_TYPES = frozenset(
    str(code)
    for code in (
        *(1, 2, 3, 5, 6, 7, 8, 10, 12, 14, 15, 18, 24, 26, 28),
        *(31, 32, 33, 34, 35, 36, 38, 39, 40, 41, 42, 43, 44, 45, 46),
    )
)
"""GIAS type codes of establishments whose staff may be funded (`app/models/school.rb`)."""


def is_in_england(*, establishment_type_code: str | None, authority_code: str | None) -> bool:
    """Whether DfE counts a school of the register as one in England."""
    return (
        establishment_type_code != WELSH_ESTABLISHMENT
        and authority_code not in AUTHORITIES_OUTSIDE_ENGLAND
    )


@dataclass(frozen=True, kw_only=True)
class Institution:
    """Where the applicant works, and which of DfE's lists it is on.

    `eligible_establishment` None: by its type, one of ELIGIBLE_ESTABLISHMENT_TYPES.
    """

    establishment_type_code: str | None = None  # GIAS, "1".."56"
    eligible_establishment: bool | None = None
    on_rise_list: bool = False
    pp50_urn_listed: bool = False
    pp50_fe_ukprn_listed: bool = False
    on_childminders_list: bool = False

    @property
    def is_eligible(self) -> bool:
        """Whether staff of such an establishment may be funded at all."""
        if self.eligible_establishment is None:
            return self.establishment_type_code in ELIGIBLE_ESTABLISHMENT_TYPES
        return self.eligible_establishment

    @property
    def is_local_authority_nursery(self) -> bool:
        """A nursery school that a local authority maintains."""
        return self.establishment_type_code == LOCAL_AUTHORITY_NURSERY_SCHOOL


@dataclass(frozen=True, kw_only=True)
class Applicant:
    """What funding depends on."""

    course: str
    cohort_funding: str  # zero | capped | full
    in_england: bool = True
    previously_funded: bool = False
    new_headteacher: bool = False  # a headteacher, and in the first five years
    work_setting: str | None = "a_school"
    kind_of_nursery: str | None = None
    employment_type: str | None = None
    approved_itt_provider: bool = False
    referred_by_return_to_teaching_adviser: bool = False
    institution: Institution | None = None


@dataclass(frozen=True)
class FundingDecision:
    """DfE's status code; only the code `funded` means money."""

    code: str

    @property
    def funded(self) -> bool:
        """DfE pays, if the place is a funded one."""
        return self.code == FUNDED

    @property
    def needs_review(self) -> bool:
        """A person at DfE decides."""
        return self.code in NEEDS_REVIEW


class InstitutionNeeded(ValueError):
    """Someone who works in a school, trust or college must name it: DfE's form cannot go on."""


def decide_funding(applicant: Applicant) -> FundingDecision:
    """DfE's decision at registration. Raises InstitutionNeeded where a school is not named."""
    return FundingDecision(_status_code(applicant))


def _status_code(applicant: Applicant) -> str:
    if applicant.cohort_funding not in FUNDED_COHORTS:
        return "unfunded_cohort"
    if not applicant.in_england:
        return "not_in_england"
    if applicant.previously_funded:
        return "previously_funded"
    if applicant.course == courses.EARLY_HEADSHIP_COACHING_OFFER:
        return FUNDED if applicant.new_headteacher else "not_new_headteacher_requesting_ehco"
    if applicant.work_setting in CHILDCARE_SETTINGS:
        return _in_childcare(applicant)
    if applicant.work_setting in SCHOOL_SETTINGS:
        return _in_a_school(applicant)
    if applicant.work_setting == "another_setting":
        return _in_another_setting(applicant)
    if applicant.work_setting == "other" and applicant.referred_by_return_to_teaching_adviser:
        return "referred_by_return_to_teaching_adviser"
    return "ineligible_establishment_type"


def _in_childcare(applicant: Applicant) -> str:
    institution = applicant.institution
    if applicant.course == courses.EARLY_YEARS_LEADERSHIP:
        if applicant.kind_of_nursery != "childminder":
            return FUNDED
        listed = institution is not None and institution.on_childminders_list
        return FUNDED if listed else "not_entitled_childminder"
    in_nursery_school = institution is not None and institution.is_local_authority_nursery
    if in_nursery_school and applicant.course in courses.IN_LOCAL_AUTHORITY_NURSERIES:
        return FUNDED
    return "early_years_invalid_npq"


def _in_a_school(applicant: Applicant) -> str:
    institution = applicant.institution
    if institution is None:
        raise InstitutionNeeded(f"no institution named in the setting {applicant.work_setting}")
    if institution.on_rise_list:
        return FUNDED
    if not institution.is_eligible:
        return "ineligible_establishment_type"
    if applicant.course not in courses.ONLY_IN_DISADVANTAGED_SCHOOLS:
        return FUNDED
    if applicant.work_setting == "a_16_to_19_educational_setting":
        listed = institution.pp50_fe_ukprn_listed
    else:
        listed = institution.pp50_urn_listed
    return FUNDED if listed else "ineligible_establishment_not_a_pp50"


def _in_another_setting(applicant: Applicant) -> str:
    if applicant.employment_type == LEAD_MENTOR:
        if applicant.course != courses.LEADING_TEACHING_DEVELOPMENT:
            return "not_lead_mentor_course"
        return FUNDED if applicant.approved_itt_provider else "ineligible_establishment_type"
    reviewed = applicant.employment_type in REVIEWED_EMPLOYMENT
    if reviewed and applicant.course in courses.IN_LOCAL_AUTHORITY_NURSERIES:
        return "subject_to_review"
    return "ineligible_establishment_type"


@dataclass(frozen=True, kw_only=True)
class FundingHistory:
    """Another application of the same person, as far as it uses up the funding."""

    course: str
    status: str  # pending | accepted | rejected
    eligible_for_funding: bool
    funded_place: bool | None = None


def is_previously_funded(course: str, others: Iterable[FundingHistory]) -> bool:
    """Funded once for a course, whatever became of it: withdrawing does not give it back."""
    return any(
        courses.same_course(course, other.course)
        and other.status == "accepted"
        and other.eligible_for_funding
        and other.funded_place is not False
        for other in others
    )


@dataclass(frozen=True, kw_only=True)
class FundingView:
    """The three values that DfE's API derives from one application, easily confused."""

    eligible_for_funding: bool
    ineligible_for_funding_reason: str | None
    fundable: bool  # a declaration would be paid for


def funding_view(
    *,
    eligible_for_funding: bool,
    funded_place: bool | None,
    previously_funded: bool,
    status_code: str | None,
) -> FundingView:
    """What the API shows, from the stored flag, the place, and the person's other applications."""
    used_up = previously_funded and status_code != FUNDED_BY_POLICY
    eligible = eligible_for_funding and not used_up
    reason = None
    if previously_funded:
        reason = "previously-funded"
    elif not eligible_for_funding:
        reason = "establishment-ineligible"
    return FundingView(
        eligible_for_funding=eligible,
        ineligible_for_funding_reason=reason,
        fundable=eligible and funded_place is not False,
    )
