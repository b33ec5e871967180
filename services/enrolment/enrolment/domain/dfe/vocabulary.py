"""The words of DfE's registration, each list complete. Interface values: never reworded.

Source: `app/models/application.rb`, `app/forms/questionnaires/*.rb`,
`app/services/funding_eligibility.rb`, `app/models/cohort.rb`.
"""

SCHOOL_SETTINGS = ("a_school", "an_academy_trust", "a_16_to_19_educational_setting")
CHILDCARE_SETTINGS = ("early_years_or_childcare",)
WORK_SETTINGS = (*CHILDCARE_SETTINGS, *SCHOOL_SETTINGS, "another_setting", "other")

PUBLIC_NURSERIES = ("local_authority_maintained_nursery", "preschool_class_as_part_of_school")
PRIVATE_NURSERIES = ("private_nursery", "another_early_years_setting", "childminder")
KINDS_OF_NURSERY = (*PUBLIC_NURSERIES, *PRIVATE_NURSERIES)

LEAD_MENTOR = "lead_mentor_for_accredited_itt_provider"
EMPLOYMENT_TYPES = (
    "hospital_school",
    LEAD_MENTOR,
    "local_authority_supply_teacher",
    "local_authority_virtual_school",
    "young_offender_institution",
    "other",  # of older registrations
)

TEACHER_CATCHMENTS = (
    "england",
    "another",
    "scotland",  # this and the next are of older registrations
    "wales",
    "northern_ireland",
    "jersey_guernsey_isle_of_man",
)

HEADTEACHER_STATUSES = (
    "no",
    "yes_in_first_five_years",
    "yes_over_five_years",
    "yes_when_course_starts",  # this and the next are of older registrations
    "yes_in_first_two_years",
    "yes_over_two_years",
)

STATUSES = ("pending", "accepted", "rejected")
TRAINING_STATUSES = ("active", "deferred", "withdrawn")

COHORT_FUNDING = ("zero", "capped", "full")
DECLARATION_STATES = (
    "submitted",
    "eligible",
    "payable",
    "paid",
    "voided",
    "ineligible",
    "awaiting_clawback",
    "clawed_back",
)
STATEMENT_STATES = ("open", "payable", "paid")

DECIDED_CODES = (
    "funded",
    "subject_to_review",
    "referred_by_return_to_teaching_adviser",
    "unfunded_cohort",
    "not_in_england",
    "previously_funded",
    "not_new_headteacher_requesting_ehco",
    "early_years_invalid_npq",
    "not_entitled_childminder",
    "not_lead_mentor_course",
    "ineligible_establishment_type",
    "ineligible_establishment_not_a_pp50",
)
"""Status codes that a registration can get."""

FUNDING_STATUS_CODES = (
    *DECIDED_CODES,
    "ineligible_institution_type",  # declared, never given now
    "marked_funded_by_policy",  # this and the next: an administrator's decision
    "marked_ineligible_by_policy",
)
