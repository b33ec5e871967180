"""A marker's pages behind their link, without JavaScript: queue, script, draft, marks."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from assessment_office import A_MONTH_BEFORE, marks_of, revisions, staff
from test_claiming import pile, run_out
from werkzeug.datastructures import ImmutableMultiDict

from assessment import marking_pages
from headship_contracts.assessment.assessors import (
    MakeMarkingLink,
    MarkingLinks,
    RevokeMarkingLink,
)
from headship_contracts.assessment.marking import GetScript, MarkingQueue, MarkScript, SaveDraft
from headship_contracts.assessment.protection import ListAudit
from headship_contracts.assessment.standardisation import BankComment
from headship_contracts.enrolment.events import StaffChanged
from headship_contracts.errors import NotFound, Refused
from headship_contracts.links import LinkWanted
from kit import links
from kit.identity import Caller


@pytest.fixture(autouse=True)
def _secrets():
    links.use(["a secret for tests only, long enough to be taken"])


def token_of(office, staff_id, **more):
    link = office.ask(MakeMarkingLink(staff_id=staff_id, **more))
    assert link.url.startswith("http://127.0.0.1:8000/marking/")
    return link.url.rpartition("/")[2]


def told_in_messages(office, *staff_ids):
    wanted = MarkingLinks(wanted=[LinkWanted(staff_id=one) for one in staff_ids])
    return {link.whose: link.url.rpartition("/")[2] for link in office.ask(wanted).links}


def test_addresses_in_messages_end_no_other_and_end_with_the_others(office):
    (staff_id,) = office.assessors(1)
    given = token_of(office, staff_id)

    told = told_in_messages(office, staff_id)[staff_id]
    for token in (given, told, told_in_messages(office, staff_id)[staff_id]):
        assert marking_pages.show_queue(office.db, token).status_code == 200
    office.ask(RevokeMarkingLink(staff_id=staff_id))

    for token in (given, told):
        with pytest.raises(NotFound, match="link_unknown"):
            marking_pages.show_queue(office.db, token)


def test_who_is_not_active_or_unknown_has_no_address(office):
    gone = staff("assessor", active=False)
    office.tell(gone)

    assert told_in_messages(office, gone.staff_id, uuid4()) == {}


def form(total=80, **changes):
    a = min(20, max(8, total // 5))
    b = (total - a) // 4
    given = {
        "mark-A": str(a),
        "mark-B": str(b),
        "mark-C": str(total - a - 2 * b),
        "holistic": "pass" if total >= 60 else "fail",
        "fence": "1",
        "do": "save",
    }
    return ImmutableMultiDict(given | changes)


def take(office, token, allocation_id, sent):
    return marking_pages.take_marks(office.db, token, str(allocation_id), sent, probation=0)


def page(response):
    return response.get_data(as_text=True)


def test_a_marker_works_through_the_queue(office):
    window = office.marking(1)
    staff_id, item = office.waiting(office.script(window))
    token = token_of(office, staff_id)

    queue = page(marking_pages.show_queue(office.db, token))
    assert f"/marking/{token}/{item.allocation_id}" in queue
    shown = page(marking_pages.show_script(office.db, token, str(item.allocation_id)))
    assert "Script number 0 is here." in shown
    assert "Understands the school" in shown
    assert 'name="fence" value="1"' in shown
    saved = take(office, token, item.allocation_id, form(80))

    assert f"Your marks for script {item.number} are kept." in page(saved)
    assert office.script(window).score == 80
    assert "<script" not in queue + shown


def test_a_script_whose_authors_name_was_not_looked_for_is_told_of_and_not_shown(office):
    window = office.window()
    application = office.ready()
    (staff_id,) = office.assessors(1)
    office.open(window)
    office.submit_here(application, window, "My name is Jane Doe and I lead.")
    office.close(window, names_told=False)
    office.prepare(window)
    _, item = office.waiting(office.script(window))
    token = token_of(office, staff_id)

    opened = marking_pages.show_script(office.db, token, str(item.allocation_id))
    kept = take(office, token, item.allocation_id, form(80))

    why = f"script {item.number}: its author&#x27;s name has not been looked for yet"
    assert f"Not yet: {why}" in page(opened)
    assert f"/marking/{token}/{item.allocation_id}" in page(opened)  # it is still in the queue
    assert (kept.status_code, f"Not saved (names not checked): {why}" in page(kept)) == (409, True)
    assert "Jane" not in page(opened) + page(kept)
    assert not office.ask(MarkingQueue(staff_id=staff_id)).items[0].started


@pytest.mark.parametrize("gone", [{"roles": [], "active": False}, {"roles": ["facilitator"]}])
def test_who_has_left_or_marks_no_more_sees_no_script_and_marks_none(office, gone):
    window = office.marking(1)
    staff_id, item = office.waiting(office.script(window))
    token, me = token_of(office, staff_id), Caller("staff", str(staff_id))
    mine = {"allocation_id": item.allocation_id, "staff_id": staff_id}

    office.tell(StaffChanged(revision=next(revisions), staff_id=staff_id, **gone))

    with pytest.raises((NotFound, Refused), match=r"link_unknown|not_permitted"):
        marking_pages.show_script(office.db, token, str(item.allocation_id))
    for request in (
        GetScript(**mine),
        MarkScript(**mine, marks=marks_of(80), holistic="pass"),
        SaveDraft(**mine, marks=marks_of(80)[:1], fence=1),
        MarkingQueue(staff_id=staff_id),
    ):
        with pytest.raises(Refused, match="not_permitted"):
            office.ask(request, me)
    assert office.script(window).state == "first_marking"


def test_what_a_marker_looks_at_and_marks_is_in_the_audit_trail(office):
    script = office.script(office.marking(1))
    staff_id, item = office.waiting(script)
    token = token_of(office, staff_id)

    marking_pages.show_script(office.db, token, str(item.allocation_id))
    take(office, token, item.allocation_id, form(80))

    entries = office.ask(ListAudit(application_ids=[script.application_id], limit=500)).items
    by_the_marker = [entry for entry in entries if entry.caller == f"staff:{staff_id}"]
    assert {(one.act, one.record_id) for one in by_the_marker} == {
        ("read", item.allocation_id),
        ("change", item.allocation_id),
    }


def test_what_is_wrong_is_told_and_what_was_typed_stays(office):
    window = office.marking(1)
    staff_id, item = office.waiting(office.script(window))
    token = token_of(office, staff_id)

    sent = form(**{"mark-A": "21", "mark-B": "lots", "holistic": "", "comment-C": "<b>bold</b>"})
    refused = take(office, token, item.allocation_id, sent)

    assert refused.status_code == 400
    told = page(refused)
    assert "no mark from 0 to 20" in told
    assert "Say whether the script as a whole passes or fails" in told
    assert 'value="lots"' in told.replace("&#x27;", "'")
    assert "&lt;b&gt;bold&lt;/b&gt;" in told
    assert office.script(window).state == "first_marking"


def test_a_draft_comes_back(office):
    window = office.marking(1)
    staff_id, item = office.waiting(office.script(window))
    token = token_of(office, staff_id)

    sent = form(**{"do": "draft", "mark-B": "", "comment-A": "Knows the school."})
    assert "Your draft is kept." in page(take(office, token, item.allocation_id, sent))

    shown = page(marking_pages.show_script(office.db, token, str(item.allocation_id)))
    assert "Knows the school." in shown
    assert re.search(r'name="mark-A" size="4" value="16"', shown)
    assert office.script(window).state == "first_marking"


def test_the_cut_off_is_a_line_in_the_text(office):
    window = office.window(office.paper(tolerance_percent=10))
    application = office.ready()
    office.assessors(1)
    office.open(window)
    office.submit_here(application, window, "word " * 110 + "zebra " * 20)
    office.close(window)
    office.prepare(window)
    staff_id, item = office.waiting(office.script(window))

    shown = page(
        marking_pages.show_script(office.db, token_of(office, staff_id), str(item.allocation_id))
    )

    before, _, after = shown.partition("nothing below this line is marked")
    assert ("zebra" in before, after.count("zebra")) == (False, 20)
    assert "Nothing after word 110 is marked" in shown


def test_the_bank_offers_comments_and_takes_new_ones(office):
    window = office.marking(2)
    staff_id, item = office.waiting(office.script(window))
    token = token_of(office, staff_id)
    office.ask(
        BankComment(paper_id=window.paper_id, criterion="A", text="Says how, not only what.")
    )

    shown = page(marking_pages.show_script(office.db, token, str(item.allocation_id)))
    assert "Says how, not only what." in shown
    sent = form(90, **{"comment-B": "Cite the source.", "keep-B": "1"})
    take(office, token, item.allocation_id, sent)

    again = office.ask(
        BankComment(paper_id=window.paper_id, criterion="B", text="Cite the source.")
    )
    assert again.text == "Cite the source."


def test_a_claimed_script_that_is_lost_cannot_be_saved_and_the_text_is_not_lost(office):
    window, (one, _) = pile(office, 1)
    token = token_of(office, one)
    assert "Take the next script" in page(marking_pages.show_queue(office.db, token))
    gone = marking_pages.claim(office.db, token, {"window": str(window.window_id)})
    assert gone.status_code == 303
    allocation_id = gone.headers["Location"].rpartition("/")[2]
    (item,) = office.ask(MarkingQueue(staff_id=one)).items
    run_out(office, item)

    lost = take(office, token, allocation_id, form(90, **{"comment-A": "A long thought."}))

    assert lost.status_code == 409
    assert "lease lost" in page(lost)
    assert "A long thought." in page(lost)
    assert office.script(window).state == "first_marking"


def test_an_adjudicator_sees_two_opinions_and_gives_a_reason(office):
    window = office.marking(1)
    office.mark(window, 1, 66)
    office.mark(window, 1, 58)
    moderator, item = office.waiting(office.script(window))
    token = token_of(office, moderator)

    shown = page(marking_pages.show_script(office.db, token, str(item.allocation_id)))
    assert shown.count("Opinion A") == shown.count("Opinion B") == 3
    refused = take(office, token, item.allocation_id, form(62))
    assert "Give the reason" in page(refused)
    take(office, token, item.allocation_id, form(62, reason="The plan is sound."))

    assert office.script(window).rule == "adjudicated"


def test_a_link_is_for_one_marker_and_only_the_latest_is_good(office):
    window = office.marking(2, assessors=2)
    (mine, _), (other, theirs) = (office.waiting(one) for one in office.scripts(window))
    assert mine != other
    former = token_of(office, mine)
    token = token_of(office, mine)

    with pytest.raises(NotFound, match="link_unknown"):
        marking_pages.show_queue(office.db, former)
    with pytest.raises(NotFound, match="allocation_not_found"):
        marking_pages.show_script(office.db, token, str(theirs.allocation_id))
    with pytest.raises(NotFound, match="page_not_found"):
        marking_pages.show_script(office.db, token, "1")
    with pytest.raises(Refused, match="not_permitted"):
        office.ask(MakeMarkingLink(staff_id=other), caller=Caller("staff", str(mine)))
    office.ask(RevokeMarkingLink(staff_id=mine))
    with pytest.raises(NotFound, match="link_unknown"):
        marking_pages.show_queue(office.db, token)


def test_a_link_ends(office):
    (staff_id,) = office.assessors(1)
    token = token_of(office, staff_id, days=1)

    office.at(A_MONTH_BEFORE + timedelta(days=2))

    with pytest.raises(Refused, match="link_expired"):
        marking_pages.show_queue(office.db, token)
