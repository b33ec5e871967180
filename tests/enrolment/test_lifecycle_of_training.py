"""Any order of decisions on somebody's training leaves a history that agrees with the enrolment.

An imported enrolment is used, which DfE does not know: each decision is true at once.
"""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headship_contracts.enrolment.applications import AcceptApplication, AddApplication
from headship_contracts.enrolment.courses import SetCourseTerms
from headship_contracts.enrolment.events import ApplicationState
from headship_contracts.enrolment.tasks import ListTasks
from headship_contracts.enrolment.training import (
    CorrectTrainingEntry,
    DeferParticipant,
    ResumeParticipant,
    SetExpectedReturn,
    TrainingHistory,
    TrainingOn,
    WithdrawParticipant,
)
from headship_contracts.errors import Invalid, Refused
from kit.testing import emitted

BEGAN = datetime(2026, 10, 5, 9, tzinfo=UTC)
KINDS = {"defer": DeferParticipant, "resume": ResumeParticipant, "withdraw": WithdrawParticipant}
BECOMES = {"defer": "deferred", "resume": "active", "withdraw": "withdrawn"}
ALLOWED = {
    "active": {"defer", "withdraw"},
    "deferred": {"resume", "withdraw"},
    "withdrawn": {"resume"},
}

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["defer", "resume", "withdraw", "expect", "correct"]),
        st.integers(0, 9),  # days that pass before
        st.integers(-2, 12),  # days back from which it counts
        st.booleans(),  # whether a return is expected
    ),
    max_size=8,
)


@pytest.fixture
def enrol(enrolling):
    """A new enrolment each time, accepted when training began."""

    def enrol():
        enrolling.moves_to(BEGAN)
        enrolling.call(SetCourseTerms(course="npq-senco", most_deferrals=2))
        added = enrolling.call(
            AddApplication(
                reference=uuid4().hex,
                full_name="Imogen Import",
                course="npq-senco",
                cohort="2026b",
                works_in_england=False,
            )
        )
        asked = AcceptApplication(application_id=added.application_id, funded_place=False)
        return enrolling.call(asked).application_id

    return enrol


def entries(enrolling, application_id):
    return enrolling.call(TrainingHistory(application_id=application_id, limit=500)).items


def status_on(enrolling, application_id, day, known_at=None):
    asked = TrainingOn(application_id=application_id, on=day, known_at=known_at)
    return enrolling.call(asked).training_status


def attempt(enrolling, application_id, kind, effective_on, expects):
    """Do one thing; says whether it was allowed."""
    returns_on = effective_on + timedelta(days=90)
    try:
        if kind == "expect":
            request = SetExpectedReturn(
                application_id=application_id, expected_return_on=returns_on
            )
        elif kind == "correct":
            said = [e for e in entries(enrolling, application_id) if not e.corrected]
            request = CorrectTrainingEntry(
                application_id=application_id,
                entry_id=said[-1].entry_id,
                effective_on=effective_on,
            )
        else:
            more = {} if kind == "resume" else {"reason": "other"}
            if kind == "defer" and expects:
                more["expected_return_on"] = returns_on
            request = KINDS[kind](application_id=application_id, effective_on=effective_on, **more)
        enrolling.call(request)
    except (Invalid, Refused):
        return False
    return True


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_whatever_is_decided_the_history_agrees_with_the_enrolment(enrolling, enrol, steps):
    application_id = enrol()
    now, status, deferred = BEGAN, "active", 0
    seen = []  # (when asked, the day asked about, the answer)

    for kind, passing, back, expects in steps:
        now += timedelta(days=passing, hours=1)
        enrolling.moves_to(now)
        before = enrolling.application(application_id)
        done = attempt(enrolling, application_id, kind, now.date() - timedelta(days=back), expects)
        after = enrolling.application(application_id)

        if kind in BECOMES:
            assert not done or kind in ALLOWED[status]
            status = BECOMES[kind] if done else status
            deferred += done and kind == "defer"
        assert after.training_status == status
        assert done or after == before
        assert deferred <= 2
        assert (after.expected_return_on is None) or status == "deferred"
        open_tasks = enrolling.call(ListTasks(application_id=application_id)).items
        assert [task.kind for task in open_tasks] == (
            ["missing_return_date"]
            if status == "deferred" and after.expected_return_on is None
            else []
        )
        seen.append((now, now.date(), status_on(enrolling, application_id, now.date())))
        assert seen[-1][2] == status
        now += timedelta(hours=1)

    for known_at, day, answer in seen:
        asked_again = status_on(enrolling, application_id, day, known_at + timedelta(minutes=30))
        assert asked_again == answer
    told = [
        event.revision
        for event in emitted(enrolling.db, ApplicationState)
        if event.application_id == application_id
    ]
    assert told == sorted(set(told))
