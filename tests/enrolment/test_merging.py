"""Participants whom DfE found to be one person: what we hold moves, and the others hear it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from enrolling import COHORT, FEE
from sqlalchemy import update

from enrolment.domain.dfe.courses import HEADSHIP
from enrolment.models import Application
from headship_contracts.enrolment.dfe import ListDrift
from headship_contracts.enrolment.events import (
    ApplicationAccepted,
    ApplicationRejected,
    ParticipantMerged,
)
from headship_contracts.enrolment.fees import AgreeFee, ListFees
from headship_contracts.enrolment.people import People
from headship_contracts.enrolment.training import DeferParticipant
from headship_contracts.errors import Refused
from kit.testing import emitted


@pytest.fixture
def enrolled(enrolling):
    """Enrolled, and `started` is declared."""
    participant = enrolling.enrolled()
    enrolling.moves_to(datetime(2026, 10, 20, 20, tzinfo=UTC))
    enrolling.engages(participant, date(2026, 10, 8), date(2026, 10, 19))
    enrolling.declares()
    return enrolling.application(participant.application_id)


class TestAMerge:
    @pytest.fixture
    def other(self, enrolling, enrolled):
        """Another participant, who is enrolled too."""
        return enrolling.accepted(number=1)

    @pytest.fixture
    def merged(self, enrolling, enrolled, other):
        """DfE found out that they are one person, and gave the first one's work to the other."""
        world = enrolling.dfe.world
        enrolling.moves_to(enrolling.at + timedelta(minutes=5))
        course = "npq-senior-leadership"  # else one person had two places on one course
        with enrolling.db.transaction() as tx:
            others = Application.id == other.application_id
            tx.execute(update(Application).where(others).values(course=course))
        world.applications[str(other.dfe_application_id)].course = course
        world.merge(str(enrolled.dfe_participant_id), str(other.dfe_participant_id), enrolling.at)
        return enrolled, other

    def test_everything_moves_to_the_id_that_is_left(self, enrolling, merged):
        former, into = merged

        report = enrolling.sync()

        assert report.problem is None
        now = enrolling.application(former.application_id)
        assert now.participant_id == into.participant_id
        assert now.dfe_participant_id == into.dfe_participant_id
        (told,) = emitted(enrolling.db, ParticipantMerged)
        assert (told.application_id, told.participant_id, told.former_participant_id) == (
            former.application_id,
            into.participant_id,
            former.participant_id,
        )
        (still,) = enrolling.call(People(ids=[former.participant_id])).people
        (left,) = enrolling.call(People(ids=[into.participant_id])).people
        assert replace(still, person_id=left.person_id) == left

    def test_it_is_told_once_however_often_it_is_seen(self, enrolling, merged):
        for _ in range(2):
            enrolling.sync()
            enrolling.sync(everything=True)

        assert len(emitted(enrolling.db, ParticipantMerged)) == 1

    def test_a_write_under_the_retired_id_follows_it(self, enrolling, merged):
        former, into = merged
        enrolling.call(DeferParticipant(application_id=former.application_id, reason="other"))

        enrolling.push()

        now = enrolling.application(former.application_id)
        assert (now.training_status, now.participant_id) == ("deferred", into.participant_id)
        assert {w.state for w in enrolling.writes()} == {"done"}


def test_a_fee_of_their_own_follows_and_is_not_charged_twice(enrolling, unfunded):
    agreed = AgreeFee(
        application_id=unfunded.application_id,
        payer="self",
        amount=FEE,
        first_due_on=date(2027, 1, 1),
    )
    charged = enrolling.call(agreed)
    into = next(a for a in enrolling.applications() if a.eligible_for_funding)
    enrolling.moves_to(enrolling.at + timedelta(minutes=5))
    enrolling.dfe.world.merge(
        str(unfunded.dfe_participant_id), str(into.dfe_participant_id), enrolling.at
    )

    enrolling.sync()

    (fee,) = enrolling.call(ListFees(payer_reference=str(into.participant_id))).items
    assert (fee.fee_id, fee.balance) == (charged.fee_id, FEE)
    assert fee.revision > charged.revision
    with pytest.raises(Refused, match="already_charged"):
        enrolling.call(agreed)


def test_a_merge_into_somebody_unknown_moves_to_a_new_participant(enrolling, enrolled):
    world = enrolling.dfe.world
    person = world.people[str(enrolled.dfe_participant_id)]
    newcomer = replace(person, participant_id=str(UUID(int=5)), id_changes=[])
    world.people[newcomer.participant_id] = newcomer
    enrolling.moves_to(enrolling.at + timedelta(minutes=5))
    world.merge(person.participant_id, newcomer.participant_id, enrolling.at)

    enrolling.sync()

    now = enrolling.application(enrolled.application_id)
    assert now.dfe_participant_id == UUID(int=5)
    assert now.participant_id != enrolled.participant_id


def test_of_two_accepted_for_one_place_the_first_stays_and_the_other_is_drift(enrolling):
    world = enrolling.dfe.world
    first, second = list(world.applications.in_order())[:2]
    for application in (first, second):
        application.course, application.cohort = HEADSHIP, COHORT
        application.status, application.training_status = "accepted", "active"
    world.merge(second.participant_id, first.participant_id, enrolling.at)

    syncs = [enrolling.sync(everything=True) for _ in range(3)]

    theirs = {UUID(first.application_id), UUID(second.application_id)}
    ours = [a for a in enrolling.applications() if a.dfe_application_id in theirs]
    assert sorted(a.status for a in ours) == ["accepted", "rejected"]
    assert len(emitted(enrolling.db, ApplicationAccepted)) == 1
    assert [e.was_accepted for e in emitted(enrolling.db, ApplicationRejected)] == [False]
    assert [report.drifted for report in syncs] == [1, 0, 0]
    (found,) = enrolling.call(ListDrift(record="application")).items
    assert (found.field, found.ours, found.theirs) == ("status", "rejected", "accepted")
