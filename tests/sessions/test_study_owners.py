"""Whose study it is that a learning platform tells of by a participant's id."""

from datetime import UTC, datetime

import pytest
from test_study_imports import progress, take_in
from training import then

from headship_contracts.enrolment.events import ParticipantWithdrawn


@pytest.fixture
def ids(training):
    training.publish()
    events = training.accept(1, slots=[])
    training.at(datetime(2026, 12, 1, 12, tzinfo=UTC))
    return [event.application_id for event in events]


def test_a_participant_of_two_programmes_needs_the_course(training, ids):
    participant = training.accepted[ids[0]].participant_id
    training.accept(1, slots=[], participant_id=participant, course="npq-senco")
    content = f"person,unit,finished\n{participant},culture-1,yes\n"

    unsure = take_in(training, content)
    sure = take_in(training, content, course="npq-headship")

    assert [problem.code for problem in unsure.problems] == ["course_needed"]
    assert (sure.recorded, progress(training, ids[0])) == (1, {"culture-1": (0, True)})


def test_of_a_participants_two_applications_the_one_in_training_is_meant(training, ids):
    former = training.accepted[ids[0]]
    training.hears(then(former, ParticipantWithdrawn))
    (again,) = training.accept(1, slots=[], participant_id=former.participant_id)

    report = take_in(training, f"person,unit,finished\n{former.participant_id},culture-1,yes\n")

    assert report.problems == []
    assert progress(training, again.application_id) == {"culture-1": (0, True)}
    assert progress(training, ids[0]) == {}
