"""Where DfE differs from us: found, followed where it is DfE's to decide, and listed."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from enrolling import a_result

from enrolment.models import Application
from headship_contracts.enrolment.batches import ListOutcomes
from headship_contracts.enrolment.dfe import ListDrift
from headship_contracts.enrolment.events import (
    ApplicationRemoved,
    DeclarationVoided,
    OutcomeReported,
    ParticipantDeferred,
    ParticipantRescheduled,
)
from headship_contracts.enrolment.training import DeferParticipant
from kit.testing import deliver, emitted


@pytest.fixture
def enrolled(enrolling):
    """Enrolled, and `started` is declared."""
    participant = enrolling.enrolled()
    enrolling.moves_to(datetime(2026, 10, 20, 20, tzinfo=UTC))
    enrolling.engages(participant, date(2026, 10, 8), date(2026, 10, 19))
    enrolling.declares()
    return enrolling.application(participant.application_id)


def at_dfe(enrolling, application):
    """DfE's own record, to be changed as DfE's staff would."""
    enrolling.moves_to(enrolling.at + timedelta(minutes=5))
    record = enrolling.dfe.world.applications[str(application.dfe_application_id)]
    record.updated_at = enrolling.at
    return record


def drift(enrolling, **filters):
    return enrolling.call(ListDrift(**filters)).items


def in_words(found):
    return [(d.record, d.field, d.ours, d.theirs, d.resolution) for d in found]


def test_nothing_changed_means_no_event_and_no_drift(enrolling, enrolled):
    enrolling.sync()
    before = len(emitted(enrolling.db))

    again, fully = enrolling.sync(), enrolling.sync(everything=True)

    assert (again.changed, again.received, again.drifted) == (0, 0, 0)
    assert (fully.changed, fully.received, fully.drifted, fully.problem) == (0, 0, 0, None)
    assert len(emitted(enrolling.db)) == before
    assert drift(enrolling) == []


def test_a_deferral_made_at_dfe_is_followed_told_and_listed(enrolling, enrolled):
    record = at_dfe(enrolling, enrolled)
    record.training_status = "deferred"

    enrolling.sync()

    now = enrolling.application(enrolled.application_id)
    assert now.training_status == "deferred"
    (told,) = emitted(enrolling.db, ParticipantDeferred)
    assert told.application_id == enrolled.application_id
    assert in_words(drift(enrolling)) == [
        ("application", "training_status", "active", "deferred", "followed")
    ]


def test_our_own_deferral_is_no_drift(enrolling, enrolled):
    enrolling.call(DeferParticipant(application_id=enrolled.application_id, reason="other"))
    enrolling.push()

    enrolling.sync()
    enrolling.sync(everything=True)

    assert enrolling.application(enrolled.application_id).training_status == "deferred"
    assert drift(enrolling) == []


def test_an_answer_that_is_on_its_way_is_not_undone_by_an_older_page(enrolling, enrolled):
    """Deferred here and owed to DfE: its list still shows the participant as active."""
    enrolling.call(DeferParticipant(application_id=enrolled.application_id, reason="other"))

    enrolling.sync(everything=True)
    enrolling.push()

    assert enrolling.application(enrolled.application_id).training_status == "deferred"
    assert drift(enrolling) == []


def test_what_was_passed_over_while_an_answer_was_on_its_way_is_read_again(enrolling, enrolled):
    """DfE paid for a declaration while another write waited: the next sync still hears of it."""
    (made,) = enrolling.declarations()
    enrolling.sync()
    enrolling.call(DeferParticipant(application_id=enrolled.application_id, reason="other"))
    record = enrolling.dfe.world.declarations[str(made.dfe_declaration_id)]
    enrolling.moves_to(enrolling.at + timedelta(minutes=5))
    record.state, record.updated_at = "paid", enrolling.at
    enrolling.sync()
    passed_over = enrolling.declarations()
    enrolling.push()
    enrolling.moves_to(enrolling.at + timedelta(days=1))

    enrolling.sync()

    assert [d.state for d in passed_over] == ["eligible"]
    assert [d.state for d in enrolling.declarations()] == ["paid"]


def test_another_schedule_at_dfe_is_followed_and_told(enrolling, enrolled):
    record = at_dfe(enrolling, enrolled)
    other = next(
        schedule
        for name, schedule in enrolling.dfe.world.schedules(record.cohort).items()
        if name != record.schedule.identifier
    )
    record.schedule = other

    enrolling.sync()

    (told,) = emitted(enrolling.db, ParticipantRescheduled)
    assert (told.former_schedule, told.schedule) == (enrolled.schedule, other.identifier)
    assert in_words(drift(enrolling)) == [
        ("application", "schedule", enrolled.schedule, other.identifier, "followed")
    ]


def test_a_flag_that_flips_without_a_sign_is_found_by_the_full_sync(enrolling, enrolled):
    enrolling.sync()
    record = enrolling.dfe.world.applications[str(enrolled.dfe_application_id)]
    record.eligible_for_funding = False
    enrolling.moves_to(enrolling.at + timedelta(days=1))

    partly, fully = enrolling.sync(), enrolling.sync(everything=True)

    assert (partly.drifted, fully.drifted > 0) == (0, True)
    found = drift(enrolling, field="eligible_for_funding", resolved=True)
    assert in_words(found) == [("application", "eligible_for_funding", "true", "false", "followed")]
    assert found[0].application_id == enrolled.application_id


def test_a_declaration_that_dfe_voided_is_followed_and_listed(enrolling, enrolled):
    (made,) = enrolling.declarations()
    record = enrolling.dfe.world.declarations[str(made.dfe_declaration_id)]
    enrolling.moves_to(enrolling.at + timedelta(minutes=5))
    record.state, record.updated_at = "voided", enrolling.at

    enrolling.sync()

    assert [d.state for d in enrolling.declarations()] == ["voided"]
    assert len(emitted(enrolling.db, DeclarationVoided)) == 1
    assert in_words(drift(enrolling)) == [
        ("declaration", "state", "eligible", "voided", "followed")
    ]


def test_a_declaration_that_is_paid_is_followed_and_no_drift(enrolling, enrolled):
    (made,) = enrolling.declarations()
    record = enrolling.dfe.world.declarations[str(made.dfe_declaration_id)]
    enrolling.moves_to(enrolling.at + timedelta(minutes=5))
    record.state, record.updated_at = "paid", enrolling.at

    enrolling.sync()

    assert [d.state for d in enrolling.declarations()] == ["paid"]
    assert drift(enrolling) == []


def test_a_delivery_partner_that_differs_stays_listed_until_it_agrees(enrolling, enrolled):
    (made,) = enrolling.declarations()
    record = enrolling.dfe.world.declarations[str(made.dfe_declaration_id)]
    ours = record.delivery_partner_id
    other = next(one for one in enrolling.dfe.world.delivery_partners if one != ours)

    def dfe_says(partner):
        enrolling.moves_to(enrolling.at + timedelta(minutes=5))
        record.delivery_partner_id, record.updated_at = partner, enrolling.at
        enrolling.sync()

    dfe_says(other)
    differs = drift(enrolling, resolved=False)
    dfe_says(ours)

    assert in_words(differs) == [("declaration", "delivery_partner_id", ours, other, None)]
    assert [d.resolution for d in drift(enrolling)] == ["agreed"]


def test_a_declaration_that_vanished_is_listed(enrolling, enrolled):
    (made,) = enrolling.declarations()
    del enrolling.dfe.world.declarations[str(made.dfe_declaration_id)]
    enrolling.moves_to(enrolling.at + timedelta(days=7))

    enrolling.sync(everything=True)

    (found,) = drift(enrolling, record="declaration", resolved=False)
    assert (found.field, found.ours, found.theirs) == ("declaration", "eligible", "gone")
    assert found.record_id == made.declaration_id


def test_too_great_a_loss_is_listed_record_by_record(enrolling):
    enrolling.sync()
    shown = enrolling.applications()[0].application_id
    with enrolling.db.transaction() as tx:  # as if 40 more had been shown
        wanted = tx.get_one(Application, shown)
        for _ in range(40):
            facts = {"dfe_application_id": uuid4(), "participant": wanted.participant}
            tx.add(_like(wanted, **facts))
    enrolling.moves_to(enrolling.at + timedelta(days=7))

    report = enrolling.sync(everything=True)

    assert "40 of 48 applications are gone at DfE" in report.problem
    assert report.vanished == 0
    found = drift(enrolling, resolved=False)
    assert {(d.field, d.ours, d.theirs) for d in found} == {("application", "pending", "not shown")}
    assert len(found) == 40
    assert {a.status for a in enrolling.applications()} == {"pending"}


def _like(of, **other):
    names = [c.key for c in Application.__table__.columns if c.key not in ("id", "participant_id")]
    return Application(**{name: getattr(of, name) for name in names} | {"id": uuid4()} | other)


def test_what_is_gone_has_moved_if_dfe_still_shows_us_its_declarations(enrolling, enrolled):
    record = at_dfe(enrolling, enrolled)
    record.lead_provider = next(p for p in ("Teach First", "LLSE") if p != record.lead_provider)
    enrolling.moves_to(enrolling.at + timedelta(days=7))

    enrolling.sync(everything=True)

    (told,) = emitted(enrolling.db, ApplicationRemoved)
    assert told.cause == "moved"
    (found,) = drift(enrolling, field="application")
    assert (found.ours, found.theirs, found.resolution) == ("accepted", "moved", "followed")


def test_an_outcome_that_dfe_has_and_we_do_not_is_taken_over_told_and_listed(enrolling):
    participant = enrolling.enrolled()
    enrolling.completes(participant)
    deliver(enrolling.service, a_result(participant))
    enrolling.declares()
    enrolling.sync()
    before = enrolling.call(ListOutcomes(application_id=participant.application_id)).items
    at_dfe(enrolling, participant)
    day = enrolling.at.date()
    (theirs,) = enrolling.dfe.world.outcomes.values()
    again_at_dfe = {"outcome_id": str(uuid4()), "state": "failed", "created_at": enrolling.at}
    enrolling.dfe.world.add_outcome(replace(theirs, completion_date=day, **again_at_dfe))

    first = enrolling.sync()
    again = enrolling.sync(everything=True)

    after = enrolling.call(ListOutcomes(application_id=participant.application_id)).items
    assert [(o.state, o.report) for o in before] == [("passed", "reported")]
    assert [(o.state, o.completion_date, o.report) for o in after[1:]] == [
        ("failed", day, "reported")
    ]
    assert (first.drifted, again.changed, again.drifted) == (1, 0, 0)
    assert emitted(enrolling.db, OutcomeReported)[-1].state == "failed"
    (found,) = drift(enrolling, record="outcome")
    assert (found.theirs, found.resolution) == (f"failed {day}", "followed")
    assert found.application_id == participant.application_id


def test_an_outcome_that_goes_back_to_what_it_was_at_dfe_is_taken_over(enrolling):
    participant = enrolling.enrolled()
    enrolling.completes(participant)
    deliver(enrolling.service, a_result(participant))
    enrolling.declares()
    enrolling.sync()
    (passed,) = enrolling.dfe.world.outcomes.values()
    for state in ("failed", "passed"):
        at_dfe(enrolling, participant)
        enrolling.moves_to(enrolling.at + timedelta(hours=1))
        new = {"outcome_id": str(uuid4()), "state": state, "created_at": enrolling.at}
        enrolling.dfe.world.add_outcome(replace(passed, **new))
        enrolling.sync()

    again = enrolling.sync(everything=True)

    held = enrolling.call(ListOutcomes(application_id=participant.application_id)).items
    assert [outcome.state for outcome in held] == ["passed", "failed", "passed"]
    assert emitted(enrolling.db, OutcomeReported)[-1].state == "passed"
    assert (again.changed, again.drifted) == (0, 0)
