"""Who looks after a participant, and where they work: changed here, told, and kept from DfE's."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from enrolling import places

from headship_contracts.enrolment.events import ParticipantMovedSchool, ParticipantTransferred
from headship_contracts.enrolment.organisations import AddDeliveryPartner, ListDeliveryPartners
from headship_contracts.enrolment.schools import AddSchools, School
from headship_contracts.enrolment.training import (
    ChangeDeliveryPartner,
    MoveParticipantSchool,
    TrainingHistory,
    TrainingOn,
    TransferParticipant,
)
from headship_contracts.errors import Conflict, Invalid, NotFound, Refused
from kit.testing import emitted


@pytest.fixture
def started(enrolling):
    participant = enrolling.enrolled()
    enrolling.moves_to(datetime(2026, 10, 20, 20, tzinfo=UTC))
    enrolling.engages(participant, date(2026, 10, 8), date(2026, 10, 19))
    enrolling.declares()
    return enrolling.application(participant.application_id)


def another_hub(enrolling, participant):
    hubs = enrolling.call(ListDeliveryPartners()).items
    return next(h for h in hubs if h.delivery_partner_id != participant.delivery_partner_id)


def transfer(participant, hub, **more):
    return TransferParticipant(
        application_id=participant.application_id,
        delivery_partner_id=hub.delivery_partner_id,
        **more,
    )


def test_a_transfer_counts_from_its_day_and_leaves_what_was_declared(enrolling, started):
    hub = another_hub(enrolling, started)

    enrolling.call(transfer(started, hub, effective_on=date(2026, 10, 15)))
    enrolling.push()

    (told,) = [
        e for e in emitted(enrolling.db, ParticipantTransferred) if e.training_status == "active"
    ]
    assert told.former_delivery_partner_id == started.delivery_partner_id
    asked = TrainingOn(application_id=started.application_id, on=date(2026, 10, 14))
    assert enrolling.call(asked).delivery_partner_id == started.delivery_partner_id
    (declaration,) = enrolling.declarations()
    assert declaration.delivery_partner_id == started.delivery_partner_id
    assert [w.kind for w in enrolling.writes()] == ["accept", "declare"]


def test_a_hub_that_was_wrong_from_the_start_is_put_right_at_dfe(enrolling, started):
    hub = another_hub(enrolling, started)

    enrolling.call(
        ChangeDeliveryPartner(
            application_id=started.application_id, delivery_partner_id=hub.delivery_partner_id
        )
    )
    (before,) = enrolling.declarations()
    enrolling.push()

    (declaration,) = enrolling.declarations()
    assert before.delivery_partner_id == started.delivery_partner_id
    assert declaration.delivery_partner_id == hub.delivery_partner_id
    assert declaration.revision > before.revision
    (at_dfe,) = enrolling.dfe.world.declarations.values()
    assert at_dfe.delivery_partner_id == str(hub.dfe_delivery_partner_id)
    asked = TrainingOn(application_id=started.application_id, on=date(2026, 9, 8))
    assert enrolling.call(asked).delivery_partner_id == hub.delivery_partner_id


def test_a_second_hub_stays_on_a_declaration_at_dfe(enrolling, started):
    hub, world = another_hub(enrolling, started), enrolling.dfe.world
    (at_dfe,) = world.declarations.values()
    known = world.delivery_partners[at_dfe.delivery_partner_id]
    second = replace(known, delivery_partner_id=str(uuid4()), name="A second hub")
    world.delivery_partners[second.delivery_partner_id] = second
    at_dfe.secondary_delivery_partner_id = second.delivery_partner_id

    enrolling.call(
        ChangeDeliveryPartner(
            application_id=started.application_id, delivery_partner_id=hub.delivery_partner_id
        )
    )
    enrolling.push()

    assert at_dfe.delivery_partner_id == str(hub.dfe_delivery_partner_id)
    assert at_dfe.secondary_delivery_partner_id == second.delivery_partner_id
    assert enrolling.writes(kind="change_delivery_partner")[0].state == "done"


def test_a_hub_that_dfe_does_not_know_cannot_be_put_on_a_declaration(enrolling, started):
    ours = enrolling.call(AddDeliveryPartner(name="A hub of ours"))

    with pytest.raises(Refused, match="delivery_partner_id"):
        enrolling.call(
            ChangeDeliveryPartner(
                application_id=started.application_id, delivery_partner_id=ours.delivery_partner_id
            )
        )

    assert enrolling.application(started.application_id) == started


def test_a_transfer_needs_a_place_at_the_new_hub(enrolling, started):
    hub = another_hub(enrolling, started)
    enrolling.call(places(0, delivery_partner_id=hub.delivery_partner_id))

    with pytest.raises(Refused, match="no_place_left"):
        enrolling.call(transfer(started, hub))


@pytest.mark.parametrize(
    ("more", "error", "says"),
    [
        ({"if_revision": 1}, Conflict, "stale_revision"),
        ({"effective_on": date(2026, 10, 21)}, Invalid, "future"),
        ({"effective_on": date(2026, 9, 1)}, Invalid, "is before"),
    ],
)
def test_a_transfer_that_cannot_be_changes_nothing(enrolling, started, more, error, says):
    with pytest.raises(error, match=says):
        enrolling.call(transfer(started, another_hub(enrolling, started), **more))

    assert enrolling.application(started.application_id) == started


def test_an_applicant_is_assigned_not_transferred(enrolling):
    enrolling.sync()
    applicant = enrolling.applications()[0]

    with pytest.raises(Refused, match="not_enrolled"):
        enrolling.call(transfer(applicant, another_hub(enrolling, applicant)))


@pytest.fixture
def new_school(enrolling):
    school = School(
        urn="149999", name="Another school", trust_id="TR9", local_authority="Kent", phase="primary"
    )
    enrolling.call(AddSchools(schools=[school]))
    return school


def test_who_moves_school_has_another_trust_and_all_hear_it(enrolling, started, new_school):
    moved = enrolling.call(
        MoveParticipantSchool(
            participant_id=started.participant_id,
            school_urn=new_school.urn,
            effective_on=date(2026, 10, 12),
        )
    )

    assert started.application_id in moved.application_ids
    (told,) = emitted(enrolling.db, ParticipantMovedSchool)
    assert (told.school_urn, told.trust_id, told.phase) == ("149999", "TR9", "primary")
    assert told.former_school_urn == started.school_urn
    entry = enrolling.call(TrainingHistory(application_id=started.application_id)).items[-1]
    assert (entry.aspect, entry.value, entry.effective_on) == (
        "school",
        "149999",
        date(2026, 10, 12),
    )


def test_dfe_goes_on_showing_the_former_school_until_it_shows_another(
    enrolling, started, new_school
):
    move = MoveParticipantSchool(participant_id=started.participant_id, school_urn=new_school.urn)
    enrolling.call(move)
    theirs = enrolling.dfe.world.applications[str(started.dfe_application_id)]

    touch(theirs, datetime(2026, 10, 20, 20, 30, tzinfo=UTC))
    enrolling.sync()
    kept = enrolling.application(started.application_id).school_urn
    theirs.school = replace(theirs.school, urn="148888")
    touch(theirs, datetime(2026, 10, 20, 20, 40, tzinfo=UTC))
    enrolling.sync()

    assert kept == new_school.urn
    assert enrolling.application(started.application_id).school_urn == "148888"
    told = emitted(enrolling.db, ParticipantMovedSchool)
    assert [e.school_urn for e in told] == ["149999", "148888"]


def touch(record, at):
    record.updated_at = at


def test_the_same_school_again_is_no_move(enrolling, started, new_school):
    move = MoveParticipantSchool(participant_id=started.participant_id, school_urn=new_school.urn)
    enrolling.call(move)

    assert enrolling.call(move).application_ids == []
    assert len(emitted(enrolling.db, ParticipantMovedSchool)) == 1


def test_nobody_moves_to_a_school_that_is_unknown_or_closed(enrolling, started):
    enrolling.call(AddSchools(schools=[School(urn="140000", name="Gone", status="closed")]))

    def move(urn, person=started.participant_id):
        return enrolling.call(MoveParticipantSchool(participant_id=person, school_urn=urn))

    with pytest.raises(NotFound, match="school_not_found"):
        move("149998")
    with pytest.raises(Refused, match="school_closed"):
        move("140000")
    with pytest.raises(NotFound, match="participant_not_found"):
        move("140000", uuid4())
