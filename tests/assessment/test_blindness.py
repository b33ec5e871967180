"""What a marker sees, and what nobody else may touch."""

import json
from uuid import uuid4

import pytest
from assessment_enrolment import a_person, everybodys_name
from assessment_office import marks_of
from sqlalchemy import select

from assessment import blinding
from assessment.models import Allocation
from headship_contracts.assessment.allocation import ClaimScript
from headship_contracts.assessment.events import ScriptAllocated
from headship_contracts.assessment.marking import (
    Adjudicate,
    GetScript,
    ListDecisions,
    ListScripts,
    MarkingQueue,
    MarkScript,
)
from headship_contracts.enrolment.people import PeopleFound
from headship_contracts.errors import NotFound, Refused
from kit.identity import Caller


def test_the_adjudicator_sees_both_opinions_but_not_whose(office):
    window = office.marking(1)
    markers = {office.mark(window, 1, 66), office.mark(window, 1, 58)}

    shown = office.shown(office.script(window))

    assert shown.kind == "adjudication"
    assert [one.opinion for one in shown.opinions] == ["A"] * 3 + ["B"] * 3
    assert not any(str(staff_id) in json.dumps(shown.dump()) for staff_id in markers)


def test_a_marker_sees_nothing_of_author_role_or_other_marks(office):
    window = office.marking(1)
    office.mark(window, 1, 40)  # fails: a second marker has it now

    script = office.script(window)
    shown = office.shown(script)
    _, item = office.waiting(script)

    assert (shown.kind, item.kind, shown.opinions) == ("marking", "marking", [])
    told = json.dumps([shown.dump(), item.dump()])
    assert str(script.application_id) not in told
    assert "script.txt" not in told
    assert "second" not in told


@pytest.fixture
def named(office):
    """A window in marking whose one script names its author, whom enrolment has not told."""
    window = office.window()
    application = office.ready()
    (marker,) = office.assessors(1)
    office.open(window)
    office.submit_here(application, window, "My name is Jane Doe and I lead.")
    office.close(window, names_told=False)
    return window, application, marker


def test_no_marker_sees_a_script_before_its_authors_name_was_looked_for(office, named):
    window, application, _ = named
    assert office.prepare(window).names_unchecked == 1

    def answer(*people):
        blinding.remove_names(office.db, lambda *_, **__: PeopleFound(people=list(people)))

    with pytest.raises(Refused, match="names_not_checked"):
        office.shown(office.script(window))
    answer()  # enrolment does not know them
    with pytest.raises(Refused, match="names_not_checked"):
        office.shown(office.script(window))
    answer(a_person(application.participant_id, "Jane Doe"))

    assert office.shown(office.script(window)).text == "My name is [name] [name] and I lead."
    assert office.prepare(window).names_unchecked == 0


def test_a_script_with_its_authors_name_in_it_cannot_be_claimed(office, named):
    window, _, marker = named
    office.prepare(window, pull=True)
    claim = ClaimScript(window_id=window.window_id, staff_id=marker)

    with pytest.raises(Refused, match="nothing_to_claim"):
        office.ask(claim)
    blinding.remove_names(office.db, everybodys_name)

    assert office.ask(claim).script_id == office.script(window).script_id


def test_a_lead_lets_a_script_through_whose_author_enrolment_does_not_know(office, named):
    window, _, _ = named
    office.prepare(window)

    assert office.prepare(window, even_with_names=True).names_unchecked == 0

    script = office.script(window)
    assert office.shown(script).text.startswith("My name is")
    steps = office.ask(ListDecisions(script_id=script.script_id)).items
    assert "shown_with_names" in {step.kind for step in steps}


def test_the_cut_off_is_shown_to_the_marker(office):
    window = office.window(office.paper(tolerance_percent=10))
    application = office.ready()
    office.assessors(1)
    office.open(window)
    office.submit_here(application, window, "word " * 130)
    office.close(window)
    office.prepare(window)

    shown = office.shown(office.script(window))

    assert (shown.words, shown.word_limit, shown.cut_off_word) == (130, 100, 110)
    assert shown.text[: shown.cut_off_at].split() == ["word"] * 110
    assert shown.whole


def test_nobody_touches_anothers_allocation(office):
    window = office.marking(1)
    owner, item = office.waiting(office.script(window))
    other = uuid4()

    for ask in (
        GetScript(allocation_id=item.allocation_id, staff_id=other),
        MarkScript(
            allocation_id=item.allocation_id,
            staff_id=other,
            marks=marks_of(80),
            holistic="pass",
        ),
    ):
        with pytest.raises(NotFound, match="allocation_not_found"):
            office.ask(ask)
    with pytest.raises(NotFound, match="staff_not_found"):
        office.ask(MarkingQueue(staff_id=owner), caller=Caller("staff", str(other)))


def test_a_member_of_staff_asks_in_their_own_name(office):
    window = office.marking(1)
    owner, item = office.waiting(office.script(window))

    queue = office.ask(MarkingQueue(staff_id=owner), caller=Caller("staff", str(owner)))

    assert [one.allocation_id for one in queue.items] == [item.allocation_id]


def test_a_lead_adjudicates_only_where_no_moderator_can(office):
    office.assessors(3, "lead", "moderator")
    window = office.marking(2)
    for number in (1, 2):
        office.mark(window, number, 66)
        office.mark(window, number, 58)

    (moderator,) = {script.waits_for for script in office.scripts(window)}

    ask = ListScripts(window_id=window.window_id)
    with pytest.raises(Refused, match="not_permitted"):
        office.ask(ask, caller=Caller("staff", str(moderator)))


def test_the_order_of_marks_does_not_tell_whose_they_are(office):
    window = office.marking(1)
    for total in (66, 58):
        staff_id, item = office.waiting(office.script(window))
        office.ask(
            MarkScript(
                allocation_id=item.allocation_id,
                staff_id=staff_id,
                marks=list(reversed(marks_of(total))),
                holistic="pass",
            )
        )

    shown = office.shown(office.script(window))

    assert [one.criterion for one in shown.opinions] == ["A", "B", "C"] * 2


def test_an_assessor_does_not_adjudicate(office):
    window = office.marking(1)
    first = office.mark(window, 1, 66)
    office.mark(window, 1, 58)
    _, item = office.waiting(office.script(window))

    with pytest.raises(Refused, match="not_permitted"):
        office.ask(
            Adjudicate(
                allocation_id=item.allocation_id,
                staff_id=first,
                marks=marks_of(80),
                holistic="pass",
                reason="mine",
            ),
            caller=Caller("staff", str(first)),
        )


def test_who_sent_an_endless_script_does_not_stop_the_marker(office):
    window = office.window(office.paper(word_limit=20_000))
    application = office.ready()
    office.assessors(1)
    office.open(window)
    office.submit_here(application, window, "wordy " * 60_000)
    office.close(window)
    office.prepare(window)

    shown = office.shown(office.script(window))

    assert (shown.words, shown.whole, len(shown.text)) == (60_000, False, 150_000)
    assert shown.cut_off_at < len(shown.text)


def test_no_staff_but_the_marker_is_told_in_the_events(office):
    office.marking(2)

    with office.db.transaction() as tx:
        held = {one.id: one.staff_id for one in tx.scalars(select(Allocation))}
    assert {told.allocation_id: told.staff_id for told in office.told(ScriptAllocated)} == held
