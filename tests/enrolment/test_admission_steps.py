"""Steps before an acceptance: which are asked for, and who answers them, and how."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from admitting import accepted, applicants
from werkzeug.test import EnvironBuilder

from enrolment.domain.dfe.courses import HEADSHIP
from headship_contracts.enrolment.admissions import (
    ListAdmissionPolicies,
    ListAdmissionSteps,
    MakeAdmissionLink,
    PublishAdmissionPolicy,
    RecordAdmissionStep,
    RevokeAdmissionLink,
)
from headship_contracts.errors import Invalid, NotFound, Refused
from kit import links
from kit.pages import Request

ALL = ["statement", "endorsement", "suitability"]


@pytest.fixture(autouse=True)
def secret():
    links.use(["a secret for tests only, long enough to be taken"])


def a_policy(**told):
    return PublishAdmissionPolicy(
        **{"course": HEADSHIP, "policy_text": "As they come.", "required_steps": ALL, **told}
    )


@pytest.fixture
def applicant(enrolling):
    (found,) = applicants(enrolling, 1, full_name="<b>Ada</b> Example")
    return found


def recorded(enrolling, application, step, outcome="met", **told):
    about = {"application_id": application.application_id, "step": step, "outcome": outcome}
    return enrolling.call(RecordAdmissionStep(**about, **told))


def steps(enrolling, **filters):
    return {(s.step, s.outcome, s.via) for s in enrolling.call(ListAdmissionSteps(**filters)).items}


def test_an_acceptance_names_each_step_that_is_still_needed(enrolling, applicant):
    enrolling.call(a_policy())
    recorded(enrolling, applicant, "statement")
    recorded(enrolling, applicant, "suitability", "not_met")

    with pytest.raises(Refused, match="steps_missing") as refusal:
        accepted(enrolling, applicant)

    assert refusal.value.fields == {
        "endorsement": ["is missing"],
        "suitability": ["is not met"],
    }


def test_who_has_met_each_step_is_accepted(enrolling, applicant):
    enrolling.call(a_policy(required_steps=["endorsement"]))
    recorded(enrolling, applicant, "endorsement", given_by="A head")

    assert accepted(enrolling, applicant).status == "accepted"
    with pytest.raises(Refused, match="already_decided"):
        recorded(enrolling, applicant, "endorsement", "not_met")


def test_a_course_without_a_policy_asks_for_no_step(enrolling, applicant):
    assert accepted(enrolling, applicant).status == "accepted"


def test_each_change_of_a_policy_is_a_version_and_the_same_again_is_none(enrolling):
    first = enrolling.call(a_policy())
    same = enrolling.call(a_policy())
    second = enrolling.call(a_policy(tie_break="lottery", seed="2026b, drawn on 1 September"))

    assert (first, first.version, second.version) == (same, 1, 2)
    found = enrolling.call(ListAdmissionPolicies(course=HEADSHIP)).items
    assert [policy.version for policy in found] == [2, 1]


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"required_steps": ["interview"]}, "required_steps"),
        ({"conditions": ["tall"]}, "conditions"),
        ({"bands": ["phase:"]}, "bands"),
        ({"tie_break": "lottery"}, "seed"),
        ({"tie_break": "favour"}, "tie_break"),
        ({"course": "npq-gardening"}, "course"),
    ],
)
def test_a_policy_that_makes_no_sense_names_the_field(enrolling, told, field):
    with pytest.raises(Invalid) as refusal:
        enrolling.call(a_policy(**told))

    assert list(refusal.value.fields) == [field]


class Browser:
    """Someone with a link; no JavaScript and no cookies."""

    def __init__(self, enrolling, application, step="endorsement", days=14):
        self.service = enrolling.service
        about = {"application_id": application.application_id, "step": step, "days": days}
        self.url = enrolling.call(MakeAdmissionLink(**about)).url
        *_, self.step, self.token = self.url.split("/")

    def opens(self, step=None):
        request = Request(EnvironBuilder(path="/").get_environ())
        return self.service.admission_form(request, step or self.step, self.token)

    def sends(self, **fields):
        built = EnvironBuilder(
            method="POST",
            data=urlencode(fields),
            content_type="application/x-www-form-urlencoded",
        )
        return self.service.admission_answer(Request(built.get_environ()), self.step, self.token)


class TestLinks:
    def test_a_form_is_shown_escaped_and_without_script(self, enrolling, applicant):
        page = Browser(enrolling, applicant).opens()

        text = page.get_data(as_text=True)
        assert page.status_code == 200
        assert "&lt;b&gt;Ada&lt;/b&gt; Example" in text
        assert "<script" not in text
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        assert page.headers["Referrer-Policy"] == "no-referrer"

    def test_an_answer_is_kept_and_the_link_is_used_up(self, enrolling, applicant):
        head = Browser(enrolling, applicant)

        page = head.sends(outcome="met", given_by="A. Head", answer="With pleasure")

        assert "Thank you" in page.get_data(as_text=True)
        (step,) = enrolling.call(ListAdmissionSteps()).items
        assert (step.outcome, step.given_by, step.answer, step.via) == (
            "met",
            "A. Head",
            "With pleasure",
            "link",
        )
        with pytest.raises(Refused, match="link_used"):
            head.sends(outcome="not_met", given_by="Somebody")

    @pytest.mark.parametrize(
        ("fields", "told"),
        [
            ({}, "Choose one of the two answers"),
            ({"outcome": "perhaps", "given_by": "A"}, "Choose one of the two answers"),
            ({"outcome": "met"}, "Give your name"),
            ({"outcome": "met", "given_by": "A" * 201}, "200 are the most"),
            ({"outcome": "met", "given_by": "A", "answer": "x" * 10_001}, "10000 are the most"),
            ({"outcome": "met", "given_by": "A", "answer": "x\x00"}, "cannot be kept"),
        ],
    )
    def test_what_is_not_right_is_said_and_what_was_given_stays(
        self, enrolling, applicant, fields, told
    ):
        head = Browser(enrolling, applicant)

        page = head.sends(**{"answer": "</textarea><script>1</script>", **fields})

        text = page.get_data(as_text=True)
        assert page.status_code == 400
        assert told in text
        assert "<script>" not in text
        assert steps(enrolling) == {("endorsement", None, None)}

    def test_a_statement_needs_its_text_and_nothing_else(self, enrolling, applicant):
        person = Browser(enrolling, applicant, "statement")

        assert person.sends(answer="  ").status_code == 400
        assert person.sends(answer="Because").status_code == 200
        assert steps(enrolling, step="statement") == {("statement", "met", "link")}

    def test_a_link_expires(self, enrolling, applicant):
        head = Browser(enrolling, applicant, days=2)
        enrolling.moves_to(enrolling.at + timedelta(days=2))

        with pytest.raises(Refused, match="link_expired"):
            head.opens()

    def test_a_link_is_good_for_its_own_step_only(self, enrolling, applicant):
        head = Browser(enrolling, applicant)

        for other in ("statement", "suitability", "offer"):
            with pytest.raises(NotFound, match="link_unknown"):
                head.opens(other)

    def test_a_link_that_was_revoked_or_replaced_is_no_good(self, enrolling, applicant):
        first, second = Browser(enrolling, applicant), Browser(enrolling, applicant)
        with pytest.raises(Refused, match="link_expired"):
            first.opens()

        enrolling.call(
            RevokeAdmissionLink(application_id=applicant.application_id, step="endorsement")
        )

        with pytest.raises(Refused, match="link_expired"):
            second.opens()

    def test_nothing_is_answered_once_the_application_is_decided(self, enrolling, applicant):
        head = Browser(enrolling, applicant)
        accepted(enrolling, applicant)

        with pytest.raises(Refused, match="already_decided"):
            head.sends(outcome="not_met", given_by="A. Head")
