"""Running sessions: apologies, a hub's registers, substitutes, one more session, waiting, swaps."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from training import then

from headship_contracts.enrolment.events import ParticipantResumed, ParticipantWithdrawn
from headship_contracts.errors import Invalid, NotFound, Refused
from headship_contracts.sessions.attendance import (
    GetRegister,
    HubRegisterEntry,
    ListAttendanceHistory,
    ListCatchUps,
    RecordHubAttendance,
    SendApologies,
    WithdrawApologies,
)
from headship_contracts.sessions.engagement import GetEngagement
from headship_contracts.sessions.events import AttendanceRecorded, SessionChanged
from headship_contracts.sessions.groups import SetAvailability
from headship_contracts.sessions.running import (
    BookSeat,
    GiveUpSeat,
    ListWaiting,
    ScheduleSession,
    SetJoiningDetails,
    SubstituteFacilitator,
    SwapGroups,
)
from headship_contracts.sessions.schedule import CancelSession, MoveSession
from kit import clock


@pytest.fixture
def ids(training):
    return training.a_running_cohort()


def in_register(training, session, application_id):
    lines = training.call(GetRegister(session_id=session.session_id)).lines
    (line,) = [line for line in lines if line.application_id == application_id]
    return line.status, line.comment


def seated(training, session):
    lines = training.call(GetRegister(session_id=session.session_id)).lines
    return {line.application_id for line in lines}


def fill(training):
    training.timer("fill_freed_seats", clock.now())


# apologies


def test_apologies_in_advance_stand_in_the_register_and_are_told_with_it(training, ids):
    session = training.sessions()[0]
    training.call(
        SendApologies(session_id=session.session_id, application_id=ids[0], comment="Ofsted")
    )
    ahead = in_register(training, session, ids[0])
    told_ahead = training.told(AttendanceRecorded)

    training.hold(session, dict.fromkeys(ids[1:], "present"))

    told = {event.application_id: event.status for event in training.told(AttendanceRecorded)}
    assert ahead == in_register(training, session, ids[0]) == ("apologies", "Ofsted")
    assert told_ahead == []  # or they would hear that they missed what has not begun
    assert told[ids[0]] == "apologies"


def test_apologies_make_a_risk_known_before_the_day(training, ids):
    day = training.sessions(kind="face_to_face")[0]

    training.call(SendApologies(session_id=day.session_id, application_id=ids[0]))

    assert training.call(GetEngagement(application_id=ids[0])).missable == 0


def test_apologies_are_withdrawn_and_lapse_when_the_session_moves(training, ids):
    first, second = training.sessions()[:2]
    for session in (first, second):
        training.call(SendApologies(session_id=session.session_id, application_id=ids[0]))

    training.call(WithdrawApologies(session_id=first.session_id, application_id=ids[0]))
    training.call(MoveSession(session_id=second.session_id, local_start="2026-12-01T16:00"))

    assert in_register(training, first, ids[0]) == (None, None)
    assert in_register(training, second, ids[0]) == (None, None)
    steps = training.call(ListAttendanceHistory(application_id=ids[0])).items
    assert [step.why for step in steps] == ["apologies", "apologies", "withdrawn", "moved"]
    with pytest.raises(Refused, match="no_apologies"):
        training.call(WithdrawApologies(session_id=first.session_id, application_id=ids[0]))


def test_apologies_are_for_ones_own_sessions_that_have_not_begun(training, ids):
    session = training.sessions()[0]
    day = training.sessions(kind="face_to_face")[0]
    (elsewhere,) = training.accept(1, hub=uuid4())

    with pytest.raises(Refused, match="not_seated"):
        training.call(
            SendApologies(session_id=day.session_id, application_id=elsewhere.application_id)
        )
    training.at(session.starts_at)
    with pytest.raises(Refused, match="session_begun"):
        training.call(SendApologies(session_id=session.session_id, application_id=ids[0]))


# registers


def test_a_hub_records_registers_of_many_sessions_at_once(training, ids):
    first, second = training.sessions()[:2]
    training.at(second.ends_at)
    entries = [
        HubRegisterEntry(session_id=session.session_id, application_id=id, status="present")
        for session in (first, second)
        for id in ids
    ]

    asked = RecordHubAttendance(delivery_partner_id=training.hub, entries=entries)
    report, again = training.call(asked), training.call(asked)

    assert (report.recorded, report.counting) == (12, 12)
    assert (again.recorded, again.unchanged) == (0, 12)


def test_another_hubs_people_and_sessions_are_not_found(training, ids):
    hub = uuid4()
    training.offer(hub=hub)
    (stranger,) = training.accept(1, hub=hub)
    day = training.sessions(kind="face_to_face", delivery_partner_id=training.hub)[0]
    training.at(day.ends_at)

    def record(application_id, session):
        entry = HubRegisterEntry(
            session_id=session.session_id, application_id=application_id, status="present"
        )
        training.call(RecordHubAttendance(delivery_partner_id=hub, entries=[entry]))

    with pytest.raises(NotFound, match="application_not_found"):
        record(ids[0], day)
    with pytest.raises(NotFound, match="session_not_found"):
        record(stranger.application_id, day)
    assert training.told(AttendanceRecorded) == []


def test_a_register_put_right_keeps_what_was_caught_up_unless_they_were_there(training, ids):
    session = training.sessions()[0]
    training.hold(session, dict.fromkeys(ids[:3], "absent"))
    for application_id in ids[:3]:
        training.catch_up(session, application_id)
    training.decide(session, ids[0], approved=True)

    training.register(session, {ids[0]: "apologies", ids[1]: "apologies", ids[2]: "present"})

    lines = {id: in_register(training, session, id)[0] for id in ids[:3]}
    assert lines == {
        ids[0]: "catch_up_approved",
        ids[1]: "catch_up_pending",
        ids[2]: "present",
    }
    (waiting,) = training.call(ListCatchUps()).items
    assert waiting.application_id == ids[1]
    outcomes = [item.outcome for item in training.call(ListCatchUps(pending=False)).items]
    assert outcomes == ["approved", "pending", "overtaken"]


def test_a_catch_up_overtaken_by_the_register_can_be_followed_by_another(training, ids):
    session = training.sessions()[0]
    training.hold(session, {ids[0]: "absent"})
    training.catch_up(session, ids[0])
    training.register(session, {ids[0]: "present"})
    training.register(session, {ids[0]: "absent"})
    training.catch_up(session, ids[0])

    assert training.decide(session, ids[0], approved=True).status == "catch_up_approved"


def test_whoever_was_away_catches_up_on_what_was_held_meanwhile(training, ids):
    first = training.sessions()[0]
    training.hears(then(training.accepted[ids[0]], ParticipantWithdrawn))
    training.hold(first, dict.fromkeys(ids[1:], "present"))
    training.hears(then(training.accepted[ids[0]], ParticipantResumed))

    pending = training.catch_up(first, ids[0])
    decided = training.decide(first, ids[0], approved=True)

    assert (pending.status, pending.via) == ("catch_up_pending", "catch_up")
    assert decided.counts
    assert training.call(GetEngagement(application_id=ids[0])).live_attended_minutes == 90


def test_the_history_asks_whose(training, ids):
    with pytest.raises(Invalid) as told:
        training.call(ListAttendanceHistory())

    assert "session_id" in told.value.fields


# who leads, and how to join


def test_a_substitute_leads_one_session_and_the_groups_coach_the_others(training, ids):
    first, second = training.sessions(kind="coaching")[:2]
    substitute = training.coach()

    changed = training.call(SubstituteFacilitator(session_id=first.session_id, staff_id=substitute))

    assert changed.facilitator_staff_id == substitute
    assert second.facilitator_staff_id == training.groups()[0].coach_staff_id
    led = training.sessions(facilitator_staff_id=substitute)
    assert [session.session_id for session in led] == [first.session_id]
    (event,) = training.told(SessionChanged)
    assert (event.change, event.sequence) == ("facilitator", 1)
    back = training.call(SubstituteFacilitator(session_id=first.session_id, staff_id=None))
    assert back.facilitator_staff_id == first.facilitator_staff_id


def test_a_substitute_who_is_busy_gone_or_too_close_is_refused(training, ids):
    first, second = training.sessions(kind="coaching")[:2]
    busy = training.coach()
    elsewhere = training.call(
        ScheduleSession(
            course=first.course,
            cohort=first.cohort,
            unit_code=second.unit_code,
            local_start=first.local_start,
            facilitator_staff_id=busy,
        )
    )
    gone = training.coach(active=False)
    close = training.coach(trust_id=training.accepted[ids[0]].trust_id)

    def refusal(staff_id):
        with pytest.raises(Refused) as told:
            training.call(SubstituteFacilitator(session_id=first.session_id, staff_id=staff_id))
        return told.value

    assert refusal(busy).code == "facilitator_busy"
    assert str(elsewhere.session_id) in refusal(busy).detail
    assert refusal(gone).code == "facilitator_not_active"
    assert refusal(close).code == "facilitator_too_close"
    assert str(ids[0]) in refusal(close).detail


def test_joining_details_are_told_once(training, ids):
    session = training.sessions()[0]
    asked = SetJoiningDetails(
        session_id=session.session_id,
        meeting_link="https://meet.example.org/1",
        joining_details="Bring your implementation plan.",
    )

    changed = training.call(asked)
    again = training.call(asked)

    assert changed == again
    assert (changed.joining_details, changed.sequence) == ("Bring your implementation plan.", 1)


# one more session, and waiting for a seat in it


def an_extra(training, unit="culture-webinar", at="2026-12-01T16:00", **told):
    plan = training.plan()
    asked = {"course": plan.course, "cohort": plan.cohort, "unit_code": unit, "local_start": at}
    return training.call(ScheduleSession(**asked | told))


def webinar(training):
    return training.sessions(kind="webinar")[0]


def book(training, session, application_id):
    return training.call(BookSeat(session_id=session.session_id, application_id=application_id))


def give_up(training, session, application_id):
    return training.call(GiveUpSeat(session_id=session.session_id, application_id=application_id))


def test_a_seat_in_another_session_stands_in_for_ones_own_until_given_up(training, ids):
    own = webinar(training)
    extra = an_extra(training, unit=own.unit_code)

    booked = book(training, extra, ids[0])
    training.schedule()  # nothing that follows the plan takes it away
    instead = (seated(training, own), seated(training, extra))
    give_up(training, extra, ids[0])

    assert booked.state == "seated"
    assert instead == (set(ids[1:]), {ids[0]})
    assert (seated(training, own), seated(training, extra)) == (set(ids), set())


def test_who_comes_to_a_full_session_waits_and_moves_up_when_a_seat_is_free(training, ids):
    extra = an_extra(training, unit=webinar(training).unit_code, capacity=1)
    states = [book(training, extra, id) for id in ids[:3]]
    again = book(training, extra, ids[2])
    waiting = training.call(ListWaiting(session_id=extra.session_id)).items

    give_up(training, extra, ids[0])
    fill(training)
    fill(training)

    assert [(one.state, one.position) for one in states] == [
        ("seated", None),
        ("waiting", 1),
        ("waiting", 2),
    ]
    assert again == states[2]
    assert [(one.application_id, one.position) for one in waiting] == [(ids[1], 1), (ids[2], 2)]
    assert seated(training, extra) == {ids[1]}
    assert book(training, extra, ids[2]).position == 1


def test_whoever_leaves_training_neither_holds_nor_waits(training, ids):
    extra = an_extra(training, unit=webinar(training).unit_code, capacity=1)
    for application_id in ids[:3]:
        book(training, extra, application_id)

    for application_id in ids[:2]:
        training.hears(then(training.accepted[application_id], ParticipantWithdrawn), times=2)
    fill(training)

    assert seated(training, extra) == {ids[2]}


def test_whose_booked_session_is_off_has_their_own_seat_again(training, ids):
    own = webinar(training)
    extra = an_extra(training, unit=own.unit_code, capacity=1)
    book(training, extra, ids[0])
    book(training, extra, ids[1])

    training.call(CancelSession(session_id=extra.session_id, reason="snow"))
    fill(training)

    assert seated(training, own) == set(ids)
    assert training.call(ListWaiting(session_id=extra.session_id)).items == []


def test_in_coaching_nobody_sits_with_someone_of_their_trust(training):
    training.publish()
    training.offer()
    training.accept(5, slots=["tue-16:00"])
    (guest,) = training.accept(1, slots=["thu-16:00"], trust_id="one trust")
    training.accept(4, slots=["thu-16:00"])
    training.accept(1, slots=["tue-16:00"], trust_id="one trust")
    training.form()
    training.schedule()
    group = next(g for g in training.groups() if g.slot == "tue-16:00")
    session = training.sessions(group_id=group.group_id)[0]

    with pytest.raises(Refused, match=r"does_not_fit.*same trust"):
        book(training, session, guest.application_id)


@pytest.mark.parametrize(
    ("told", "error"),
    [
        ({"unit": "culture-1"}, Invalid),
        ({"unit": "no such unit"}, Invalid),
        ({"at": "2026-12-05T10:00"}, Refused),
        ({"at": "2026-12-25T10:00"}, Refused),
        ({"at": "2026-08-01T10:00"}, Refused),
    ],
)
def test_an_extra_session_that_cannot_be_is_refused(training, ids, told, error):
    with pytest.raises(error):
        an_extra(training, **told)


# swaps


def two_groups(training):
    training.publish()
    training.offer()
    first = training.accept(5, slots=["tue-16:00", "thu-16:00"])
    training.form()
    training.offer(slots=["thu-16:00"])
    second = training.accept(5, slots=["thu-16:00", "tue-16:00"])
    training.form()
    training.schedule()
    return first, second


def test_two_people_change_groups_with_their_seats(training):
    first, second = two_groups(training)
    one, other = first[0].application_id, second[0].application_id
    groups = {group.slot: group.group_id for group in training.groups()}
    before = {id: len(training.sessions(application_id=id)) for id in (one, other)}

    training.call(SwapGroups(first_application_id=one, second_application_id=other))

    assert one in training.members(groups["thu-16:00"])
    assert other in training.members(groups["tue-16:00"])
    coaching = training.sessions(application_id=one, kind="coaching")
    assert {session.group_id for session in coaching} == {groups["thu-16:00"]}
    assert {id: len(training.sessions(application_id=id)) for id in (one, other)} == before


def test_a_swap_that_breaks_a_rule_changes_nothing(training):
    first, second = two_groups(training)
    one, other = first[0].application_id, second[0].application_id
    training.call(SetAvailability(application_id=one, slots=["tue-16:00"]))

    with pytest.raises(Refused, match=r"does_not_fit.*cannot do its slot"):
        training.call(SwapGroups(first_application_id=one, second_application_id=other))
    with pytest.raises(Refused, match="same_group"):
        training.call(
            SwapGroups(first_application_id=one, second_application_id=first[1].application_id)
        )
    with pytest.raises(Invalid):
        training.call(SwapGroups(first_application_id=one, second_application_id=one))
    with pytest.raises(NotFound):
        training.call(SwapGroups(first_application_id=one, second_application_id=uuid4()))


def test_the_hour_that_the_clocks_skip_is_refused_and_the_one_that_comes_twice_needs_a_fold(
    training, ids
):
    session = training.sessions()[0]

    def move(local_start, **told):
        asked = MoveSession(session_id=session.session_id, local_start=local_start, **told)
        return training.call(asked)

    with pytest.raises(Refused, match="time_does_not_exist"):
        move("2027-03-28T01:30")
    with pytest.raises(Refused, match="time_is_ambiguous"):
        move("2027-10-31T01:30")
    moved = move("2027-03-30T09:30")
    assert moved.starts_at == datetime.fromisoformat("2027-03-30T08:30+00:00")
    assert moved.ends_at - moved.starts_at == timedelta(minutes=90)
