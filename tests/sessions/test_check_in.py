"""Checking in: who is there says so with the code on the screen; the register has the last word."""

import re
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest

from headship_contracts.errors import NotFound, Refused
from headship_contracts.links import LinkWanted
from headship_contracts.sessions.attendance import ListAttendanceHistory, SendApologies
from headship_contracts.sessions.check_in import (
    CheckIn,
    CheckInLinks,
    GetCheckInCode,
    MakeCheckInLink,
    MakeCheckInScreen,
    RevokeCheckInLink,
)
from headship_contracts.sessions.engagement import GetEngagement
from headship_contracts.sessions.events import AttendanceRecorded
from headship_contracts.sessions.schedule import CancelSession, MoveSession
from kit.identity import Caller

OPERATOR = Caller("operator", "embedded")


@pytest.fixture
def ids(training):
    return training.a_running_cohort()


@pytest.fixture
def session(training, ids):
    return training.sessions()[0]


def code_of(training, session):
    return training.call(GetCheckInCode(session_id=session.session_id)).code


def check_in(training, session, application_id, code):
    return training.call(
        CheckIn(application_id=application_id, session_id=session.session_id, code=code)
    )


def refusal(*asked):
    with pytest.raises(Refused) as told:
        check_in(*asked)
    return told.value.code


def token_of(url):
    return url.rpartition("/")[2]


def test_whoever_checks_in_is_present_or_late_by_when_they_came(training, ids, session):
    training.at(session.starts_at - timedelta(minutes=15))
    early = check_in(training, session, ids[0], code_of(training, session))
    training.at(session.starts_at + timedelta(minutes=12, seconds=30))
    late = check_in(training, session, ids[1], code_of(training, session))

    assert (early.status, early.minutes, early.counts, early.via) == (
        "present",
        90,
        True,
        "check_in",
    )
    assert (late.status, late.minutes, late.counts) == ("late", 77, True)
    assert [event.status for event in training.told(AttendanceRecorded)] == ["present", "late"]


def test_four_fifths_of_the_minutes_count_and_less_does_not(training, ids, session):
    training.at(session.starts_at + timedelta(minutes=18, seconds=30))

    late = check_in(training, session, ids[0], code_of(training, session))

    assert (late.status, late.minutes, late.counts) == ("late", 71, False)


def test_a_code_cannot_be_used_twice_nor_a_second_code_after_it(training, ids, session):
    training.at(session.starts_at)
    code = code_of(training, session)
    check_in(training, session, ids[0], code)

    assert refusal(training, session, ids[0], code) == "code_used"
    training.at(session.starts_at + timedelta(minutes=2))
    assert refusal(training, session, ids[0], code) == "code_expired"
    assert refusal(training, session, ids[0], code_of(training, session)) == "already_checked_in"
    assert len(training.told(AttendanceRecorded)) == 1


def test_a_code_is_good_for_its_own_session_only_and_never_for_one_to_come(training, ids):
    first, second = training.sessions()[:2]
    training.at(first.starts_at)
    code = code_of(training, first)

    assert refusal(training, second, ids[0], code) == "check_in_not_open"
    with pytest.raises(Refused, match="check_in_not_open"):
        code_of(training, second)
    training.at(second.starts_at)
    assert refusal(training, second, ids[0], code) == "code_wrong"


def test_nobody_checks_in_outside_of_the_window(training, ids, session):
    training.at(session.starts_at + timedelta(minutes=30))
    code = code_of(training, session)
    training.at(session.starts_at + timedelta(minutes=30, seconds=1))

    assert refusal(training, session, ids[0], code) == "check_in_closed"


def test_nobody_checks_in_to_someone_elses_session(training, ids, session):
    (other,) = training.accept(1, hub=training.offer(hub=None).delivery_partner_id, cohort="2027a")
    training.at(session.starts_at)

    assert refusal(training, session, other.application_id, code_of(training, session)) == (
        "not_seated"
    )


def test_the_register_wins_over_the_code_before_and_after(training, ids, session):
    training.at(session.starts_at + timedelta(minutes=1))
    code = code_of(training, session)
    check_in(training, session, ids[0], code)

    training.register(session, {ids[0]: "absent", ids[1]: "absent"})

    training.at(session.starts_at + timedelta(minutes=2))
    for application_id in ids[:2]:
        code = code_of(training, session)
        assert refusal(training, session, application_id, code) == "register_taken"
    steps = training.call(
        ListAttendanceHistory(session_id=session.session_id, application_id=ids[0])
    ).items
    assert [(step.why, step.status) for step in steps] == [
        ("check_in", "present"),
        ("register", "absent"),
    ]


def test_whoever_sent_apologies_and_comes_after_all_is_there(training, ids, session):
    training.call(SendApologies(session_id=session.session_id, application_id=ids[0]))
    training.at(session.starts_at)

    assert check_in(training, session, ids[0], code_of(training, session)).status == "present"


def test_a_check_in_to_a_session_that_is_then_off_counts_for_nothing(training, ids, session):
    training.at(session.starts_at - timedelta(minutes=10))
    check_in(training, session, ids[0], code_of(training, session))

    training.call(CancelSession(session_id=session.session_id, reason="snow"))

    engaged = training.call(GetEngagement(application_id=ids[0]))
    assert (engaged.live_attended_minutes, engaged.live_planned_minutes) == (0, 2_910)


def test_a_check_in_to_a_session_that_is_then_moved_is_void_and_can_be_made_anew(
    training, ids, session
):
    training.at(session.starts_at - timedelta(minutes=10))
    check_in(training, session, ids[0], code_of(training, session))

    moved = training.call(
        MoveSession(session_id=session.session_id, local_start="2026-11-17T16:00")
    )

    training.at(moved.starts_at)
    assert check_in(training, moved, ids[0], code_of(training, moved)).status == "present"


def test_who_had_checked_in_to_a_session_that_then_moved_may_send_apologies(training, ids, session):
    training.at(session.starts_at - timedelta(minutes=10))
    check_in(training, session, ids[0], code_of(training, session))
    apologies = SendApologies(session_id=session.session_id, application_id=ids[0])
    with pytest.raises(Refused, match="already_checked_in"):
        training.call(apologies)
    training.call(MoveSession(session_id=session.session_id, local_start="2027-06-15T16:00"))

    assert training.call(apologies).status == "apologies"


def test_the_screen_shows_code_and_qr_and_renews_itself_with_the_code(training, ids, session):
    screen = training.call(MakeCheckInScreen(session_id=session.session_id))
    token = token_of(screen.url)
    early = training.page("check_in_screen", token).get_data(as_text=True)
    training.at(session.starts_at + timedelta(seconds=10))

    shown = training.page("check_in_screen", token)

    text = shown.get_data(as_text=True)
    (code,) = re.findall(r'class="code">([^<]+)<', text)
    assert code == code_of(training, session)
    assert "<svg" in text
    assert "<script" not in text
    assert 'http-equiv="refresh" content="20"' in text
    assert shown.headers["Cache-Control"] == "no-store"
    assert "Check-in opens on" in early
    assert 'class="code"' not in early


def test_a_screens_address_is_good_until_it_is_renewed(training, ids, session):
    first = training.call(MakeCheckInScreen(session_id=session.session_id)).url
    again = training.call(MakeCheckInScreen(session_id=session.session_id)).url
    renewed = training.call(MakeCheckInScreen(session_id=session.session_id, renew=True)).url

    assert first == again != renewed
    with pytest.raises(NotFound):
        training.page("check_in_screen", token_of(first))


def test_a_participant_types_the_code_at_their_own_link(training, ids, session):
    token = token_of(training.call(MakeCheckInLink(application_id=ids[0])).url)
    before = training.page("check_in_page", token).get_data(as_text=True)
    training.at(session.starts_at)
    form = training.page("check_in_page", token).get_data(as_text=True)
    wrong = training.page("take_check_in_code", token, form={"code": "AAAA-AAAA"})
    typed = code_of(training, session).lower()
    done = training.page("take_check_in_code", token, form={"code": typed})
    twice = training.page("take_check_in_code", token, form={"code": typed})

    assert "opens on" in before
    assert '<form method="post">' in form
    assert (wrong.status_code, done.status_code, twice.status_code) == (409, 200, 409)
    assert f"checked in to {session.title}" in unescape(done.get_data(as_text=True))
    assert "already" in twice.get_data(as_text=True)
    assert [event.application_id for event in training.told(AttendanceRecorded)] == [ids[0]]


def test_a_scanned_code_needs_no_typing_in_a_browser_that_knows_the_link(training, ids, session):
    token = token_of(training.call(MakeCheckInLink(application_id=ids[0])).url)
    cookie = training.page("check_in_page", token).headers["Set-Cookie"]
    training.at(session.starts_at)
    code = code_of(training, session).replace("-", "")

    stranger = training.page("scanned_code", code).get_data(as_text=True)
    known = training.page("scanned_code", code, cookie=cookie.partition(";")[0])

    text = known.get_data(as_text=True)
    assert "Open your own check-in link" in stranger
    assert f'action="/check-in/{token}"' in text
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    sent = training.page("take_check_in_code", token, form={"code": code})
    assert sent.status_code == 200


def test_messages_carry_the_links_that_were_given_before(training, ids):
    given = training.call(MakeCheckInLink(application_id=ids[0])).url
    wanted = [LinkWanted(application_id=one) for one in (*ids[:2], uuid4())]

    told, again = (training.call(CheckInLinks(wanted=wanted), caller=OPERATOR) for _ in range(2))

    found = {link.whose: link.url for link in told.links}
    assert found.keys() == set(ids[:2])
    assert found[ids[0]] == given
    assert training.page("check_in_page", token_of(found[ids[1]])).status_code == 200
    assert again == told


def test_a_message_never_carries_a_link_that_was_revoked_or_has_expired(training, ids):
    wanted = CheckInLinks(wanted=[LinkWanted(application_id=ids[0])])
    first = training.call(MakeCheckInLink(application_id=ids[0]))
    training.call(RevokeCheckInLink(application_id=ids[0]))

    (second,) = training.call(wanted, caller=OPERATOR).links
    training.at(training.call(MakeCheckInLink(application_id=ids[0])).expires_at)
    (third,) = training.call(wanted, caller=OPERATOR).links

    assert len({first.url, second.url, third.url}) == 3
    assert training.page("check_in_page", token_of(third.url)).status_code == 200


def test_nobody_of_the_staff_gets_links_in_bulk(training, ids):
    with pytest.raises(Refused, match="not_permitted"):
        training.call(CheckInLinks(wanted=[LinkWanted(application_id=ids[0])]))


def test_a_link_that_was_revoked_or_has_expired_is_no_longer_good(training, ids):
    first = training.call(MakeCheckInLink(application_id=ids[0]))
    training.call(RevokeCheckInLink(application_id=ids[0]))
    second = training.call(MakeCheckInLink(application_id=ids[0]))

    with pytest.raises(Refused, match="link_expired"):
        training.page("check_in_page", token_of(first.url))
    training.at(second.expires_at)
    with pytest.raises(Refused, match="link_expired"):
        training.page("check_in_page", token_of(second.url))
    with pytest.raises(NotFound):
        training.page("check_in_page", "guessed")
