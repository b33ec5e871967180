"""What the cases of a suite may give: likely values, edges of the rules, and odd ones."""

from hypothesis import strategies as st

from enrolment.domain.dfe import courses, participants
from enrolment.domain.dfe.vocabulary import COHORT_FUNDING, DECLARATION_STATES, STATUSES

WITHDRAWAL_REASONS = participants.WITHDRAWAL_REASONS[:9]

COMMON_COURSES = st.sampled_from(
    [courses.HEADSHIP] * 6
    + [courses.EARLY_HEADSHIP_COACHING_OFFER, courses.ADDITIONAL_SUPPORT_OFFER]
    + [courses.LEADING_LITERACY, courses.SENCO]
)
STATES = st.sampled_from(DECLARATION_STATES)
FUNDINGS = st.sampled_from(COHORT_FUNDING)
TYPES = st.sampled_from(courses.DECLARATION_TYPES)
ODD = st.sampled_from([None, "", " ", 0, 1, True, False, "true", "false", "started"])
PLACES = st.sampled_from([True, True, False, None, "true", 0, 1, ""])
COHORTS = st.sampled_from(["2021a", "2022a", "2023a", "2024a", "2025a", "2026a", "2026b"])
PROVIDERS = st.sampled_from(["LP1"] * 5 + ["LP2"])
PARTNERS = st.sampled_from(["DP1"] * 3 + ["DP2", "DP3", "DP9", None, ""])
TRAINING = st.sampled_from(["active", "active", "deferred", "withdrawn"])
SCHEDULES = ("npq-leadership-autumn", "npq-leadership-spring", "npq-specialist-autumn")
COACHING = ("npq-ehco-november", "npq-ehco-december", "npq-ehco-june")


RIVALS = st.fixed_dictionaries(
    {
        "course": COMMON_COURSES,
        "cohort": COHORTS,
        "status": st.sampled_from(STATUSES),
        "same_verified_trn_other_person": st.booleans(),
    }
).flatmap(
    lambda rival: (
        st.just(rival)
        if rival["status"] != "accepted"
        else TRAINING.map(lambda training: rival | {"training_status": training})
    )
)


DATES = st.sampled_from(
    ["2026-10-05T09:00:00Z"] * 4
    + ["2026-10-01T00:00:00Z", "2026-09-30T23:59:59Z", "2026-11-15T12:00:00Z"]
    + ["2026-11-15T12:00:01Z", "2026-10-05T10:00:00+01:00", "2026-10-05", "soon", None, 5]
)

ACCEPTANCES = st.fixed_dictionaries(
    {
        "application": st.fixed_dictionaries(
            {
                "status": st.sampled_from(["pending"] * 4 + ["accepted", "rejected"]),
                "course": COMMON_COURSES,
                "cohort": st.sampled_from(["2026b"] * 4 + ["2023a", "2025a"]),
                "eligible_for_funding": st.booleans(),
            }
        ),
        "cohort_funding": FUNDINGS,
        "request": st.fixed_dictionaries(
            {
                "funded_place": PLACES,
                "schedule_identifier": st.sampled_from([None, None, "", "x", *SCHEDULES]),
            }
        ),
        "schedules_in_cohort": st.just([*SCHEDULES, *COACHING, "npq-aso-december"]),
        "default_schedule": st.sampled_from([*SCHEDULES, *COACHING, "npq-aso-december"]),
        "other_applications": st.lists(RIVALS, max_size=2),
    }
)

FUNDED_PLACES = st.fixed_dictionaries(
    {
        "status": st.sampled_from(STATUSES),
        "declaration_states": st.lists(STATES, max_size=2),
        "eligible_for_funding": st.booleans(),
        "cohort_funding": FUNDINGS,
        "request": st.fixed_dictionaries({"funded_place": PLACES}),
    }
)

DECLARATIONS = st.fixed_dictionaries(
    {
        "now": st.just("2026-11-15T12:00:00Z"),
        "caller": PROVIDERS,
        "application": st.fixed_dictionaries(
            {
                "status": st.sampled_from(["accepted"] * 5 + ["pending"]),
                "lead_provider": PROVIDERS,
                "course": COMMON_COURSES,
                "cohort": st.fixed_dictionaries(
                    {
                        "start_year": st.sampled_from([2023, 2024, 2026]),
                        "suffix": st.sampled_from("ab"),
                        "funding": FUNDINGS,
                    }
                ),
                "eligible_for_funding": st.booleans(),
                "funded_place": st.sampled_from([True, False, None]),
                "previously_funded": st.booleans(),
                "in_england": st.sampled_from([True, True, False]),
                "training_status": TRAINING,
                "withdrawn_at": st.sampled_from(["2026-10-05T09:00:00Z", "2026-10-06T09:00:00Z"]),
            }
        ),
        "schedule": st.sampled_from([True] * 5 + [False]).map(
            lambda there: (
                {
                    "identifier": "npq-leadership-autumn",
                    "applies_from": "2026-10-01",
                    "allowed_declaration_types": ["started", "retained-1", "completed"],
                }
                if there
                else None
            )
        ),
        "contract_for_cohort_and_course": st.sampled_from([True] * 5 + [False]),
        "statements": st.lists(
            st.fixed_dictionaries(
                {
                    "state": st.sampled_from(["open", "open", "payable", "paid"]),
                    "output_fee": st.booleans(),
                    "deadline_date": st.sampled_from(
                        ["2026-11-14", "2026-11-15", "2026-12-25", "2027-03-25"]
                    ),
                }
            ),
            max_size=3,
            unique_by=lambda statement: statement["deadline_date"],
        ).map(lambda all_: [one | {"id": f"S{n}"} for n, one in enumerate(all_)]),
        "delivery_partners": st.just(
            {"linked_to_caller_for_cohort": ["DP1", "DP2"], "other_existing": ["DP3"]}
        ),
        "own_declarations": st.lists(
            st.fixed_dictionaries(
                {
                    "declaration_type": TYPES,
                    "state": STATES,
                    "declaration_date": st.sampled_from([None, "2026-10-05T09:00:00Z"]),
                }
            ),
            max_size=1,
        ),
        "same_trn_other_people_declarations": st.lists(
            st.fixed_dictionaries(
                {
                    "id": st.just("D0"),
                    "course": COMMON_COURSES,
                    "declaration_type": TYPES,
                    "state": STATES,
                }
            ),
            max_size=1,
        ),
        "request": st.fixed_dictionaries(
            {
                "participant_id": st.sampled_from(["P1"] * 6 + ["P7", None, ""]),
                "course_identifier": COMMON_COURSES,
                "declaration_type": st.one_of(TYPES, TYPES, TYPES, ODD),
                "declaration_date": DATES,
                "delivery_partner_id": PARTNERS,
                "secondary_delivery_partner_id": st.one_of(st.none(), PARTNERS),
                "has_passed": st.sampled_from([True, "false", None, "TRUE", 1]),
            }
        ),
    }
)

VOIDS = st.fixed_dictionaries(
    {
        "caller": PROVIDERS,
        "transferred_application_now_with": st.sampled_from([None, "LP2"]),
        "declaration": st.fixed_dictionaries(
            {
                "lead_provider": PROVIDERS,
                "state": STATES,
                "declaration_type": TYPES,
                "course": COMMON_COURSES,
                "cohort_start_year": st.sampled_from([2021, 2024, 2026]),
            }
        ),
        "latest_outcome": st.sampled_from([None, "passed", "failed", "voided"]),
        "next_output_fee_statement": st.sampled_from(["ST2", "ST2", None]),
    }
)

OUTCOMES = st.fixed_dictionaries(
    {
        "now": st.just("2026-11-15T12:00:00Z"),
        "caller": st.just("LP1"),
        "completed_declaration": st.fixed_dictionaries(
            {
                "state": STATES,
                "lead_provider": PROVIDERS,
                "application_lead_provider": PROVIDERS,
                "course": st.sampled_from([courses.HEADSHIP, courses.SENCO]),
            }
        ),
        "existing_outcomes": st.lists(
            st.fixed_dictionaries(
                {
                    "state": st.sampled_from(["passed", "failed", "voided"]),
                    "completion_date": st.sampled_from(["2026-11-07", "2026-11-08"]),
                }
            ),
            max_size=2,
        ),
        "request": st.fixed_dictionaries(
            {
                "course_identifier": st.one_of(COMMON_COURSES, COMMON_COURSES, ODD),
                "state": st.sampled_from(["passed", "passed", "failed", "voided", None, 1]),
                "completion_date": st.sampled_from(
                    ["2026-11-08"] * 3 + ["2026-11-15", "2026-11-16", "8 Nov", "", None]
                ),
            }
        ),
    }
)

ACTIONS = st.fixed_dictionaries(
    {
        "action": st.sampled_from(["defer", "withdraw", "resume"]),
        "application": st.fixed_dictionaries(
            {
                "status": st.sampled_from(["accepted"] * 5 + ["rejected"]),
                "training_status": TRAINING,
                "course": COMMON_COURSES,
                "lead_provider": PROVIDERS,
            }
        ),
        "declarations": st.lists(
            st.fixed_dictionaries({"declaration_type": TYPES, "state": STATES}), max_size=2
        ),
        "request": st.fixed_dictionaries(
            {
                "course_identifier": st.one_of(COMMON_COURSES, COMMON_COURSES, ODD),
                "reason": st.sampled_from(
                    [*participants.DEFERRAL_REASONS, *WITHDRAWAL_REASONS, None, "", "x", 7]
                ),
            }
        ),
    }
)

CHANGES_OF_SCHEDULE = st.fixed_dictionaries(
    {
        "application": st.fixed_dictionaries(
            {
                "training_status": TRAINING,
                "course": st.sampled_from([courses.HEADSHIP] * 3 + [courses.LEADING_LITERACY]),
                "cohort": COHORTS,
                "cohort_funding": FUNDINGS,
                "schedule": st.sampled_from([*SCHEDULES, None]),
                "eligible_for_funding": st.booleans(),
                "funded_place": st.sampled_from([True, False, None]),
            }
        ),
        "declarations": st.lists(
            st.fixed_dictionaries(
                {
                    "declaration_type": TYPES,
                    "state": STATES,
                    "declaration_date": st.sampled_from(
                        ["2026-12-31", "2027-01-01", "2027-01-01T00:00:01Z"]
                    ),
                }
            ),
            max_size=2,
        ),
        "target": st.fixed_dictionaries(
            {
                "cohort": COHORTS,
                "cohort_funding": FUNDINGS,
                "schedule": st.sampled_from(SCHEDULES),
                "applies_from": st.just("2027-01-01"),
                "allowed_declaration_types": st.sampled_from(
                    [["started"], list(courses.DECLARATION_TYPES)]
                ),
                "course_group_matches": st.booleans(),
                "exists": st.sampled_from([True, True, True, False]),
                "contract": st.sampled_from([True, True, True, False]),
            }
        ),
    }
)
