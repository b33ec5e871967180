"""The page behind a submission link: plain forms, no JavaScript, no cookies."""

import re
from contextlib import closing
from datetime import timedelta
from hashlib import sha256
from html import unescape
from io import BytesIO
from urllib.parse import urlencode
from uuid import UUID

import pytest
from assessment_docx import a_docx, p
from assessment_files import a_pdf, an_odt, show
from assessment_office import Office
from werkzeug.test import EnvironBuilder

from assessment import files
from headship_contracts.assessment.events import (
    SubmissionMissed,
    SubmissionReceived,
    SubmissionRefused,
)
from headship_contracts.assessment.submissions import (
    AcceptLateScript,
    ListSubmissions,
    MakeSubmissionLink,
    RevokeSubmissionLink,
)
from headship_contracts.enrolment.people import People, PeopleFound, Person
from headship_contracts.errors import NotFound, Refused, Unavailable
from kit import links
from kit.identity import Caller
from kit.pages import Request
from kit.testing import FakeAsk, run_timer


class Browser:
    """Someone with a link, who follows where a form leads."""

    def __init__(self, office: Office, application, window, **link):
        self.office = office
        about = {"application_id": application.application_id, "window_id": window.window_id}
        self.link = office.ask(MakeSubmissionLink(**about | link))
        self.token = self.link.url.rpartition("/")[2]

    def opens(self):
        return self._told(self.office.service.submit_page(self._request(), self.token))

    def uploads(self, content, filename="script.txt"):
        return self._uploads({"file": (BytesIO(content), filename)})

    def uploads_nothing(self):
        return self._uploads({"other": "x", "another": (BytesIO(b"x"), "x.txt")})

    def _uploads(self, fields):
        environ = EnvironBuilder(method="POST", data=fields).get_environ()
        with closing(environ["wsgi.input"]), Request(environ) as request:
            return self._told(self.office.service.submit_upload(request, self.token))

    def confirms(self, own_work=True, digest=None):
        digest = digest or re.search(r"name='sha256' value='(\w+)'", self.opens())[1]
        fields = {"sha256": digest} | ({"own_work": "yes"} if own_work else {})
        built = EnvironBuilder(
            method="POST",
            data=urlencode(fields),
            content_type="application/x-www-form-urlencoded",
        )
        request = Request(built.get_environ())
        return self._told(self.office.service.submit_confirm(request, self.token))

    def _request(self):
        return Request(EnvironBuilder(path="/").get_environ())

    def _told(self, response):
        """The page that a browser ends at."""
        if response.status_code == 303:
            where = response.headers["Location"]
            page = "submit_receipt" if where.endswith("/receipt") else "submit_page"
            assert where.split("/")[2] == self.token
            return self._told(getattr(self.office.service, page)(self._request(), self.token))
        self.status = response.status_code
        return unescape(response.get_data(as_text=True))


@pytest.fixture(autouse=True)
def _secrets():
    links.use(["a secret for tests only, long enough to be taken"])


@pytest.fixture
def sitting(office):
    window = office.window()
    application = office.ready()
    office.open(window)
    return office, application, window


@pytest.mark.parametrize(
    ("content", "filename"),
    [
        (a_docx(p("word " * 120)), "mine.docx"),
        (an_odt(f"<text:p>{'word ' * 120}</text:p>"), "mine.odt"),
        (a_pdf(show(*["word " * 12] * 10)), "mine.pdf"),
        (b"word " * 120, "mine.txt"),
    ],
)
def test_count_and_cut_off_are_shown_before_anything_is_sent(sitting, content, filename):
    office, application, window = sitting
    browser = Browser(office, application, window)
    assert "A school of 900 pupils" in browser.opens()

    shown = browser.uploads(content, filename)

    assert "120 of 100" in shown
    assert "not sent yet" in shown
    assert "Nothing below this line is marked" in shown
    assert "words/1" in shown
    assert office.told(SubmissionReceived) == []
    receipt = browser.confirms()
    assert sha256(content).hexdigest() in receipt
    (told,) = office.told(SubmissionReceived)
    assert (told.words, told.sha256) == (120, sha256(content).hexdigest())
    assert browser.confirms(digest=told.sha256) == receipt  # the button pressed twice
    assert len(office.told(SubmissionReceived)) == 1


def test_there_is_no_script_on_the_page_and_what_people_type_is_escaped(office):
    window = office.window(office.paper(case_study="<script>alert(1)</script>"))
    application = office.ready()
    office.open(window)
    browser = Browser(office, application, window)
    browser.uploads(b"three words here", '"><script>.txt')

    page = office.service.submit_page(browser._request(), browser.token).get_data(as_text=True)

    assert "<script" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_who_does_not_declare_own_work_has_sent_nothing(sitting):
    office, application, window = sitting
    browser = Browser(office, application, window)
    browser.uploads(b"some words")

    shown = browser.confirms(own_work=False)

    assert (browser.status, "own work" in shown) == (409, True)
    assert office.told(SubmissionReceived) == []
    assert "Keep this receipt" in browser.confirms()


def test_nobody_confirms_a_file_they_have_not_seen(sitting):
    office, application, window = sitting
    browser = Browser(office, application, window)
    browser.uploads(b"first")
    browser.uploads(b"second")

    shown = browser.confirms(digest=sha256(b"first").hexdigest())

    assert "Another file was uploaded since" in shown
    assert office.told(SubmissionReceived) == []
    assert "nothing to confirm" not in browser.confirms()


def test_a_script_is_replaced_until_the_deadline(sitting):
    office, application, window = sitting
    browser = Browser(office, application, window)
    browser.uploads(b"first thoughts")
    browser.confirms()
    browser.uploads(b"second thoughts at last")

    receipt = browser.confirms()

    assert "4 of 100" in receipt
    sent = office.ask(ListSubmissions(application_id=application.application_id)).items
    assert [(one.words, one.counts) for one in sent] == [(2, False), (4, True)]


@pytest.mark.parametrize(
    ("content", "filename", "told"),
    [
        (b"", "script.docx", "The file is empty"),
        (b"plain", "script.docx", "not what its name says"),
        (b"...", "script.txt", "No word of text"),
        (b"x", "script.exe", "This kind of file is not taken"),
        (b"%PDF-1.7", "script.pdf", "The file is damaged"),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_on_the_page(sitting, content, filename, told):
    office, application, window = sitting
    browser = Browser(office, application, window)

    shown = browser.uploads(content, filename)

    assert (browser.status, told in shown) == (409, True)
    assert "Upload and count the words" in shown
    assert len(office.told(SubmissionRefused)) == 1


def test_a_form_without_a_file_says_so(sitting):
    office, application, window = sitting

    assert "Choose a file first" in Browser(office, application, window).uploads_nothing()


def test_a_hundred_thousand_words_are_taken_and_cut_off(sitting):
    office, application, window = sitting
    browser = Browser(office, application, window)

    shown = browser.uploads(a_docx(p("word " * 100_000)), "long.docx")

    assert "100,000 of 100" in shown
    assert "Keep this receipt" in browser.confirms()


def test_before_the_window_nothing_of_the_paper_is_shown(office):
    window = office.window()
    application = office.ready()
    browser = Browser(office, application, window)

    assert "A school of 900" not in browser.opens()
    assert browser.status == 409
    assert "The assessment has not opened" in browser.uploads(b"words") or browser.status == 409
    assert office.told(SubmissionRefused) == []


def test_a_late_file_is_kept_with_its_time_and_counts_only_if_the_lead_accepts_it(sitting):
    office, application, window = sitting
    browser = Browser(office, application, window)
    office.close(window)
    assert "has closed" in browser.opens()

    shown = browser.uploads(b"late but whole words")

    assert "kept as late" in shown
    (late,) = office.ask(ListSubmissions(window_id=window.window_id)).items
    assert (late.state, late.reason, late.counts, late.own_work) == (
        "refused",
        "late",
        False,
        False,
    )
    assert office.candidates(window)[application.application_id] == "missed"
    accepted = office.ask(
        AcceptLateScript(submission_id=late.submission_id, reason="the boiler burst")
    )
    assert (accepted.state, accepted.words, accepted.counts) == ("received", 4, True)
    assert office.candidates(window)[application.application_id] == "submitted"
    assert office.prepare(window).scripts == 1
    with pytest.raises(Refused, match="already_received"):
        office.ask(AcceptLateScript(submission_id=late.submission_id, reason="again"))


def test_an_accepted_late_script_takes_its_author_out_of_the_next_window(sitting):
    office, application, window = sitting
    office.close(window)
    with pytest.raises(Refused, match="window_closed"):
        office.submit(application, window)
    later = office.window(opens_on=window.opens_on + timedelta(days=60))
    assert office.candidates(later)[application.application_id] == "entered"
    (late,) = office.ask(ListSubmissions(window_id=window.window_id)).items

    office.ask(AcceptLateScript(submission_id=late.submission_id, reason="the boiler burst"))

    assert office.candidates(later)[application.application_id] == "removed"


def test_nothing_late_is_accepted_once_marking_has_begun(sitting):
    office, application, window = sitting
    office.close(window)
    with pytest.raises(Refused, match="window_closed"):
        office.submit(application, window)
    (late,) = office.ask(ListSubmissions(window_id=window.window_id)).items
    office.prepare(window)

    with pytest.raises(Refused, match="window_marking"):
        office.ask(AcceptLateScript(submission_id=late.submission_id, reason="too late"))
    with pytest.raises(Refused, match="window_closed"):
        office.submit(application, window)
    assert len(office.ask(ListSubmissions(window_id=window.window_id)).items) == 1


def test_what_was_uploaded_and_never_confirmed_is_not_lost(sitting):
    office, application, window = sitting
    Browser(office, application, window).uploads(b"all my work")

    office.close(window)

    assert len(office.told(SubmissionMissed)) == 1
    (kept,) = office.ask(ListSubmissions(window_id=window.window_id)).items
    assert (kept.state, kept.reason) == ("refused", "not_confirmed")
    accepted = office.ask(
        AcceptLateScript(submission_id=kept.submission_id, reason="meant to send it")
    )
    assert accepted.words == 3


def test_a_file_uploaded_in_time_may_be_confirmed_in_the_minutes_of_reading(sitting):
    office, application, window = sitting
    browser = Browser(office, application, window)
    office.at(window.closes_at)
    browser.uploads(b"just in time")
    digest = sha256(b"just in time").hexdigest()
    office.at(window.closes_at + timedelta(minutes=1))

    receipt = browser.confirms(digest=digest)

    assert "Keep this receipt" in receipt
    (sent,) = office.ask(ListSubmissions(window_id=window.window_id)).items
    assert sent.counts
    assert sent.received_at - window.closes_at < timedelta(minutes=1)


class TestLinks:
    def test_a_new_link_ends_the_one_before(self, sitting):
        office, application, window = sitting
        former = Browser(office, application, window)
        Browser(office, application, window)

        with pytest.raises(NotFound, match="link_unknown"):
            former.opens()

    def test_a_revoked_link_opens_nothing(self, sitting):
        office, application, window = sitting
        browser = Browser(office, application, window)

        office.ask(
            RevokeSubmissionLink(
                application_id=application.application_id, window_id=window.window_id
            )
        )

        for step in (browser.opens, lambda: browser.uploads(b"x")):
            with pytest.raises(NotFound, match="link_unknown"):
                step()

    def test_a_link_expires_some_days_after_the_close(self, sitting):
        office, application, window = sitting
        browser = Browser(office, application, window, days_after=2)
        office.at(window.closes_at + timedelta(days=2, seconds=1))

        with pytest.raises(Refused, match="link_expired"):
            browser.opens()

    @pytest.mark.parametrize("token", ["", "x", "a.b.c", "W10.abc"])
    def test_a_made_up_link_is_not_found(self, sitting, token):
        office, application, window = sitting
        browser = Browser(office, application, window)
        browser.token = token

        with pytest.raises(NotFound, match="link_unknown"):
            browser.opens()

    def test_a_marker_gets_nobodys_link(self, sitting):
        office, application, window = sitting
        (assessor,) = office.assessors(1)

        with pytest.raises(Refused, match="not_permitted"):
            office.ask(
                MakeSubmissionLink(
                    application_id=application.application_id, window_id=window.window_id
                ),
                caller=Caller("staff", str(assessor)),
            )


class TestNames:
    def shown(self, office, window):
        office.assessors(2)
        office.close(window)
        office.prepare(window)
        return office.shown(office.script(window)).text

    def test_a_marker_does_not_read_the_name_that_enrolment_knows(self, sitting):
        office, application, window = sitting
        person = Person(
            person_id=application.participant_id,
            kind="participant",
            full_name="Jane Author",
            email="jane@example.org",
        )
        office.service.ask = FakeAsk({People: PeopleFound(people=[person])})
        office.submit(application, window, b"By Jane Author, jane@example.org. I begin.")

        run_timer(office.service, "remove_names", window.opens_at)

        assert self.shown(office, window) == "By [name] [name], [name]. I begin."

    def test_names_wait_while_enrolment_is_away(self, sitting):
        office, application, window = sitting
        office.service.ask = FakeAsk({People: Unavailable("no_answer")})
        receipt = office.submit(application, window, b"By Jane Author.")
        run_timer(office.service, "remove_names", window.opens_at)
        person = Person(
            person_id=application.participant_id, kind="participant", full_name="Jane Author"
        )
        office.service.ask = FakeAsk({People: PeopleFound(people=[person])})

        run_timer(office.service, "remove_names", window.opens_at)
        run_timer(office.service, "remove_names", window.opens_at)

        assert len(office.service.ask.asked) == 1
        assert self.shown(office, window) == "By [name] [name]."
        with office.db.transaction() as tx:
            assert files.get(tx, receipt.sha256) == b"By Jane Author."
        assert isinstance(receipt.submission_id, UUID)
