"""Who gets which script: nobody with a conflict, and the same again from the same seed."""

from datetime import timedelta
from uuid import uuid4

import pytest
from assessment_office import a_readiness, an_accepted_application, revisions, staff

from headship_contracts.assessment.assessors import ListConflicts, WithdrawConflict
from headship_contracts.assessment.events import ScriptAllocated
from headship_contracts.assessment.marking import PrepareMarking, ReallocateScript
from headship_contracts.enrolment.events import DeliveryPartnerChanged
from headship_contracts.errors import NotFound, Refused
from headship_contracts.sessions.events import ParticipantGrouped, ParticipantUngrouped
from kit.identity import Caller


def grouped(application, coach, kind=ParticipantGrouped, **changes):
    usual = {
        "revision": next(revisions),
        "application_id": application.application_id,
        "participant_id": application.participant_id,
        "group_id": uuid4(),
    }
    if kind is ParticipantGrouped:
        usual |= {"delivery_partner_id": uuid4(), "coach_staff_id": coach, "slot": "tue-16:00"}
    return kind(**usual | changes)


def closed_with_one_script(office, *tellings, **author):
    window = office.window()
    application = an_accepted_application(**author)
    office.tell(application, a_readiness(application), *(one(application) for one in tellings))
    office.open(window)
    office.submit_here(application, window, "I would begin with trust.")
    office.close(window)
    return window


PARTNER = uuid4()


@pytest.mark.parametrize(
    ("author", "marker"),
    [
        ({"school_urn": "100001"}, {"school_urn": "100001"}),
        ({"trust_id": "T1"}, {"trust_id": "T1"}),
        ({"delivery_partner_id": PARTNER}, {"delivery_partner_id": PARTNER}),
    ],
)
def test_school_trust_and_delivery_partner_are_conflicts(office, author, marker):
    window = closed_with_one_script(office, **author)
    near, far = staff("assessor", **marker), staff("assessor")
    office.tell(near, far)

    office.prepare(window)

    assert office.script(window).waits_for == far.staff_id


@pytest.mark.parametrize("in_order", [True, False])
def test_a_former_coach_marks_nothing_of_theirs_and_cannot_say_otherwise(office, in_order):
    former, present, other = office.assessors(3)
    window, application = office.window(), office.ready()
    told = [grouped(application, coach) for coach in (former, present)]
    office.tell(*(told if in_order else reversed(told)), times=2)
    (kept,) = office.ask(ListConflicts(staff_id=former)).items
    with pytest.raises(Refused, match="not_permitted"):
        office.ask(WithdrawConflict(conflict_id=kept.conflict_id), Caller("staff", str(former)))
    office.open(window)
    office.submit_here(application, window, "I would begin with trust.")
    office.close(window)

    office.prepare(window)

    assert office.script(window).waits_for == other
    assert office.ask(ListConflicts(staff_id=present)).items == []


def test_a_coach_marks_nothing_of_theirs_even_after_the_group_is_left(office):
    coach, other = staff("assessor", "coach"), staff("assessor")
    window = closed_with_one_script(
        office,
        lambda one: grouped(one, coach.staff_id),
        lambda one: grouped(one, None, ParticipantUngrouped, reason="moved"),
    )
    office.tell(coach, other)

    office.prepare(window)

    assert office.script(window).waits_for == other.staff_id


def test_only_active_assessors_of_active_hubs_mark(office):
    window = closed_with_one_script(office)
    hub = uuid4()
    gone, of_hub, good = (
        staff("assessor"),
        staff("assessor", delivery_partner_id=hub),
        staff("assessor"),
    )
    office.tell(gone, of_hub, good, staff("coach"), staff("moderator"))
    office.tell(staff("assessor", staff_id=gone.staff_id, active=False))
    office.tell(
        DeliveryPartnerChanged(revision=2, delivery_partner_id=hub, status="suspended", name="H"),
        DeliveryPartnerChanged(revision=1, delivery_partner_id=hub, status="active", name="H"),
    )

    office.prepare(window)

    assert office.script(window).waits_for == good.staff_id


def test_a_script_that_nobody_may_mark_is_named_and_allocated_later(office):
    window = closed_with_one_script(office, school_urn="100001")
    office.tell(staff("assessor", school_urn="100001"))

    prepared = office.prepare(window)
    assert (prepared.allocated, prepared.unallocated) == (0, [office.script(window).script_id])

    (newcomer,) = office.assessors(1)
    again = office.prepare(window)
    assert (again.allocated, again.unallocated) == (1, [])
    assert again.nonce_sha256 == prepared.nonce_sha256
    assert office.script(window).waits_for == newcomer


def test_loads_are_level(office):
    window = office.marking(9, assessors=3)

    desks = [script.waits_for for script in office.scripts(window)]

    assert sorted(desks.count(one) for one in set(desks)) == [3, 3, 3]


def test_the_event_names_desk_role_and_due_date(office):
    window = office.marking(1, marking_days=10)

    (told,) = office.told(ScriptAllocated)
    assert told.due_on == (window.closes_at + timedelta(hours=9, days=10)).date()
    assert (told.role, told.staff_id) == ("first", office.script(window).waits_for)


def test_a_script_that_waits_is_given_to_somebody_who_never_had_it(office):
    window = office.marking(1, assessors=2)
    former, item = office.waiting(office.script(window))

    given = office.ask(ReallocateScript(allocation_id=item.allocation_id, reason="is ill"))

    now = office.script(window).waits_for
    assert now not in (None, former)
    assert given.script_id == item.script_id
    with pytest.raises(Refused, match="no_marker_without_conflict"):
        office.ask(ReallocateScript(allocation_id=given.allocation_id, reason="is ill too"))
    assert office.script(window).waits_for == now
    with pytest.raises(Refused, match="already_withdrawn"):
        office.ask(ReallocateScript(allocation_id=item.allocation_id, reason="again"))


def test_a_marked_script_is_not_given_away(office):
    window = office.marking(1)
    _, item = office.waiting(office.script(window))
    office.mark(window, 1, 80)

    with pytest.raises(Refused, match="already_marked"):
        office.ask(ReallocateScript(allocation_id=item.allocation_id, reason="too late"))


def test_marking_is_not_prepared_before_the_window_closes(office):
    window = office.window()

    for turn in (lambda: None, lambda: office.open(window)):
        turn()
        with pytest.raises(Refused, match="window_not_closed"):
            office.prepare(window)
    with pytest.raises(NotFound, match="window_not_found"):
        office.ask(PrepareMarking(window_id=uuid4()))


def test_only_a_lead_prepares_marking(office):
    window = closed_with_one_script(office)
    (assessor,) = office.assessors(1)
    (lead,) = office.assessors(1, "lead")
    ask = PrepareMarking(window_id=window.window_id)

    with pytest.raises(Refused, match="not_permitted"):
        office.ask(ask, caller=Caller("staff", str(assessor)))
    with pytest.raises(Refused, match="not_permitted"):
        office.ask(ask, caller=Caller("staff", "somebody"))
    assert office.ask(ask, caller=Caller("staff", str(lead))).scripts == 1


def test_a_window_without_scripts_can_be_prepared(office):
    window = office.window()
    office.close(window)

    prepared = office.prepare(window, nonce=None)

    assert (prepared.scripts, prepared.sampled, prepared.allocated) == (0, 0, 0)
    assert len(prepared.nonce_sha256) == 64
