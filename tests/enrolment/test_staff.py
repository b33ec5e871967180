"""Who works for the programme, who the broker knows them as, and who asked who they are."""

from uuid import uuid4

import pytest

from enrolment.hubs import FEED
from headship_contracts.enrolment.events import StaffChanged
from headship_contracts.enrolment.organisations import AddDeliveryPartner
from headship_contracts.enrolment.people import People
from headship_contracts.enrolment.protection import ListAudit
from headship_contracts.enrolment.schools import AddSchools, School
from headship_contracts.enrolment.staff import AddStaff, DeactivateStaff, GetStaff, ListStaff
from headship_contracts.errors import Conflict, Invalid, NotFound
from kit.db.engine import begin
from kit.identity import Caller
from kit.testing import emitted


def a_coach(**changes):
    known = {"full_name": "Cora Coach", "email": "cora@example.org", "roles": ["coach"]}
    return AddStaff(**{**known, **changes})


def test_the_broker_knows_them_by_their_id_until_they_have_a_name_there(enrolling):
    cora = enrolling.call(a_coach())
    by_id = enrolling.call(GetStaff(broker_user=str(cora.staff_id)))

    enrolling.call(a_coach(broker_user="c.coach"))

    assert by_id == cora
    named = enrolling.call(GetStaff(broker_user="c.coach"))
    assert named.staff_id == cora.staff_id
    with pytest.raises(NotFound, match="staff_not_found"):
        enrolling.call(GetStaff(broker_user=str(cora.staff_id)))
    assert "c.coach" not in str(emitted(enrolling.db, StaffChanged))


def test_two_people_are_not_one_user_of_the_broker(enrolling):
    cora = enrolling.call(a_coach(broker_user="coach"))
    other = enrolling.call(a_coach(email="other@example.org"))

    for taken in ("coach", str(other.staff_id)):
        with pytest.raises(Conflict, match="broker_user_taken"):
            enrolling.call(a_coach(email="third@example.org", broker_user=taken))
    assert enrolling.call(a_coach(broker_user="coach")).staff_id == cora.staff_id


def test_an_address_changes_by_id_and_is_not_taken_from_another(enrolling):
    cora = enrolling.call(a_coach())
    enrolling.call(a_coach(email="other@example.org"))

    moved = enrolling.call(a_coach(staff_id=cora.staff_id, email="new@example.org"))

    assert (moved.staff_id, moved.email) == (cora.staff_id, "new@example.org")
    with pytest.raises(Conflict, match="address_taken"):
        enrolling.call(a_coach(staff_id=cora.staff_id, email="Other@example.org"))


def test_who_leaves_is_told_once(enrolling):
    cora = enrolling.call(a_coach())

    left = enrolling.call(DeactivateStaff(staff_id=cora.staff_id, if_revision=cora.revision))
    enrolling.call(DeactivateStaff(staff_id=cora.staff_id))

    told = emitted(enrolling.db, StaffChanged)
    assert [(e.active, e.revision) for e in told] == [(True, cora.revision), (False, left.revision)]
    assert enrolling.call(ListStaff(active=True)).items == []
    with pytest.raises(NotFound, match="staff_not_found"):
        enrolling.call(DeactivateStaff(staff_id=uuid4()))


def test_who_goes_to_another_hub_is_news_for_both_and_then_for_the_new_one_alone(enrolling):
    hubs = [
        enrolling.call(AddDeliveryPartner(name=name)).delivery_partner_id
        for name in ("North Hub", "South Hub")
    ]
    enrolling.call(a_coach(delivery_partner_id=hubs[0]))
    enrolling.call(a_coach(delivery_partner_id=hubs[1]))
    enrolling.call(a_coach(delivery_partner_id=hubs[1], roles=["facilitator"]))
    enrolling.call(a_coach())

    with begin(enrolling.db.engine) as connection:
        concerned = FEED.concerned(connection, emitted(enrolling.db, StaffChanged))

    assert concerned == [{hubs[0]}, set(hubs), {hubs[1]}, {hubs[1]}]


def test_a_stale_change_of_staff_is_a_conflict_that_names_the_revision(enrolling):
    cora = enrolling.call(a_coach())

    with pytest.raises(Conflict, match=f"at revision {cora.revision}"):
        enrolling.call(a_coach(roles=["lead"], if_revision=cora.revision - 1))


def test_their_trust_is_the_schools_unless_another_is_given(enrolling):
    enrolling.call(AddSchools(schools=[School(urn="100001", name="A school", trust_id="TR1")]))

    of_school = enrolling.call(a_coach(school_urn="100001"))
    of_other = enrolling.call(a_coach(email="o@example.org", school_urn="100001", trust_id="TR2"))

    assert (of_school.trust_id, of_other.trust_id) == ("TR1", "TR2")
    found = enrolling.call(ListStaff(school_urn="100001", trust_id="TR2")).items
    assert [member.staff_id for member in found] == [of_other.staff_id]


@pytest.mark.parametrize(
    ("request_", "says"),
    [
        (a_coach(roles=["Head of Year!"]), "roles"),
        (GetStaff(), "broker_user"),
        (GetStaff(staff_id=uuid4(), broker_user="x"), "broker_user"),
        (a_coach(broker_user="has spaces"), "broker_user"),
    ],
)
def test_what_makes_no_sense_names_its_field(enrolling, request_, says):
    with pytest.raises(Invalid, match=says):
        enrolling.call(request_)


def test_each_asking_for_people_is_written_down(enrolling):
    cora = enrolling.call(a_coach())

    enrolling.call(People(ids=[cora.staff_id, uuid4()]), caller=Caller("service", "notifications"))
    enrolling.call(People(ids=[]), caller=Caller("operator", "ada"))

    entries = enrolling.call(ListAudit(person_ids=[cora.staff_id])).items
    assert [(entry.caller, entry.through, entry.act) for entry in entries] == [
        ("service:notifications", "rpc people", "read"),
        ("staff:tester", "rpc add_staff", "change"),
    ]


def test_no_more_than_five_hundred_people_are_asked_for_at_once(enrolling):
    with pytest.raises(Invalid, match="ids"):
        enrolling.call(People(ids=[uuid4() for _ in range(501)]))
