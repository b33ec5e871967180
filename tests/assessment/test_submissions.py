"""Scripts come in time, are read in a child process, and the latest one counts."""

from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import docx
import pytest
from assessment_docx import a_docx
from assessment_files import a_pdf, show
from assessment_office import OPERATOR
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from assessment import files
from assessment.models import FilePiece
from headship_contracts.assessment.events import (
    SubmissionMissed,
    SubmissionReceived,
    SubmissionRefused,
)
from headship_contracts.assessment.submissions import GetReceipt, ListSubmissions
from headship_contracts.errors import Invalid, NotFound, Refused


@pytest.fixture
def sitting(office):
    """An open window with one candidate."""
    window = office.window()
    application = office.ready()
    office.open(window)
    return office, application, window


def a_word_file(*paragraphs: str) -> bytes:
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    held = BytesIO()
    document.save(held)
    return held.getvalue()


def test_a_word_file_gets_a_receipt_and_is_told(sitting):
    office, application, window = sitting

    receipt = office.submit(application, window, a_word_file("word " * 120), "script.docx")

    assert (receipt.state, receipt.words, receipt.word_limit) == ("received", 120, 100)
    assert (receipt.over_by, receipt.cut_off_word) == (20, 100)
    assert receipt.method == "docx/2 words/2"
    (told,) = office.told(SubmissionReceived)
    assert (told.submission_id, told.words, told.sha256) == (
        receipt.submission_id,
        120,
        receipt.sha256,
    )
    assert office.ask(GetReceipt(submission_id=receipt.submission_id)) == receipt


def test_the_file_is_kept_as_it_came(sitting):
    office, application, window = sitting
    content = a_word_file("Trust first.")

    receipt = office.submit(application, window, content, "script.docx")

    with office.db.transaction() as tx:
        assert files.get(tx, receipt.sha256) == content


def test_a_script_may_be_replaced_until_the_deadline_and_the_latest_counts(sitting):
    office, application, window = sitting
    first = office.submit(application, window, b"first thoughts")
    office.at(window.closes_at)

    second = office.submit(application, window, b"second thoughts here")

    sent = office.ask(ListSubmissions(application_id=application.application_id)).items
    assert [(one.submission_id, one.counts) for one in sent] == [
        (first.submission_id, False),
        (second.submission_id, True),
    ]
    office.close(window)
    assert office.prepare(window).scripts == 1


def test_the_same_file_again_is_another_receipt_but_kept_once(sitting):
    office, application, window = sitting

    first = office.submit(application, window)
    again = office.submit(application, window)

    assert first.submission_id != again.submission_id
    assert first.sha256 == again.sha256
    with office.db.transaction() as tx:
        pieces = tx.scalar(select(func.count()).select_from(FilePiece))
    assert pieces == 1  # plain text is its own extract


def test_a_call_repeated_under_its_key_is_one_submission(sitting):
    office, application, window = sitting

    first = office.submit(application, window, key="k1")
    again = office.submit(application, window, key="k1")

    assert first == again
    assert len(office.told(SubmissionReceived)) == 1


@pytest.mark.parametrize(
    ("minutes", "code"), [(-60 * 24, "window_not_open"), (60 * 24 * 8 + 1, "window_closed")]
)
def test_too_early_and_too_late_are_refused(office, minutes, code):
    window = office.window()
    application = office.ready()
    office.at(window.opens_at + timedelta(minutes=minutes))

    with pytest.raises(Refused, match=code):
        office.submit(application, window)
    assert office.told(SubmissionReceived) == []


def test_a_script_that_is_not_own_work_is_refused(sitting):
    office, application, window = sitting

    with pytest.raises(Refused, match="own_work_not_declared"):
        office.submit(application, window, own_work=False)


def test_somebody_who_is_no_candidate_of_the_window_is_not_found(sitting):
    office, application, window = sitting

    with pytest.raises(NotFound, match="candidate_not_found"):
        office.submit(application, window, window_id=uuid4())


@pytest.mark.parametrize("content", ["not base64!", "abc", "é"])
def test_content_that_is_no_base64_names_the_field(sitting, content):
    office, application, window = sitting

    with pytest.raises(Invalid) as caught:
        office.submit(application, window, raw=content)
    assert list(caught.value.fields) == ["content"]


def test_a_file_that_cannot_be_read_is_refused_recorded_and_told(sitting):
    office, application, window = sitting
    good = office.submit(application, window)

    with pytest.raises(Refused, match="file_type_mismatch"):
        office.submit(application, window, b"no Word file", "script.docx")

    (told,) = office.told(SubmissionRefused)
    assert told.reason == "file_type_mismatch"
    refused = office.ask(GetReceipt(submission_id=told.submission_id))
    assert (refused.state, refused.reason, refused.counts) == (
        "refused",
        "file_type_mismatch",
        False,
    )
    assert office.ask(GetReceipt(submission_id=good.submission_id)).counts


@pytest.mark.parametrize("limit", [{"extraction_seconds": 0}, {"extraction_megabytes": 200}])
def test_a_file_that_takes_too_much_to_read_is_refused(sitting, limit):
    office, application, window = sitting
    office.limit(**limit)
    bulky = a_docx("<w:p/>" * 3_000_000)

    with pytest.raises(Refused, match="file_too_heavy"):
        office.submit(application, window, bulky, "script.docx")
    assert [told.reason for told in office.told(SubmissionRefused)] == ["file_too_heavy"]


def test_letters_that_a_pdf_calls_by_no_characters_keep_it_from_nobody(sitting):
    office, application, window = sitting
    office.assessors(1)

    receipt = office.submit(application, window, a_pdf(show("begin\\000 with\\001")), "script.pdf")

    office.close(window)
    office.prepare(window)
    assert receipt.words == 2
    assert office.shown(office.script(window)).text == "begin with"


def test_a_candidate_without_a_readable_script_has_missed_the_window(sitting):
    office, application, window = sitting
    with pytest.raises(Refused):
        office.submit(application, window, b"", "script.txt")

    office.close(window)

    assert [told.application_id for told in office.told(SubmissionMissed)] == [
        application.application_id
    ]


def test_what_came_first_does_not_replace_what_came_later_though_read_later(sitting):
    office, application, window = sitting
    slow = office.submit_slowly(
        application,
        window,
        "early but slow",
        meanwhile=lambda: office.submit_here(application, window, "late but quick"),
    )

    sent = office.ask(ListSubmissions(window_id=window.window_id)).items
    assert [one.counts for one in sent] == [False, True]
    assert sent[0].submission_id == slow.submission_id


def test_a_script_read_after_the_window_was_closed_is_kept_for_the_lead(sitting):
    office, application, window = sitting

    with pytest.raises(Refused, match="read_too_late"):
        office.submit_slowly(
            application, window, "In time.", meanwhile=lambda: office.close(window)
        )

    (told,) = office.told(SubmissionRefused)
    kept = office.ask(GetReceipt(submission_id=told.submission_id))
    assert kept.received_at < window.closes_at
    with office.db.transaction() as tx:
        assert files.get(tx, kept.sha256) == b"In time."


def test_once_marking_has_begun_the_script_that_is_marked_stays_the_one_that_counts(sitting):
    office, application, window = sitting
    office.assessors(2)
    first = office.submit_here(application, window, "The first one.")

    def meanwhile():
        office.close(window)
        office.prepare(window)

    with pytest.raises(Refused, match="read_too_late"):
        office.submit_slowly(application, window, "Read for long.", meanwhile=meanwhile)

    sent = office.ask(ListSubmissions(window_id=window.window_id)).items
    assert [one.submission_id for one in sent if one.counts] == [first.submission_id]


def test_names_of_files_are_in_no_event(sitting):
    office, application, window = sitting

    office.submit(application, window, filename="Jane Author NPQH.txt")

    assert all("Jane" not in str(told.dump()) for told in office.told(SubmissionReceived))


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(content=st.binary(max_size=2_500_000).filter(bool) | st.just(b"x" * (3 * 1024 * 1024)))
def test_what_is_put_is_got(office, content):
    with office.db.transaction(caller=OPERATOR) as tx:
        digest = files.put(tx, content)
        assert files.put(tx, content) == digest

    with office.db.transaction() as tx:
        assert files.get(tx, digest) == content


def test_a_file_that_nobody_put_is_not_found(office):
    with office.db.transaction() as tx, pytest.raises(NotFound, match="file_not_found"):
        files.get(tx, "0" * 64)
