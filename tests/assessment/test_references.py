"""What others tell is kept in its newest form, however late and however often it comes."""

from datetime import date
from uuid import UUID

import pytest

from assessment.models import DeliveryPartner, DfeOutcome, Plan, Schedule, StaffMember
from headship_contracts.enrolment.events import (
    DeliveryPartnerChanged,
    Milestone,
    OutcomeReported,
    SchedulePublished,
    StaffChanged,
)
from headship_contracts.sessions.events import PlanPublished

ID = UUID(int=7)
EARLY, LATE = date(2028, 1, 1), date(2028, 2, 2)


def a_milestone(deadline_on):
    return Milestone(declaration_type="completed", opens_on=EARLY, deadline_on=deadline_on)


PLAN = {"plan_id": ID, "course": "npq-headship", "cohort": "2026b", "starts_on": EARLY}
SCHEDULE = {"schedule": "npq-leadership-autumn", "cohort": "2026b", "starts_on": EARLY}
OUTCOME = {"application_id": ID, "participant_id": ID, "completion_date": EARLY}

CASES = {
    "staff": (
        StaffChanged(revision=1, staff_id=ID, roles=["assessor"], trust_id="T1"),
        StaffChanged(revision=2, staff_id=ID, roles=["lead"], active=False),
        StaffMember,
        lambda row: (row.roles, row.trust_id, row.active),
        (["lead"], None, False),
    ),
    "delivery_partner": (
        DeliveryPartnerChanged(revision=1, delivery_partner_id=ID, status="active", name="Hub"),
        DeliveryPartnerChanged(revision=2, delivery_partner_id=ID, status="removed", name="Hub"),
        DeliveryPartner,
        lambda row: row.status,
        "removed",
    ),
    "schedule": (
        SchedulePublished(revision=1, milestones=[a_milestone(EARLY)], **SCHEDULE),
        SchedulePublished(revision=2, milestones=[a_milestone(LATE)], **SCHEDULE),
        Schedule,
        lambda row: row.completed_deadline_on,
        LATE,
    ),
    "a schedule without assessment": (
        SchedulePublished(revision=1, milestones=[a_milestone(EARLY)], **SCHEDULE),
        SchedulePublished(revision=2, milestones=[], **SCHEDULE),
        Schedule,
        lambda row: row.completed_deadline_on,
        None,
    ),
    "plan": (
        PlanPublished(revision=1, version=1, last_unit_ends_on=EARLY, **PLAN),
        PlanPublished(revision=2, version=2, last_unit_ends_on=LATE, **PLAN),
        Plan,
        lambda row: row.last_unit_ends_on,
        LATE,
    ),
    "outcome": (
        OutcomeReported(revision=1, state="failed", **OUTCOME),
        OutcomeReported(revision=2, state="passed", **OUTCOME),
        DfeOutcome,
        lambda row: row.state,
        "passed",
    ),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("newest_first", [False, True])
def test_the_newest_telling_is_kept(office, case, newest_first):
    older, newer, model, seen, expected = CASES[case]

    office.tell(*((newer, older) if newest_first else (older, newer)), times=2)

    with office.db.transaction() as tx:
        (row,) = tx.query(model).all()
        assert seen(row) == expected
        assert row.revision == 2
