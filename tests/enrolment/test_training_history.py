"""Training as it changes: when it counts from, when it was known, what DfE dates, what remains."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from enrolling import AUTUMN

from headship_contracts.enrolment.courses import SetCourseTerms
from headship_contracts.enrolment.declarations import PublishCohort
from headship_contracts.enrolment.events import (
    ParticipantDeferred,
    ParticipantRescheduled,
    ParticipantWithdrawn,
)
from headship_contracts.enrolment.training import (
    ChangeSchedule,
    CorrectTrainingEntry,
    DeferParticipant,
    RemainingWork,
    ResumeParticipant,
    SetExpectedReturn,
    TrainingHistory,
    TrainingOn,
    WithdrawParticipant,
)
from headship_contracts.errors import Conflict, Invalid, NotFound, Refused
from kit.testing import emitted

SPRING = "npq-leadership-spring"


@pytest.fixture
def started(enrolling):
    participant = enrolling.enrolled()
    enrolling.moves_to(datetime(2026, 10, 20, 20, tzinfo=UTC))
    enrolling.engages(participant, date(2026, 10, 8), date(2026, 10, 19))
    enrolling.declares()
    return enrolling.application(participant.application_id)


def decide(enrolling, kind, participant, **fields):
    enrolling.call(kind(application_id=participant.application_id, **fields))
    enrolling.push()
    return enrolling.application(participant.application_id)


def history(enrolling, participant, **filters):
    request = TrainingHistory(application_id=participant.application_id, **filters)
    return enrolling.call(request).items


def known(enrolling, participant, on, known_at=None):
    request = TrainingOn(application_id=participant.application_id, on=on, known_at=known_at)
    return enrolling.call(request)


def test_an_enrolment_begins_a_history_of_all_its_aspects(enrolling, started):
    entries = history(enrolling, started)

    assert {(e.aspect, e.value) for e in entries} == {
        ("training_status", "active"),
        ("schedule", f"2026b {AUTUMN}"),
        ("delivery_partner", str(started.delivery_partner_id)),
        ("school", started.school_urn),
    }
    assert {e.effective_on for e in entries} == {date(2026, 9, 7)}


def test_a_withdrawal_counts_from_our_day_and_is_dated_by_dfe(enrolling, started):
    enrolling.moves_to(datetime(2026, 12, 10, 9, tzinfo=UTC))

    decide(enrolling, WithdrawParticipant, started, reason="other", effective_on=date(2026, 11, 1))

    last = history(enrolling, started)[-1]
    assert (last.value, last.effective_on) == ("withdrawn", date(2026, 11, 1))
    assert last.dfe_at.date() == last.recorded_at.date() == date(2026, 12, 10)
    assert last.recorded_by == "staff:tester"
    before, after = datetime(2026, 12, 9, tzinfo=UTC), datetime(2026, 12, 11, tzinfo=UTC)
    day = date(2026, 11, 15)
    assert known(enrolling, started, day, before).training_status == "active"
    assert known(enrolling, started, day, after).training_status == "withdrawn"
    assert known(enrolling, started, date(2026, 10, 31), after).training_status == "active"
    assert len(history(enrolling, started, known_at=before)) == 4


def test_an_entry_that_was_wrong_stays_and_is_corrected(enrolling, started):
    enrolling.moves_to(datetime(2026, 12, 10, 9, tzinfo=UTC))
    decide(enrolling, WithdrawParticipant, started, reason="other", effective_on=date(2026, 11, 1))
    wrong = history(enrolling, started)[-1]
    enrolling.moves_to(datetime(2026, 12, 12, 9, tzinfo=UTC))
    correction = CorrectTrainingEntry(
        application_id=started.application_id,
        entry_id=wrong.entry_id,
        effective_on=date(2026, 11, 20),
    )

    corrected = enrolling.call(correction)

    day = date(2026, 11, 15)
    known_then = datetime(2026, 12, 11, tzinfo=UTC)
    assert known(enrolling, started, day, known_then).training_status == "withdrawn"
    assert known(enrolling, started, day).training_status == "active"
    assert known(enrolling, started, date(2026, 11, 20)).reason == "other"
    assert [e.corrected for e in history(enrolling, started)[-2:]] == [True, False]
    assert corrected.corrects == wrong.entry_id
    now = enrolling.application(started.application_id)
    assert now.training_effective_on == date(2026, 11, 20)
    with pytest.raises(Refused, match="entry_corrected"):
        enrolling.call(correction)


@pytest.mark.parametrize("effective_on", [date(2026, 9, 1), date(2026, 10, 21)])
def test_a_change_counts_neither_from_before_the_enrolment_nor_from_tomorrow(
    enrolling, started, effective_on
):
    with pytest.raises(Invalid, match="effective_on"):
        decide(enrolling, WithdrawParticipant, started, reason="other", effective_on=effective_on)


def test_a_return_does_not_count_from_before_the_deferral(enrolling, started):
    decide(enrolling, DeferParticipant, started, reason="other")
    enrolling.moves_to(datetime(2026, 11, 20, 9, tzinfo=UTC))

    with pytest.raises(Invalid, match="is before 2026-10-20"):
        decide(enrolling, ResumeParticipant, started, effective_on=date(2026, 10, 10))


def test_a_second_deferral_has_to_be_agreed_for_the_course(enrolling, started):
    decide(enrolling, DeferParticipant, started, reason="other")
    decide(enrolling, ResumeParticipant, started)

    with pytest.raises(Refused, match="deferrals_used"):
        decide(enrolling, DeferParticipant, started, reason="other")

    enrolling.call(SetCourseTerms(course="npq-headship", most_deferrals=2))
    again = decide(enrolling, DeferParticipant, started, reason="parental-leave")
    assert again.training_status == "deferred"


def test_a_day_of_return_that_is_told_later_is_kept_and_told(enrolling, started):
    decide(enrolling, DeferParticipant, started, reason="other")

    enrolling.call(
        SetExpectedReturn(
            application_id=started.application_id, expected_return_on=date(2027, 4, 1)
        )
    )

    told = emitted(enrolling.db, ParticipantDeferred)
    assert [event.expected_return_on for event in told] == [None, date(2027, 4, 1)]
    assert told[1].revision > told[0].revision
    state = known(enrolling, started, date(2026, 10, 20))
    assert (state.training_status, state.expected_return_on) == ("deferred", date(2027, 4, 1))
    remaining = enrolling.call(RemainingWork(application_id=started.application_id))
    assert (remaining.deferrals_used, remaining.deferrals_left) == (1, 0)


def test_only_who_is_deferred_has_a_day_of_return(enrolling, started):
    with pytest.raises(Refused, match="not_deferred"):
        enrolling.call(
            SetExpectedReturn(
                application_id=started.application_id, expected_return_on=date(2027, 4, 1)
            )
        )


def test_what_remains_is_what_is_not_declared_and_not_attended(enrolling, started):
    decide(
        enrolling,
        DeferParticipant,
        started,
        reason="other",
        expected_return_on=date(2027, 2, 1),
    )

    left = enrolling.call(RemainingWork(application_id=started.application_id))

    assert left.declared == ["started"]
    assert left.to_declare == ["retained-1", "retained-2", "completed"]
    assert left.milestones[0].deadline_on == date(2027, 5, 26)
    assert (left.live_minutes_left, left.study_minutes_left) == (10, 10)
    assert left.last_engaged_on == date(2026, 10, 19)
    assert left.result_outstanding


def test_a_decision_on_what_has_changed_since_is_a_conflict_that_names_the_revision(
    enrolling, started
):
    with pytest.raises(Conflict, match=f"it is at revision {started.revision}") as conflict:
        decide(
            enrolling,
            WithdrawParticipant,
            started,
            reason="other",
            if_revision=started.revision - 1,
        )

    assert list(conflict.value.fields) == ["if_revision"]
    decide(enrolling, WithdrawParticipant, started, reason="other", if_revision=started.revision)
    assert len(emitted(enrolling.db, ParticipantWithdrawn)) == 1


def test_another_schedule_is_owed_to_dfe_and_then_told(enrolling):
    participant = enrolling.enrolled()

    deciding = enrolling.call(
        ChangeSchedule(application_id=participant.application_id, schedule=SPRING)
    )
    enrolling.push()

    assert (deciding.decision, deciding.schedule) == ("rescheduling", AUTUMN)
    now = enrolling.application(participant.application_id)
    assert (now.decision, now.schedule, now.cohort) == (None, SPRING, "2026b")
    (told,) = emitted(enrolling.db, ParticipantRescheduled)
    assert (told.former_schedule, told.schedule, told.revision) == (AUTUMN, SPRING, now.revision)
    entry = history(enrolling, participant)[-1]
    assert (entry.aspect, entry.value) == ("schedule", f"2026b {SPRING}")
    assert entry.recorded_by == "staff:tester"
    assert enrolling.sync(everything=True).drifted == 0
    assert len(emitted(enrolling.db, ParticipantRescheduled)) == 1


@pytest.mark.parametrize(
    ("change", "title"),
    [
        ({"schedule": AUTUMN}, "schedule_identifier"),
        ({"schedule": "npq-specialist-autumn"}, "schedule_identifier"),
        ({"schedule": "npq-leadership-winter"}, "schedule_identifier"),
    ],
)
def test_a_schedule_that_dfe_would_refuse_is_refused_with_its_field(enrolling, change, title):
    participant = enrolling.enrolled()

    with pytest.raises(Refused, match="dfe_would_refuse") as refusal:
        enrolling.call(ChangeSchedule(application_id=participant.application_id, **change))

    assert list(refusal.value.fields) == [title]
    assert [write.kind for write in enrolling.writes()] == ["accept"]


def test_a_schedule_on_which_declarations_would_not_stand_is_refused(enrolling, started):
    with pytest.raises(Refused, match="invalidate existing declarations"):
        enrolling.call(ChangeSchedule(application_id=started.application_id, schedule=SPRING))


def test_a_cohort_that_is_not_the_latest_of_its_year_cannot_be_asked_for(enrolling):
    participant = enrolling.enrolled()

    with pytest.raises(Refused, match="not_that_cohort"):
        enrolling.call(
            ChangeSchedule(
                application_id=participant.application_id, schedule=SPRING, cohort="2026a"
            )
        )


def test_an_unknown_application_has_no_history(enrolling):
    with pytest.raises(NotFound, match="application_not_found"):
        enrolling.call(TrainingHistory(application_id=uuid4()))


def test_a_cohort_is_published_before_anybody_moves_to_it(enrolling):
    participant = enrolling.enrolled()
    wanted = ChangeSchedule(
        application_id=participant.application_id, schedule=SPRING, cohort="2027a"
    )

    with pytest.raises(Refused, match="schedule_identifier"):
        enrolling.call(wanted)

    enrolling.call(PublishCohort(cohort="2027a", funding="capped"))
    assert enrolling.call(wanted).decision == "rescheduling"
