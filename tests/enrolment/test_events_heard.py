"""What other services tell: kept once, the newest wins, in whatever order it comes."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from enrolling import a_result, engagement
from sqlalchemy import select

from enrolment.models import Evidence, Participant, Staff
from headship_contracts.assessment.events import SubmissionMissed
from headship_contracts.enrolment.declarations import DueDeclarations
from headship_contracts.enrolment.events import OutcomeReported
from headship_contracts.enrolment.staff import AddStaff
from headship_contracts.notifications.events import MessageFailed
from kit.testing import deliver, emitted


@pytest.fixture
def participant(enrolling):
    return enrolling.enrolled()


def kept(enrolling):
    with enrolling.db.transaction() as tx:
        return {(e.kind, e.record_revision) for e in tx.scalars(select(Evidence))}


def test_engagement_is_kept_once_and_the_newest_wins(enrolling, participant):
    newer = engagement(participant, date(2026, 10, 8), date(2026, 10, 20), 7)
    older = engagement(participant, date(2026, 10, 9), date(2026, 10, 9), 6)

    deliver(enrolling.service, newer, times=2)
    deliver(enrolling.service, older)
    enrolling.moves_to(datetime(2026, 10, 21, 20, tzinfo=UTC))
    enrolling.declares()

    assert kept(enrolling) == {("engagement", 7)}
    (started,) = enrolling.declarations()
    assert (started.evidence_revision, started.evidence_on) == (7, date(2026, 10, 8))


def test_evidence_may_come_before_the_application(enrolling):
    enrolling.sync()
    stranger = enrolling.applications()[0]

    deliver(enrolling.service, a_result(stranger, application_id=uuid4()))

    assert kept(enrolling) == {("result", 1)}


def test_a_result_is_an_outcome_only_after_completed_was_declared(enrolling, participant):
    deliver(enrolling.service, a_result(participant), times=2)
    enrolling.push()

    assert emitted(enrolling.db, OutcomeReported) == []


def test_a_result_that_changes_after_an_appeal_reaches_dfe_once(enrolling, participant):
    enrolling.completes(participant)
    failed = a_result(participant, state="failed", revision=1)
    overturned = a_result(
        participant, result_id=failed.result_id, state="passed", revision=2, replaces=1
    )
    deliver(enrolling.service, failed)
    enrolling.declares()

    deliver(enrolling.service, overturned, times=2)
    deliver(enrolling.service, failed)
    enrolling.push()

    assert enrolling.state_at_dfe()["outcomes"]["by_state"] == {"failed": 1, "passed": 1}
    completed = enrolling.declarations(declaration_type="completed")[0]
    assert (completed.has_passed, completed.evidence_changed) == (False, True)


def test_a_result_that_lies_in_the_future_waits_for_its_day(enrolling, participant):
    enrolling.completes(participant)
    deliver(enrolling.service, a_result(participant, state="failed"))
    enrolling.declares()

    deliver(enrolling.service, a_result(participant, attempt=2, completion_date=date(2028, 2, 3)))
    enrolling.declares()
    early = enrolling.state_at_dfe()["outcomes"]["all"]
    enrolling.moves_to(datetime(2028, 2, 3, 20, tzinfo=UTC))
    enrolling.declares()
    enrolling.declares()

    assert early == 1
    assert enrolling.state_at_dfe()["outcomes"]["by_state"] == {"failed": 1, "passed": 1}
    assert enrolling.writes(state="refused") == []


def test_later_engagement_does_not_count_as_a_correction(enrolling, participant):
    enrolling.moves_to(datetime(2026, 10, 21, 20, tzinfo=UTC))
    enrolling.engages(participant, date(2026, 10, 8), date(2026, 10, 20))
    enrolling.declares()

    enrolling.engages(participant, date(2026, 10, 8), date(2026, 11, 20))
    grown = enrolling.declarations()[0].evidence_changed
    enrolling.engages(participant, date(2026, 10, 12), date(2026, 11, 20))
    corrected = enrolling.declarations()[0].evidence_changed

    assert (grown, corrected) == (False, True)


def test_a_missed_submission_explains_why_nothing_proves_completion(enrolling, participant):
    enrolling.completes(participant)
    missed = SubmissionMissed(
        candidate_id=uuid4(),
        application_id=participant.application_id,
        participant_id=participant.participant_id,
        window_id=uuid4(),
        revision=1,
    )

    deliver(enrolling.service, missed, times=2)

    (due,) = enrolling.call(DueDeclarations()).items
    assert (due.declaration_type, due.reason, due.detail) == (
        "completed",
        "no_evidence",
        "no script was submitted",
    )


def a_failure(person_id, *, revision, permanent=True):
    return MessageFailed(
        message_id=uuid4(),
        person_id=person_id,
        template="joining",
        permanent=permanent,
        revision=revision,
    )


def failed_at(enrolling, kind, person_id):
    with enrolling.db.transaction() as tx:
        return tx.get_one(kind, person_id).address_failed_at


def test_an_address_that_fails_for_good_is_noted(enrolling, participant):
    later = int(datetime(2100, 1, 1, tzinfo=UTC).timestamp() * 1_000_000)
    person = participant.participant_id

    deliver(enrolling.service, a_failure(person, revision=later, permanent=False))
    passing = failed_at(enrolling, Participant, person)
    deliver(enrolling.service, a_failure(person, revision=1))
    outdated = failed_at(enrolling, Participant, person)
    deliver(enrolling.service, a_failure(person, revision=later), times=2)

    assert (passing, outdated) == (None, None)
    assert enrolling.application(participant.application_id).address_failed
    assert failed_at(enrolling, Participant, person) == datetime(2100, 1, 1, tzinfo=UTC)


def test_a_failed_address_of_staff_is_noted_too(enrolling):
    coach = enrolling.call(
        AddStaff(full_name="Cora Coach", email="cora@example.org", roles=["coach"])
    )

    deliver(enrolling.service, a_failure(coach.staff_id, revision=coach.revision + 1), times=2)
    deliver(enrolling.service, a_failure(uuid4(), revision=1))

    assert failed_at(enrolling, Staff, coach.staff_id) is not None
