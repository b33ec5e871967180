"""Deferring, resuming and withdrawing, at DfE and here."""

from datetime import UTC, date, datetime, timedelta

import pytest

from headship_contracts.enrolment.declarations import DueDeclarations
from headship_contracts.enrolment.events import (
    ParticipantDeferred,
    ParticipantResumed,
    ParticipantWithdrawn,
)
from headship_contracts.enrolment.training import (
    DeferParticipant,
    ResumeParticipant,
    WithdrawParticipant,
)
from headship_contracts.errors import Invalid, Refused
from kit.testing import emitted


@pytest.fixture
def started(enrolling):
    participant = enrolling.enrolled()
    enrolling.moves_to(datetime(2026, 10, 20, 20, tzinfo=UTC))
    enrolling.engages(participant, date(2026, 10, 8), date(2026, 10, 19))
    enrolling.declares()
    return participant


def test_a_deferral_becomes_true_when_dfe_has_it(enrolling, started):
    request = DeferParticipant(
        application_id=started.application_id,
        reason="parental-leave",
        expected_return_on=date(2027, 4, 1),
    )

    deciding = enrolling.call(request)
    enrolling.push()

    assert (deciding.training_status, deciding.decision) == ("active", "deferring")
    deferred = enrolling.application(started.application_id)
    assert (deferred.training_status, deferred.decision) == ("deferred", None)
    assert deferred.expected_return_on == date(2027, 4, 1)
    assert enrolling.state_at_dfe()["by_training_status"] == {"deferred": 1}
    (told,) = emitted(enrolling.db, ParticipantDeferred)
    assert (told.reason, told.effective_on) == ("parental-leave", date(2026, 10, 20))


def test_a_deferred_participant_comes_back(enrolling, started):
    enrolling.call(DeferParticipant(application_id=started.application_id, reason="other"))
    enrolling.push()
    enrolling.moves_to(datetime(2027, 1, 11, 9, tzinfo=UTC))

    enrolling.call(ResumeParticipant(application_id=started.application_id))
    enrolling.push()

    back = enrolling.application(started.application_id)
    assert (back.training_status, back.training_reason) == ("active", None)
    assert enrolling.state_at_dfe()["by_training_status"] == {"active": 1}
    (told,) = emitted(enrolling.db, ParticipantResumed)
    assert told.effective_on == date(2027, 1, 11)


def test_a_withdrawal_takes_dfes_reason_with_its_full_stop(enrolling, started):
    reason = "quality-of-programme-structure-not-suitable."

    enrolling.call(WithdrawParticipant(application_id=started.application_id, reason=reason))
    enrolling.push()

    withdrawn = enrolling.application(started.application_id)
    assert (withdrawn.training_status, withdrawn.place) == ("withdrawn", "held")
    assert enrolling.state_at_dfe()["by_training_status"] == {"withdrawn": 1}
    assert [e.reason for e in emitted(enrolling.db, ParticipantWithdrawn)] == [reason]


@pytest.mark.parametrize(
    ("kind", "reason", "title"),
    [
        (DeferParticipant, "tired", "reason"),
        (WithdrawParticipant, "quality-of-programme-structure-not-suitable", "reason"),
    ],
)
def test_a_reason_that_dfe_does_not_know_is_refused(enrolling, started, kind, reason, title):
    with pytest.raises(Refused) as refusal:
        enrolling.call(kind(application_id=started.application_id, reason=reason))

    assert list(refusal.value.fields) == [title]


def test_who_has_not_started_can_neither_be_deferred_nor_withdrawn(enrolling):
    participant = enrolling.enrolled()

    with pytest.raises(Refused, match="that has no declarations"):
        enrolling.call(DeferParticipant(application_id=participant.application_id, reason="other"))
    with pytest.raises(Refused, match="not got a started declaration"):
        enrolling.call(
            WithdrawParticipant(application_id=participant.application_id, reason="other")
        )


def test_a_return_before_the_deferral_is_no_date(enrolling, started):
    with pytest.raises(Invalid, match="expected_return_on"):
        enrolling.call(
            DeferParticipant(
                application_id=started.application_id,
                reason="other",
                expected_return_on=date(2026, 10, 20),
            )
        )


def test_after_a_withdrawal_only_what_was_reached_before_is_declared(enrolling, started):
    enrolling.moves_to(datetime(2026, 12, 10, 9, tzinfo=UTC))
    enrolling.engages(started, date(2026, 10, 8), date(2026, 12, 2))
    enrolling.call(WithdrawParticipant(application_id=started.application_id, reason="other"))
    enrolling.push()
    enrolling.moves_to(datetime(2027, 6, 20, 9, tzinfo=UTC))
    enrolling.declares()
    enrolling.declares()

    assert [d.declaration_type for d in enrolling.declarations()] == ["started", "retained-1"]
    assert {d.state for d in enrolling.declarations()} == {"eligible"}


class TestAnEnrolmentThatIsNotTheLatest:
    """DfE is asked by participant and course, and takes the application that was made last."""

    @pytest.fixture
    def overtaken(self, enrolling, started):
        world = enrolling.dfe.world
        mine = world.applications[str(started.dfe_application_id)]
        later = next(a for a in world.applications.in_order() if a.status == "pending")
        enrolling.moves_to(enrolling.at + timedelta(hours=1))
        later.course, later.cohort = mine.course, "2025a"
        later.status, later.training_status = "accepted", "active"
        later.created_at = mine.created_at + timedelta(days=1)
        world.merge(later.participant_id, mine.participant_id, enrolling.at)
        enrolling.sync(everything=True)
        return started

    @pytest.mark.parametrize("action", [DeferParticipant, WithdrawParticipant])
    def test_is_not_changed_in_place_of_the_other(self, enrolling, overtaken, action):
        with pytest.raises(Refused, match="later application"):
            enrolling.call(action(application_id=overtaken.application_id, reason="other"))

    def test_is_not_declared_in_place_of_the_other(self, enrolling, overtaken):
        enrolling.moves_to(datetime(2026, 12, 3, 20, tzinfo=UTC))
        enrolling.engages(overtaken, date(2026, 10, 8), date(2026, 12, 3))

        enrolling.declares()

        assert [d.declaration_type for d in enrolling.declarations()] == ["started"]
        (blocked,) = [
            due
            for due in enrolling.call(DueDeclarations()).items
            if due.application_id == overtaken.application_id
        ]
        assert (blocked.declaration_type, blocked.reason) == ("retained-1", "blocked")
        assert "later application" in blocked.detail
