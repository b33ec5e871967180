"""What people want to hear of: by call, by the page, and by their mail program's one click."""

import re
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy

import pytest

from headship_contracts.assessment import events as assessment
from headship_contracts.enrolment import events as enrolment
from headship_contracts.errors import Invalid, NotFound, Refused
from headship_contracts.notifications.messages import ReadMessage
from headship_contracts.notifications.preferences import (
    AddSuppression,
    GetPreferences,
    HolidayRecord,
    SetPreferences,
    SetSchoolHolidays,
    TopicPreference,
)
from headship_contracts.notifications.templates import SaveWording
from headship_contracts.sessions import events as sessions
from kit import clock, links
from kit.pages import Request
from kit.testing import call

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
YESTERDAY = NOW.date() - timedelta(days=1)


@pytest.fixture
def office(an_office):
    return an_office(PUBLIC_URL="https://headship.example.org/")


@pytest.fixture
def link(office, accepted):
    """The address in the List-Unsubscribe of a message of the topic `programme`."""
    email = last_mail(office)
    assert email["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = email["List-Unsubscribe"].strip("<>")
    assert address.startswith("https://headship.example.org/unsubscribe/")
    return address.rpartition("/")[2]


def last_mail(office):
    path = office.folder / office.mails()[-1]["file"]
    return message_from_bytes(path.read_bytes(), policy=policy.default)


def wanted(office, person_id):
    found = call(office.service, GetPreferences(person_id=person_id))
    return {one.topic: one.wanted for one in found.topics}


def post(office, token, **form):
    request = Request.from_values(method="POST", data=form)
    return office.service.unsubscribe(request, token)


def test_looking_at_the_page_changes_nothing(office, accepted, link):
    page = office.service.show_preferences(Request.from_values(), link)

    assert page.status_code == 200
    assert "your programme" in page.get_data(as_text=True)
    assert wanted(office, accepted.participant_id)["programme"] == "at_once"


def test_one_click_turns_a_topic_off_however_often_it_is_clicked(office, accepted, link):
    for _ in range(3):
        assert post(office, link, **{"List-Unsubscribe": "One-Click"}).status_code == 200

    chosen = wanted(office, accepted.participant_id)
    assert {topic for topic, how in chosen.items() if how == "never"} == {"programme"}
    office.hear(accepted.make(sessions.ParticipantGrouped))
    office.send()
    (message,) = office.messages(template="group_joined")
    assert (message.status, message.reason) == ("cancelled", "unsubscribed")


def test_the_page_s_form_sets_each_topic_and_ignores_nonsense(office, accepted, link):
    post(office, link, sessions="digest", marking="never", results="always", strange="never")

    chosen = wanted(office, accepted.participant_id)
    assert (chosen["sessions"], chosen["marking"], chosen["results"]) == (
        "digest",
        "never",
        "at_once",
    )
    assert "strange" not in chosen


def as_shown(office, token):
    """What a browser sends if nobody touches the page's form."""
    page = office.service.show_preferences(Request.from_values(), token).get_data(as_text=True)
    rows = re.findall(r"<select id='(\w+)' name='\w+'>(.*?)</select>", page)
    return {topic: re.search(r"value='(\w+)' selected", row)[1] for topic, row in rows}


def test_the_page_and_the_record_say_what_holds_for_who_has_not_chosen(office, accepted, link):
    together = {"sessions", "hub"}

    for said in (wanted(office, accepted.participant_id), as_shown(office, link)):
        assert {topic for topic, how in said.items() if how == "digest"} == together
        assert {how for topic, how in said.items() if topic not in together} == {"at_once"}


def test_saving_the_page_as_it_is_changes_nothing(office, accepted, link):
    post(office, link, **as_shown(office, link))

    found = call(office.service, GetPreferences(person_id=accepted.participant_id))
    assert not any(one.chosen for one in found.topics)


def test_giving_back_what_was_read_changes_nothing(office, accepted):
    who = accepted.participant_id
    before = call(office.service, GetPreferences(person_id=who))

    after = call(office.service, SetPreferences(person_id=who, topics=before.topics))

    assert after == before


def test_who_wants_sessions_at_once_and_then_together_again_is_heard(office, accepted, link):
    told = [
        (post(office, link, sessions=how), wanted(office, accepted.participant_id)["sessions"])[1]
        for how in ("at_once", "digest")
    ]

    assert told == ["at_once", "digest"]


def test_a_digest_of_what_never_waits_is_refused_and_not_offered(office, accepted, link):
    who = accepted.participant_id
    topics = [TopicPreference(topic=t, wanted="digest") for t in ("sessions", "results")]

    with pytest.raises(Invalid) as error:
        call(office.service, SetPreferences(person_id=who, topics=topics))

    assert error.value.fields == {"topics.1.wanted": ["results can be at_once or never"]}
    page = office.service.show_preferences(Request.from_values(), link).get_data(as_text=True)
    assert page.count("in one message a day") == 2


def test_results_cannot_be_turned_off(office, accepted, link):
    post(office, link, results="never", assessment="never")
    office.hear(accepted.make(assessment.ResultReleased))
    office.send()

    assert office.messages(template="result")[0].status == "sent"
    assert last_mail(office)["List-Unsubscribe"] is None


@pytest.mark.parametrize("token", ["", "nonsense", "x" * 2_000])
def test_a_link_that_was_never_ours_is_not_found(office, token):
    with pytest.raises(NotFound):
        office.service.show_preferences(Request.from_values(), token)


def test_an_old_link_says_so(office, accepted):
    token = links.sign("unsubscribe", f"{accepted.participant_id}:programme", NOW)

    with pytest.raises(Refused, match="link_expired"):
        post(office, token, **{"List-Unsubscribe": "One-Click"})


def test_an_unknown_topic_is_named(office, accepted):
    topics = [TopicPreference(topic="weather", wanted="never")]

    with pytest.raises(Invalid, match="weather"):
        call(office.service, SetPreferences(person_id=accepted.participant_id, topics=topics))


def test_somebody_s_language_is_used_where_a_wording_in_it_exists(office, accepted):
    request = SaveWording(
        template="group_joined",
        language="cy",
        subject="Eich grŵp ar y ((course))",
        body="Annwyl ((name)),\n\nMae'n cwrdd ar ((slot)).",
    )
    call(office.service, request)
    chosen = SetPreferences(person_id=accepted.participant_id, topics=[], language="cy")
    call(office.service, chosen)

    office.hear(
        accepted.make(sessions.ParticipantGrouped), accepted.make(assessment.CandidateEntered)
    )
    office.send()

    (welsh,) = office.messages(template="group_joined")
    (english,) = office.messages(template="assessment_entered")
    assert (welsh.language, welsh.subject) == ("cy", "Eich grŵp ar y NPQ for Headship")
    assert english.subject == "You are entered for the assessment of your NPQ for Headship"


@pytest.mark.parametrize(
    ("worded_in", "wanted", "got"),
    [("cy", "cy-GB", "cy"), ("cy-gb", "cy-GB", "cy-gb"), ("cy-GB", "cy", "en")],
)
def test_a_kind_of_a_language_falls_back_to_it_and_then_to_english(
    office, accepted, worded_in, wanted, got
):
    body = "Ar ((opens)), ((closes)), ((word limit))."
    words = {"template": "assessment_entered", "subject": "Asesiad", "body": body}
    call(office.service, SaveWording(language=worded_in, **words))
    who = accepted.participant_id
    call(office.service, SetPreferences(person_id=who, topics=[], language=wanted))

    office.hear(accepted.make(assessment.CandidateEntered))
    office.send()

    (message,) = office.messages(template="assessment_entered")
    text = call(office.service, ReadMessage(message_id=message.message_id)).body
    assert message.language == got
    assert ("Tachwedd" in text, "November" in text) == (got != "en", got == "en")


def test_people_of_a_school_on_holiday_hear_the_rest_later(office, accepted):
    october = HolidayRecord(
        name="Half-term", first_day=NOW.date(), last_day=NOW.date() + timedelta(days=4)
    )
    call(office.service, SetSchoolHolidays(local_authority="Bromley", holidays=[october]))
    office.hear(
        accepted.make(
            enrolment.ParticipantDetailsChanged,
            local_authority="BROMLEY",
            fields=["school"],
        ),
        accepted.make(sessions.PlanPublished),
    )

    office.send()

    (message,) = office.messages(template="plan_published")
    assert message.holds[0].why == "quiet_day"
    assert message.due_at == datetime(2026, 11, 9, 7, 30, tzinfo=UTC)


def test_dates_of_a_programme_that_begins_in_the_holidays_are_told_in_them(office, accepted):
    august, begins = NOW.replace(year=2027, month=8, day=16), date(2027, 9, 1)
    clock.set_simulated(august)
    office.hear(accepted.make(sessions.PlanPublished, starts_on=begins))

    office.send(august + timedelta(minutes=1))

    assert [m.status for m in office.messages(template="plan_published")] == ["sent"]


def test_nobody_gets_more_than_three_messages_that_can_wait_in_a_day(office, accepted):
    for number in range(5):
        office.hear(accepted.make(sessions.PlanPublished, version=number))
        office.send()

    statuses = [m.status for m in office.messages(template="plan_published")]
    held = [m for m in office.messages(template="plan_published") if m.holds]
    assert statuses.count("sent") == 3
    assert {m.holds[0].why for m in held} == {"enough_for_today"}
    office.send(NOW + timedelta(days=1))
    assert {m.status for m in office.messages(template="plan_published")} == {"sent"}


@pytest.mark.parametrize(
    "request_",
    [
        SetSchoolHolidays(holidays=[]),
        SetSchoolHolidays(
            school_urn="100001",
            holidays=[
                HolidayRecord(name="x", first_day=NOW.date(), last_day=NOW.date().replace(day=1))
            ],
        ),
        AddSuppression(address="nobody", reason="typed by hand"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(office, request_):
    with pytest.raises(Invalid):
        call(office.service, request_)
