"""Reading from DfE: what changed, what is gone, what is broken, and who may read."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from enrolling import places
from sqlalchemy import update

from dfe_simulator.faults import Fault
from enrolment.models import DfeWrite, Participant
from headship_contracts.enrolment.events import (
    ApplicationAccepted,
    ApplicationRejected,
    ApplicationRemoved,
    DeliveryPartnerChanged,
)
from headship_contracts.enrolment.organisations import ListDeliveryPartners
from headship_contracts.enrolment.people import People
from kit.testing import emitted


@pytest.fixture
def synced(enrolling):
    enrolling.sync()
    return enrolling.applications()


def at_dfe(enrolling, application):
    """DfE's own record, to be changed as DfE's staff would."""
    enrolling.moves_to(enrolling.at + timedelta(minutes=5))
    record = enrolling.dfe.world.applications[str(application.dfe_application_id)]
    record.updated_at = enrolling.at
    return record


def test_delivery_partners_come_with_their_ids_at_dfe(enrolling, synced):
    partners = enrolling.call(ListDeliveryPartners()).items

    assert len(partners) == 2
    assert all(p.dfe_delivery_partner_id for p in partners)
    enrolling.sync()
    assert len(emitted(enrolling.db, DeliveryPartnerChanged)) == 2


def test_a_missing_address_or_trn_is_no_obstacle(enrolling, synced):
    ids = [application.participant_id for application in synced]

    found = enrolling.call(People(ids=ids)).people

    assert len(found) == 8
    assert sum(person.email is None for person in found) == 1


def test_only_what_changed_lately_is_asked_for(enrolling, synced):
    enrolling.moves_to(enrolling.at + timedelta(days=1))
    enrolling.sync()
    enrolling.moves_to(enrolling.at + timedelta(hours=1))

    report = enrolling.sync()

    assert report.seen == 0
    assert timedelta(hours=1, minutes=59) < enrolling.at - report.since <= timedelta(hours=2)


def test_a_changed_name_and_address_are_taken_over_and_no_event_is_told(enrolling, synced):
    person = enrolling.dfe.world.people[str(synced[0].dfe_participant_id)]
    at_dfe(enrolling, synced[0])
    person.full_name, person.email = "Another Name", "another@example.org"
    told_before = len(emitted(enrolling.db))

    report = enrolling.sync()

    assert report.changed == 1
    (found,) = enrolling.call(People(ids=[synced[0].participant_id])).people
    assert (found.full_name, found.email) == ("Another Name", "another@example.org")
    assert len(emitted(enrolling.db)) == told_before


def test_a_funding_flag_that_flips_is_followed(enrolling, synced):
    record = at_dfe(enrolling, synced[0])
    record.eligible_for_funding = not record.eligible_for_funding

    enrolling.sync()

    now = enrolling.application(synced[0].application_id)
    assert now.eligible_for_funding is not synced[0].eligible_for_funding
    assert now.revision > synced[0].revision


def test_an_acceptance_made_at_dfe_is_followed_even_over_the_cap(enrolling, synced):
    enrolling.call(places(0))
    record = at_dfe(enrolling, synced[0])
    record.status, record.training_status = "accepted", "active"

    enrolling.sync()

    now = enrolling.application(synced[0].application_id)
    assert (now.status, now.place) == ("accepted", "over")
    assert len(emitted(enrolling.db, ApplicationAccepted)) == 1


def test_an_acceptance_that_dfe_took_back_is_followed(enrolling):
    accepted = enrolling.accepted()
    record = at_dfe(enrolling, accepted)
    record.status, record.training_status, record.funded_place = "pending", None, None

    enrolling.sync()

    now = enrolling.application(accepted.application_id)
    assert (now.status, now.training_status, now.place) == ("pending", None, "none")
    (told,) = emitted(enrolling.db, ApplicationRemoved)
    assert (told.cause, told.status) == ("reverted", "pending")


def test_an_acceptance_that_dfe_took_back_within_the_second_is_followed_in_time(enrolling):
    accepted = enrolling.accepted()
    record = enrolling.dfe.world.applications[str(accepted.dfe_application_id)]
    record.status, record.training_status, record.funded_place = "pending", None, None
    an_hour_ago = datetime.now(UTC) - timedelta(hours=1)

    statuses = []
    for finished_at in (datetime.now(UTC), an_hour_ago):
        with enrolling.db.transaction() as tx:
            tx.execute(update(DfeWrite).values(finished_at=finished_at))
        enrolling.sync(everything=True)
        statuses.append(enrolling.application(accepted.application_id).status)

    assert statuses == ["accepted", "pending"]


def test_a_page_read_before_an_acceptance_does_not_undo_it(enrolling):
    """The list shows it pending with an older time than the acceptance's answer had."""
    accepted = enrolling.accepted()
    record = enrolling.dfe.world.applications[str(accepted.dfe_application_id)]
    record.status, record.updated_at = "pending", enrolling.at - timedelta(seconds=30)

    enrolling.sync(everything=True)

    assert enrolling.application(accepted.application_id).status == "accepted"


def test_a_rejection_at_dfe_is_final_here_too(enrolling, synced):
    record = at_dfe(enrolling, synced[0])
    record.status = "rejected"
    record.reason_for_rejection = "other_application_in_this_cohort_accepted"

    enrolling.sync()

    (told,) = emitted(enrolling.db, ApplicationRejected)
    assert (told.reason, told.was_accepted) == (
        "other_application_in_this_cohort_accepted",
        False,
    )


def test_what_a_full_sync_does_not_show_has_vanished(enrolling):
    accepted = enrolling.accepted()
    enrolling.moves_to(enrolling.at + timedelta(days=7))
    del enrolling.dfe.world.applications[str(accepted.dfe_application_id)]

    partly = enrolling.sync()
    fully = enrolling.sync(everything=True)
    again = enrolling.sync(everything=True)

    assert (partly.vanished, fully.vanished, again.vanished) == (0, 1, 0)
    now = enrolling.application(accepted.application_id)
    assert (now.status, now.place) == ("removed", "none")
    assert [e.cause for e in emitted(enrolling.db, ApplicationRemoved)] == ["vanished"]


def test_the_regular_sync_waits_for_its_interval(enrolling):
    def times_read():
        return enrolling.dfe.answered[200]

    enrolling.run("sync_regularly")
    first = times_read()
    enrolling.moves_to(enrolling.at + timedelta(minutes=56))
    enrolling.run("sync_regularly")
    waiting = times_read()
    enrolling.moves_to(enrolling.at + timedelta(minutes=10))
    enrolling.run("sync_regularly")

    assert first == waiting
    assert times_read() > waiting


def test_after_a_broken_sync_the_next_one_comes_at_once(enrolling):
    enrolling.dfe.faults.append(Fault(kind="server_error", times=1))

    enrolling.run("sync_regularly")
    enrolling.run("sync_regularly")

    assert len(enrolling.applications()) == 8


def test_a_new_address_has_not_failed_yet(enrolling, synced):
    with enrolling.db.transaction() as tx:
        tx.execute(update(Participant).values(address_failed_at=enrolling.at))
    person = enrolling.dfe.world.people[str(synced[0].dfe_participant_id)]
    at_dfe(enrolling, synced[0])
    person.email = "new@example.org"

    enrolling.sync()

    with enrolling.db.transaction() as tx:
        assert tx.get_one(Participant, synced[0].participant_id).address_failed_at is None
        assert tx.get_one(Participant, synced[1].participant_id).address_failed_at is not None


def test_rivals_of_one_person_are_rejected_with_the_acceptance(enrolling, synced):
    chosen = next(a for a in synced if a.eligible_for_funding)
    world = enrolling.dfe.world
    record = world.applications[str(chosen.dfe_application_id)]
    rival_id = str(UUID(int=77))
    world.add_application(replace(record, application_id=rival_id, updated_at=enrolling.at))
    enrolling.sync()

    enrolling.accepts(chosen)
    enrolling.sync()

    (rival,) = enrolling.applications(dfe_application_id=UUID(rival_id))
    assert (rival.status, rival.reason_for_rejection) == (
        "rejected",
        "other_application_in_this_cohort_accepted",
    )
    assert len(emitted(enrolling.db, ApplicationRejected)) == 1
