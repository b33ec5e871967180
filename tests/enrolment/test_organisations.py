"""Delivery partners, staff, schools, and who is behind an id."""

from dataclasses import replace
from uuid import uuid4

import pytest

from headship_contracts.enrolment.applications import ListApplications
from headship_contracts.enrolment.events import DeliveryPartnerChanged, StaffChanged
from headship_contracts.enrolment.organisations import (
    AddDeliveryPartner,
    ListDeliveryPartners,
    NoteHubAccess,
)
from headship_contracts.enrolment.people import People
from headship_contracts.enrolment.schools import AddSchools, School
from headship_contracts.enrolment.staff import AddStaff, ListStaff
from headship_contracts.errors import Conflict, NotFound
from kit.testing import emitted


def renames(enrolling, shown, name):
    """DfE calls a delivery partner otherwise."""
    renamed = replace(shown, name=name)
    enrolling.dfe.world.delivery_partners[shown.delivery_partner_id] = renamed
    return renamed


def a_coach(**changes):
    known = {"full_name": "Cora Coach", "email": "Cora@Example.org", "roles": ["coach"]}
    return AddStaff(**{**known, **changes})


def test_a_delivery_partner_is_known_by_its_name(enrolling):
    first = enrolling.call(AddDeliveryPartner(name="Northern  Hub", place="54.97,-1.61"))
    second = enrolling.call(AddDeliveryPartner(name="northern hub", status="suspended"))

    assert first.delivery_partner_id == second.delivery_partner_id
    assert (second.status, second.place) == ("suspended", "54.97,-1.61")
    told = emitted(enrolling.db, DeliveryPartnerChanged)
    assert [event.status for event in told] == ["active", "suspended"]


def test_what_is_done_to_a_hubs_access_is_told_once_to_whoever_lets_it_read(enrolling):
    partner = enrolling.call(AddDeliveryPartner(name="Northern Hub"))

    for act in ("added", "rotation_begun", "suspended", "suspended", "resumed", "removed"):
        enrolling.call(
            NoteHubAccess(delivery_partner_id=partner.delivery_partner_id, act=act, credential=1)
        )

    told = emitted(enrolling.db, DeliveryPartnerChanged)
    assert [event.access for event in told] == [None, "open", "suspended", "open", "removed"]
    assert {event.status for event in told} == {"active"}


def test_ours_and_dfes_delivery_partner_of_one_name_are_one(enrolling):
    shown = next(iter(enrolling.dfe.world.delivery_partners.values()))
    ours = enrolling.call(AddDeliveryPartner(name=shown.name.upper(), place="51.50,-0.12"))

    enrolling.sync()

    partners = enrolling.call(ListDeliveryPartners()).items
    assert len(partners) == 2
    same = next(p for p in partners if p.delivery_partner_id == ours.delivery_partner_id)
    assert (str(same.dfe_delivery_partner_id), same.name) == (
        shown.delivery_partner_id,
        shown.name,
    )


def test_two_ids_at_dfe_are_not_one_delivery_partner(enrolling):
    enrolling.call(AddDeliveryPartner(name="Hub", dfe_delivery_partner_id=uuid4()))

    with pytest.raises(Conflict, match="delivery_partner_exists"):
        enrolling.call(AddDeliveryPartner(name="Hub", dfe_delivery_partner_id=uuid4()))


def test_a_name_that_another_delivery_partner_has_is_refused(enrolling):
    of_dfe = uuid4()
    enrolling.call(AddDeliveryPartner(name="Hub", dfe_delivery_partner_id=of_dfe))
    enrolling.call(AddDeliveryPartner(name="Other Hub"))

    with pytest.raises(Conflict, match="delivery_partner_exists"):
        enrolling.call(AddDeliveryPartner(name="other hub", dfe_delivery_partner_id=of_dfe))


def test_a_delivery_partner_with_the_former_name_of_another_follows_once_that_has_its_own(
    enrolling,
):
    enrolling.sync()
    first, second = sorted(enrolling.dfe.world.delivery_partners.values(), key=lambda p: p.name)
    now = [
        renames(enrolling, first, second.name),
        renames(enrolling, second, f"{second.name} and more"),
    ]

    reports = [enrolling.sync() for _ in range(2)]

    assert [report.problem for report in reports] == [None, None]
    shown = enrolling.call(ListDeliveryPartners()).items
    assert {(str(p.dfe_delivery_partner_id), p.name) for p in shown} == {
        (one.delivery_partner_id, one.name) for one in now
    }


def test_a_name_of_ours_that_dfe_gives_another_stops_no_sync(enrolling):
    enrolling.call(AddDeliveryPartner(name="Our Hub"))
    enrolling.sync()
    theirs = next(iter(enrolling.dfe.world.delivery_partners.values()))
    renames(enrolling, theirs, "Our Hub")

    report = enrolling.sync()

    assert report.problem is None
    shown = enrolling.call(ListDeliveryPartners()).items
    named = {p.name: p.dfe_delivery_partner_id for p in shown}
    assert (named["Our Hub"], str(named[theirs.name])) == (None, theirs.delivery_partner_id)


def test_staff_are_known_by_their_address_and_told_without_it(enrolling):
    first = enrolling.call(a_coach())
    second = enrolling.call(a_coach(email="cora@example.org", roles=["coach", "assessor"]))

    assert first.staff_id == second.staff_id
    told = emitted(enrolling.db, StaffChanged)
    assert [event.roles for event in told] == [["coach"], ["assessor", "coach"]]
    assert "cora" not in str(told).lower()


def test_staff_are_listed_by_role_and_hub(enrolling):
    hub = enrolling.call(AddDeliveryPartner(name="Hub"))
    enrolling.call(a_coach(delivery_partner_id=hub.delivery_partner_id))
    enrolling.call(a_coach(email="a@example.org", roles=["assessor"], active=False))

    def found(**filters):
        return [s.email for s in enrolling.call(ListStaff(**filters)).items]

    assert found(role="coach") == ["Cora@Example.org"]
    assert found(role="coac") == []
    assert found(active=False) == ["a@example.org"]
    assert found(delivery_partner_id=hub.delivery_partner_id) == ["Cora@Example.org"]


def test_staff_of_an_unknown_hub_are_refused(enrolling):
    with pytest.raises(NotFound, match="delivery_partner_not_found"):
        enrolling.call(a_coach(delivery_partner_id=uuid4()))


def test_people_are_participants_and_staff_and_nobody_else(enrolling):
    enrolling.sync()
    participant = enrolling.applications()[0]
    coach = enrolling.call(a_coach())

    found = enrolling.call(
        People(ids=[participant.participant_id, coach.staff_id, coach.staff_id, uuid4()])
    ).people

    assert {(p.person_id, p.kind) for p in found} == {
        (participant.participant_id, "participant"),
        (coach.staff_id, "staff"),
    }


def test_a_schools_facts_are_told_with_its_applications(enrolling):
    enrolling.sync()
    application = enrolling.applications()[0]
    assert application.trust_id is None
    school = School(
        urn=application.school_urn,
        name="A school",
        trust_id="TR00001",
        local_authority="Kent",
        phase="secondary",
    )

    enrolling.call(AddSchools(schools=[school, school]))

    now = enrolling.application(application.application_id)
    assert (now.trust_id, now.local_authority, now.phase) == ("TR00001", "Kent", "secondary")


def test_applications_come_in_pages_and_by_filter(enrolling):
    enrolling.sync()
    seen, cursor = [], None
    while True:
        page = enrolling.call(ListApplications(limit=3, cursor=cursor))
        seen += [a.application_id for a in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break

    assert len(set(seen)) == len(seen) == 8
    assert len(enrolling.applications(cohort="2026b", status="pending")) == 8
    assert enrolling.applications(status="accepted") == []
