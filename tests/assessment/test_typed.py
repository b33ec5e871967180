"""What people type: control characters, which no database keeps, stop nobody."""

import pytest
from assessment_browser import SECRETS, Browser
from test_marking_pages import form, page, take, token_of

from assessment import marking_pages
from assessment.domain.typed import plain, plain_name
from headship_contracts.assessment.marking import GetScript
from headship_contracts.assessment.submissions import ListSubmissions
from kit import links


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("one\r\ntwo\tthree\n", "one\ntwo\tthree\n"),
        ("a\x00b\x1b[0m\x7f", "ab[0m"),
        ("\ud800 caf\u00e9 \U0001f600", " caf\u00e9 \U0001f600"),
    ],
)
def test_a_text_keeps_its_lines_and_no_control_characters(typed, kept):
    assert plain(typed) == kept


def test_a_files_name_is_one_line_without_folders():
    assert plain_name("C:\\work\\my\x00 script\n.docx") == "my script .docx"


def test_a_file_whose_name_holds_a_zero_byte_is_taken(office):
    window = office.window()
    application = office.ready()
    office.open(window)
    browser = Browser(office, application, window)

    browser.uploads(b"I would begin.", filename="my\x00 script.txt")
    browser.confirms()

    (sent,) = office.ask(ListSubmissions(window_id=window.window_id)).items
    assert (sent.state, sent.words) == ("received", 3)


@pytest.mark.parametrize("do", ["draft", "save"])
def test_a_comment_with_a_zero_byte_spoils_no_page(office, do):
    links.use(SECRETS)
    window = office.marking(1)
    staff_id, item = office.waiting(office.script(window))
    token = token_of(office, staff_id)
    sent = form(40, **{"comment-A": "too\x00 short", "keep-A": "1", "do": do})

    told = take(office, token, item.allocation_id, sent)

    assert told.status_code == 200
    if do == "draft":
        opened = marking_pages.show_script(office.db, token, str(item.allocation_id))
        assert "too short" in page(opened)
    else:
        second, again = office.waiting(office.script(window))
        shown = office.ask(GetScript(allocation_id=again.allocation_id, staff_id=second))
        assert shown.number == item.number
