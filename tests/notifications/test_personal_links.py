"""Messages that lead to a page of their reader's own: the link is found when they are written."""

from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from uuid import uuid4

import pytest

from headship_contracts.assessment import events as assessment
from headship_contracts.assessment.assessors import MarkingLinks
from headship_contracts.assessment.submissions import SubmissionLinks
from headship_contracts.enrolment import events as enrolment
from headship_contracts.errors import InternalError, Invalid, Refused, Unavailable
from headship_contracts.links import LinksFound, LinkWanted
from headship_contracts.notifications.messages import ReadMessage, SendMessage
from headship_contracts.notifications.templates import PreviewValue, SaveWording
from headship_contracts.sessions import events as sessions
from headship_contracts.sessions.check_in import CheckInLinks
from kit.testing import call
from notifications.domain.templates import LINKS
from notifications.personal_links import REQUESTS
from notifications.templates import shipped

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


def text_of(office, template):
    (mail,) = [mail for mail in office.mails() if mail["template"] == template]
    raw = (office.folder / mail["file"]).read_bytes()
    email = message_from_bytes(raw, policy=policy.default)
    plain, html = (email.get_body((kind,)).get_content() for kind in ("plain", "html"))
    return plain.replace("\r\n", "\n"), html


def asked(office, kind):
    return [request for request in office.ask.asked if isinstance(request, kind)]


@pytest.fixture
def opened(office, entered):
    """A candidate whose window has just opened; the message waits to be sent."""
    opens_at = entered.make(assessment.CandidateEntered).opens_at
    office.remind(opens_at)
    return opens_at + timedelta(minutes=1)


def test_who_may_begin_hears_where_to_send_the_script_in(office, entered, opened):
    office.send(opened)

    plain, html = text_of(office, "assessment_opens")
    address = f"https://headship.example.org/submission_links/{entered.application_id}.a_b-c"
    assert f"\n\n{address}\n\n" in plain
    assert f'<a href="{address}">{address}</a>' in html
    (request,) = asked(office, SubmissionLinks)
    assert request.wanted == [
        LinkWanted(application_id=entered.application_id, window_id=entered.window_id)
    ]


def test_who_is_offered_a_place_hears_where_to_answer(office, told):
    offer = told.make(enrolment.PlaceOffered, status="pending", place="offered")
    office.hear(offer)

    office.send()

    plain, _html = text_of(office, "place_offered")
    address = f"https://headship.example.org/offer_links/{offer.application_id}.a_b-c"
    assert f"\n\n{address}\n\n" in plain


def test_each_step_of_the_ladder_leads_there(office, entered):
    event = entered.make(assessment.CandidateEntered)
    for at in (
        event.opens_at,
        event.opens_at + timedelta(days=5, hours=1),
        event.closes_at - timedelta(hours=20),
    ):
        office.remind(at)
        office.send(at)

    for template in ("assessment_opens", "assessment_not_submitted", "assessment_closing"):
        assert "/submission_links/" in text_of(office, template)[0]


def test_a_session_is_called_to_mind_with_the_link_to_check_in(office, seated):
    starts_at = seated.make(sessions.SessionScheduled).starts_at
    office.remind(starts_at - timedelta(hours=20))
    office.send(starts_at - timedelta(hours=20))

    assert f"/check_in_links/{seated.application_id}." in text_of(office, "session_reminder")[0]
    (request,) = asked(office, CheckInLinks)
    assert request.wanted == [LinkWanted(application_id=seated.application_id)]


def test_a_marker_s_messages_lead_to_their_own_pages(office, told):
    allocated = told.make(assessment.ScriptAllocated, due_on=date(2026, 11, 20))
    office.hear(allocated)
    office.send(NOW + timedelta(days=1))

    assert f"/marking_links/{allocated.staff_id}." in text_of(office, "marking_allocated")[0]
    (request,) = asked(office, MarkingLinks)
    assert request.wanted == [LinkWanted(staff_id=allocated.staff_id)]


def test_what_is_kept_of_a_message_has_no_link(office, opened):
    office.send(opened)

    (message,) = office.messages(template="assessment_opens")
    kept = call(office.service, ReadMessage(message_id=message.message_id)).body
    assert "(your own link)" in kept
    assert "https://" not in kept


@pytest.mark.parametrize("error", [Unavailable, InternalError, Refused])
def test_only_what_carries_a_link_waits_while_its_service_does_not_answer(
    office, entered, opened, error
):
    office.ask.answers[SubmissionLinks] = error("deadline")
    office.hear(entered.make(assessment.SubmissionRefused))

    office.send(opened)

    (waiting,) = office.messages(template="assessment_opens")
    (other,) = office.messages(template="submission_refused")
    assert (waiting.status, waiting.attempts) == ("created", 0)
    assert other.status == "sent"


def test_a_link_that_could_not_be_had_is_asked_for_again(office, opened):
    answer = office.ask.answers[SubmissionLinks]
    for silence in (Unavailable("deadline"), LinksFound(links=[])):
        office.ask.answers[SubmissionLinks] = silence
        office.send(opened)
        office.put_forward()
    (waiting,) = office.messages(template="assessment_opens")

    office.ask.answers[SubmissionLinks] = answer
    office.send(opened)

    assert (waiting.status, waiting.reason) == ("created", "link_unknown")
    assert "/submission_links/" in text_of(office, "assessment_opens")[0]


def test_two_of_one_round_get_their_own_links(office, told):
    first, second = told, type(told)(revision=500)
    for one in (first, second):
        office.hear(one.make(enrolment.ApplicationAccepted), one.make(assessment.CandidateEntered))
    opens_at = first.make(assessment.CandidateEntered).opens_at
    office.send(opens_at - timedelta(days=1))
    office.remind(opens_at)

    office.send(opens_at)

    (request,) = asked(office, SubmissionLinks)
    assert len(request.wanted) == 2
    for mail in office.mails():
        if mail["template"] == "assessment_opens":
            text = (office.folder / mail["file"]).read_text()
            owner = first if str(first.participant_id) in mail["to"] else second
            assert f"/submission_links/{owner.application_id}." in text.replace("=\n", "")


def test_own_words_lead_there_in_their_own_way(office, entered):
    words = "Dear ((name)), [send your answer in here](((link))) until ((closes))."
    call(office.service, SaveWording(template="assessment_opens", subject="Open", body=words))
    opens_at = entered.make(assessment.CandidateEntered).opens_at
    office.remind(opens_at)

    office.send(opens_at)

    plain, html = text_of(office, "assessment_opens")
    address = f"https://headship.example.org/submission_links/{entered.application_id}.a_b-c"
    assert f"send your answer in here: {address}" in plain
    assert f'<a href="{address}">send your answer in here</a>' in html


def test_a_message_about_nobodys_application_has_no_link_to_wait_for(office):
    values = [PreviewValue(key="closes", texts=["Friday"])]

    with pytest.raises(Invalid) as error:
        call(
            office.service,
            SendMessage(template="extension_granted", key="x", person_id=uuid4(), values=values),
        )

    assert error.value.fields == {
        "values.course": ["has no value"],
        "values.link": ["has no value"],
    }


def test_other_templates_have_no_link_to_give(office):
    with pytest.raises(Invalid, match="bad_template"):
        call(office.service, SaveWording(template="joining", subject="x", body="see ((link))"))


def test_every_link_that_a_template_may_carry_can_be_asked_for():
    assert REQUESTS.keys() == LINKS
    assert {one.link for one in shipped().values()} - {None} == LINKS
