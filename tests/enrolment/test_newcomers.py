"""A first sync in mid-course: those who are accepted already are taken in at once."""

from dataclasses import replace
from datetime import timedelta

import pytest
from enrolling import autumn_schedule, places

from enrolment.domain.dfe.schedules import schedules_of_cohort
from headship_contracts.enrolment.applications import ListPlaces
from headship_contracts.enrolment.events import ApplicationAccepted, ApplicationReceived
from headship_contracts.enrolment.training import TrainingHistory
from kit.testing import emitted


@pytest.fixture
def mid_course(enrolling):
    """All but the last of DfE's applications were accepted before we ever looked."""
    enrolling.call(autumn_schedule())
    records = sorted(enrolling.dfe.world.applications.values(), key=lambda one: one.created_at)
    schedules = {one.identifier: one for one in schedules_of_cohort("2026b")}
    for record in records[:-1]:
        record.status, record.training_status = "accepted", "active"
        record.schedule, record.funded_place = schedules["npq-leadership-autumn"], True
        record.accepted_at = enrolling.at
    return records


def test_they_arrive_accepted_with_a_history_and_both_events(enrolling, mid_course):
    report = enrolling.sync()

    accepted = enrolling.applications(status="accepted")
    assert (report.received, report.problem, len(accepted)) == (8, None, 7)
    assert all(a.place == "held" and a.accepted_at for a in accepted)
    assert len(emitted(enrolling.db, ApplicationReceived)) == 8
    told = emitted(enrolling.db, ApplicationAccepted)
    assert {event.application_id for event in told} == {a.application_id for a in accepted}
    assert {event.revision for event in told} == {a.revision for a in accepted}
    for application in accepted:
        entries = enrolling.call(TrainingHistory(application_id=application.application_id)).items
        assert [(e.aspect, e.value) for e in entries] == [
            ("training_status", "active"),
            ("schedule", "2026b npq-leadership-autumn"),
            ("school", application.school_urn),
        ]


def test_places_beyond_the_cap_are_over_and_counted_once(enrolling, mid_course):
    enrolling.call(places(5))

    enrolling.sync()

    held = [a.place for a in enrolling.applications(status="accepted")]
    assert (held.count("held"), held.count("over")) == (5, 2)
    (caps,) = enrolling.call(ListPlaces(cohort="2026b", course="npq-headship")).items
    assert (caps.cap, caps.held) == (5, 5)


def test_an_application_of_the_same_race_is_displaced_as_ever(enrolling, mid_course):
    first, other = mid_course[0], mid_course[-1]
    other.participant_id = first.participant_id
    enrolling.service.settings = replace(enrolling.service.settings, dfe_page_size=100)

    enrolling.sync()

    theirs = [
        a for a in enrolling.applications() if str(a.dfe_participant_id) == first.participant_id
    ]
    statuses = sorted(a.status for a in theirs)
    assert statuses == ["accepted", "rejected"]


def test_the_next_sync_finds_nothing_new(enrolling, mid_course):
    enrolling.sync(everything=True)
    enrolling.moves_to(enrolling.at + timedelta(days=1))
    before = len(emitted(enrolling.db))

    report = enrolling.sync(everything=True)

    assert (report.received, report.changed, report.drifted) == (0, 0, 0)
    assert len(emitted(enrolling.db)) == before
