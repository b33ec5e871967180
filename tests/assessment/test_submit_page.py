"""The page behind a submission link: plain forms, no JavaScript, no cookies."""

from datetime import timedelta
from hashlib import sha256
from io import BytesIO

import pytest
from assessment_browser import Browser
from assessment_docx import a_docx, p
from assessment_files import a_pdf, an_odt, show

from assessment import drafts, files
from assessment.domain.extraction import read_script
from headship_contracts.assessment.events import (
    SubmissionMissed,
    SubmissionReceived,
    SubmissionRefused,
)
from headship_contracts.assessment.submissions import (
    AcceptLateScript,
    ListSubmissions,
)
from headship_contracts.errors import Refused


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
    assert "words/2" in shown
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


def test_a_file_that_is_read_after_the_close_waits_for_no_confirmation(sitting):
    office, application, window = sitting
    token = Browser(office, application, window).token

    def read(upload):
        office.close(window)
        return read_script(upload)

    with (
        files.spooled(BytesIO(b"all my work")) as spool,
        pytest.raises(Refused, match="read_too_late"),
    ):
        drafts.take(office.db, token, "script.txt", spool, read)

    (kept,) = office.ask(ListSubmissions(window_id=window.window_id)).items
    assert (kept.state, kept.reason) == ("refused", "read_too_late")


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
