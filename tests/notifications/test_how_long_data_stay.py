"""What is known of people goes when its time is over, however their training ended."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from headship_contracts.assessment import events as assessment
from headship_contracts.enrolment import events as enrolment
from headship_contracts.notifications.preferences import SetPreferences, TopicPreference
from kit.testing import call, run_timer
from notifications.models import Application, Declaration, Outcome, Preference, Result

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
MONTH = timedelta(days=31)


def as_revision(at):
    return int(at.timestamp() * 1_000_000)


@pytest.fixture
def applying(an_office):
    return an_office(RETENTION_APPLY="yes")


@pytest.fixture
def accepted(applying, told):
    """A participant who has said how they want to hear of things."""
    told.revision = as_revision(NOW)
    applying.hear(told.make(enrolment.ApplicationAccepted))
    wanted = [TopicPreference(topic="attendance", wanted="never")]
    call(applying.service, SetPreferences(person_id=told.participant_id, topics=wanted))
    return told


def held(office):
    """Tables with a row about somebody."""
    with office.db.transaction() as tx:
        of_people = (Application, Preference, Declaration, Outcome, Result)
        return {one.__tablename__ for one in of_people if tx.execute(select(one)).first()}


def months_later(office, months):
    run_timer(office.service, "keep_retention", NOW + months * MONTH)


ENDS = [
    (assessment.ResultReleased, {"state": "passed"}, "results"),
    (enrolment.OutcomeReported, {"state": "passed"}, "outcomes"),
    (enrolment.DeclarationSubmitted, {"declaration_type": "completed"}, "declarations"),
]
GOES_ON = [
    (assessment.ResultReleased, {"state": "failed"}, "results"),
    (enrolment.OutcomeReported, {"state": "voided"}, "outcomes"),
    (enrolment.DeclarationSubmitted, {"declaration_type": "retained-2"}, "declarations"),
]


@pytest.mark.parametrize(("kind", "wanted", "fact"), ENDS)
def test_what_is_known_of_someone_who_has_completed_goes_in_its_time(
    applying, accepted, kind, wanted, fact
):
    applying.hear(accepted.make(kind, **wanted))

    months_later(applying, 11)
    assert held(applying) == {"applications", "preferences", fact}
    months_later(applying, 13)
    assert held(applying) == {"applications", fact}
    months_later(applying, 25)
    assert held(applying) == set()


@pytest.mark.parametrize(("kind", "wanted", "fact"), GOES_ON)
def test_who_has_not_completed_is_still_known(applying, accepted, kind, wanted, fact):
    applying.hear(accepted.make(kind, **wanted))

    months_later(applying, 25)

    assert held(applying) == {"applications", "preferences", fact}


def test_who_completed_one_course_and_is_in_another_keeps_their_wishes(applying, accepted):
    applying.hear(accepted.make(assessment.ResultReleased, state="passed"))
    another = type(accepted)(participant_id=accepted.participant_id, revision=accepted.revision)
    waits = another.make(enrolment.ApplicationReceived, status="pending", training_status=None)
    applying.hear(waits)

    months_later(applying, 25)

    assert held(applying) == {"applications", "preferences"}
