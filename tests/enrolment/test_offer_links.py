"""An applicant answers an offer on a plain page behind a link."""

from datetime import timedelta
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from admitting import a_line, offered_now, offers
from enrolling import places
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from headship_contracts.enrolment.waitlist import DeclineOffer, MakeOfferLink, OfferLinks
from headship_contracts.errors import NotFound, Refused
from headship_contracts.links import LinkWanted
from kit import links
from kit.identity import Caller

NOTIFICATIONS = Caller("service", "notifications")


@pytest.fixture
def offered(enrolling):
    """A second place, offered to the first in line."""
    links.use(["a secret for tests only, long enough to be taken"])
    a_line(enrolling)
    enrolling.call(places(2))
    offered_now(enrolling)
    (offer,) = offers(enrolling)
    return offer


@pytest.fixture
def link(enrolling, offered):
    return enrolling.call(MakeOfferLink(application_id=offered.application_id))


def token_of(link):
    return link.url.rpartition("/")[2]


def answers(enrolling, link, **fields):
    built = EnvironBuilder(
        method="POST",
        data=urlencode(fields),
        content_type="application/x-www-form-urlencoded",
    )
    request = Request(built.get_environ())
    return enrolling.service.offer_answer(request, token_of(link))


def test_the_page_names_person_course_and_deadline_and_decides_nothing(enrolling, offered, link):
    page = enrolling.service.offer_form(None, token_of(link))

    assert page.status_code == 200
    text = page.get_data(as_text=True)
    assert "NPQ headship" in text
    assert "I take the place" in text
    assert link.expires_at == offered.expires_at
    assert offers(enrolling)[0].state == "open"


def test_messages_have_the_same_link_as_long_as_the_offer_is_open(enrolling, offered, link):
    wanted = [LinkWanted(application_id=offered.application_id), LinkWanted(application_id=uuid4())]

    (found,) = enrolling.call(OfferLinks(wanted=wanted), caller=NOTIFICATIONS).links
    enrolling.call(DeclineOffer(application_id=offered.application_id, reason="no time"))

    assert (found.application_id, found.url) == (offered.application_id, link.url)
    assert enrolling.call(OfferLinks(wanted=wanted), caller=NOTIFICATIONS).links == []


def test_who_takes_the_place_up_has_it(enrolling, offered, link):
    assert answers(enrolling, link, answer="take_up").status_code == 200

    assert offers(enrolling)[0].state == "accepted"
    assert enrolling.application(offered.application_id).place == "held"
    with pytest.raises(Refused, match="link_used"):
        answers(enrolling, link, answer="decline")


def test_what_is_declined_goes_to_the_next_one_with_the_reason_kept(enrolling, offered, link):
    assert answers(enrolling, link, answer="decline", reason="a new post").status_code == 200

    first, second = offers(enrolling)
    assert (first.state, first.reason) == ("declined", "declined by the link: a new post")
    assert (second.state, second.application_id != first.application_id) == ("open", True)


@pytest.mark.parametrize(
    "fields", [{}, {"answer": "perhaps"}, {"answer": "decline", "reason": "x" * 501}]
)
def test_what_is_no_answer_shows_the_page_again_and_changes_nothing(enrolling, link, fields):
    page = answers(enrolling, link, **fields)

    assert (page.status_code, 'role="alert"' in page.get_data(as_text=True)) == (400, True)
    assert offers(enrolling)[0].state == "open"


def test_a_link_is_good_as_long_as_the_offer_and_not_made_up(enrolling, offered, link):
    with pytest.raises(NotFound, match="link_unknown"):
        enrolling.service.offer_form(None, token_of(link)[:-3] + "abc")
    enrolling.moves_to(offered.expires_at + timedelta(seconds=1))
    with pytest.raises(Refused, match="link_expired"):
        enrolling.service.offer_form(None, token_of(link))
    with pytest.raises(Refused, match="offer_expired"):
        enrolling.call(MakeOfferLink(application_id=offered.application_id))
