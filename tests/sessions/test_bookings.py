"""One more session of a unit, seats in it on request, and waiting for one."""

import pytest
from training import SLOTS, then

from headship_contracts.enrolment.events import ParticipantMovedSchool, ParticipantWithdrawn
from headship_contracts.errors import Invalid, Refused
from headship_contracts.sessions.attendance import (
    GetRegister,
)
from headship_contracts.sessions.running import (
    BookSeat,
    GiveUpSeat,
    ListWaiting,
    ScheduleSession,
    SubstituteFacilitator,
)
from headship_contracts.sessions.schedule import CancelSession
from kit import clock


@pytest.fixture
def ids(training):
    return training.a_running_cohort()


def seated(training, session):
    lines = training.call(GetRegister(session_id=session.session_id)).lines
    return {line.application_id for line in lines}


def fill(training):
    training.timer("fill_freed_seats", clock.now())


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


def test_of_two_booked_sessions_of_a_unit_the_one_booked_last_is_theirs(training, ids):
    own = webinar(training)
    earlier, later = (
        an_extra(training, unit=own.unit_code, at=at)
        for at in ("2026-12-01T16:00", "2026-12-08T16:00")
    )
    book(training, later, ids[0])

    booked = book(training, earlier, ids[0])

    assert booked.state == "seated"
    assert seated(training, earlier) == {ids[0]}
    assert seated(training, later) == set()
    assert ids[0] not in seated(training, own)


def test_a_booked_seat_that_another_replaces_is_at_once_for_whoever_waits_for_it(training, ids):
    unit = webinar(training).unit_code
    earlier = an_extra(training, unit=unit)
    later = an_extra(training, unit=unit, at="2026-12-08T16:00", capacity=1)
    book(training, later, ids[0])
    book(training, later, ids[1])
    woken = []
    training.service.db.after_wake = woken.append

    book(training, earlier, ids[0])
    assert woken == ["fill_freed_seats"]
    fill(training)

    assert seated(training, later) == {ids[1]}


def test_who_waited_for_an_earlier_session_than_their_booked_one_sits_in_it(training, ids):
    own = webinar(training)
    earlier = an_extra(training, unit=own.unit_code, capacity=1)
    later = an_extra(training, unit=own.unit_code, at="2026-12-08T16:00")
    book(training, earlier, ids[1])
    book(training, earlier, ids[0])
    book(training, later, ids[0])

    give_up(training, earlier, ids[1])
    fill(training)

    assert seated(training, earlier) == {ids[0]}
    assert seated(training, later) == set()


@pytest.mark.parametrize(("status", "comes_again"), [("present", False), ("absent", True)])
def test_who_sat_in_a_booked_session_is_not_asked_to_their_own_unless_they_missed_it(
    training, ids, status, comes_again
):
    own = training.sessions(kind="webinar")[1]
    extra = an_extra(training, unit=own.unit_code, at="2026-09-29T16:00")
    book(training, extra, ids[0])
    training.at(extra.ends_at)
    training.schedule()
    before = ids[0] in seated(training, own)

    training.register(extra, {ids[0]: status})
    training.schedule()

    assert not before
    assert (ids[0] in seated(training, own)) == comes_again


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


def test_in_one_more_coaching_session_nobody_sits_by_who_is_of_ones_trust_nor_leads_it(training):
    training.publish()
    training.offer()
    coach, close = training.coach(trust_id="trust z"), training.coach(trust_id="trust y")
    one, other = (training.accept(5, slots=[slot])[0] for slot in SLOTS)
    training.form()
    for person in (one, other):
        training.hears(then(person, ParticipantMovedSchool, trust_id="trust y"))
    training.schedule()
    unit = training.sessions(kind="coaching")[0].unit_code
    extra = an_extra(training, unit, "2027-01-12T10:00", facilitator_staff_id=coach)
    led = an_extra(training, unit, "2027-01-13T10:00", facilitator_staff_id=close)

    book(training, extra, one.application_id)

    with pytest.raises(Refused, match="does_not_fit: it has someone of the same trust"):
        book(training, extra, other.application_id)
    with pytest.raises(Refused, match="does_not_fit: it has a coach of the same"):
        book(training, led, one.application_id)
    with pytest.raises(Refused, match="facilitator_too_close"):
        training.call(SubstituteFacilitator(session_id=extra.session_id, staff_id=close))
