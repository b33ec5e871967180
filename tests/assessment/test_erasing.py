"""A person is erased: texts go when nobody can appeal any more, and every seal still holds."""

from datetime import timedelta
from uuid import uuid4

import pytest
from assessment_dossiers import touch
from sqlalchemy import delete, func, select

from assessment import files
from assessment.models import Appeal, FilePiece, Submission
from headship_contracts.assessment.appeals import DecideAppeal, FileAppeal
from headship_contracts.assessment.dossiers import VerifyDossier, VerifyDossiers
from headship_contracts.assessment.events import PersonErased
from headship_contracts.assessment.moderation import ListModerations, OpenModeration, ProveDraw
from headship_contracts.assessment.protection import ExportDocument, ExportPerson
from headship_contracts.enrolment.events import ErasureDecided
from headship_contracts.errors import NotFound, Refused
from kit import clock
from kit.testing import run_timer

STATEMENT = "The clock had stopped."


@pytest.fixture
def script(office):
    """A released script with an appeal against its result."""
    window = office.marking(2)
    for number in (1, 2):
        office.mark(window, number, 40)
        office.mark(window, number, 41)
    office.release(window)
    found = office.script(window)
    filed = FileAppeal(
        application_id=found.application_id,
        grounds="procedural_irregularity",
        statement=STATEMENT,
    )
    appeal = office.ask(filed)
    office.ask(DecideAppeal(appeal_id=appeal.appeal_id, decision="dismissed", reason="It had not."))
    return found


def decided(script):
    return ErasureDecided(
        revision=1,
        erasure_id=uuid4(),
        person_ids=[uuid4()],
        application_ids=[script.application_id],
        ended_on=clock.now().date(),
    )


def held(office, model, column):
    with office.db.transaction() as tx:
        return sorted(tx.scalars(select(getattr(model, column))).all())


def pieces(office):
    with office.db.transaction() as tx:
        return tx.scalar(select(func.count()).select_from(FilePiece))


def test_results_stay_and_texts_go_after_a_year_without_breaking_a_seal(office, script):
    before = pieces(office)
    office.tell(decided(script), times=2)
    (told,) = office.told(PersonErased)
    kept = {one.kind for one in told.kept}
    assert {"essays", "results", "circumstances"} <= kept
    assert pieces(office) == before

    later = clock.now() + timedelta(days=400)
    clock.set_simulated(later)
    run_timer(office.service, "keep_retention", later)

    _, after = office.told(PersonErased)
    assert {one.kind for one in after.kept} == {"results"}
    assert {one.kind for one in after.erased} >= {"essays", "circumstances"}
    assert pieces(office) < before  # the other participant's are there
    assert STATEMENT not in held(office, Appeal, "statement")
    assert len(held(office, Submission, "filename")) == 2
    assert office.ask(VerifyDossier(script_id=script.script_id)).flaws == []


def years_go_by(office, years):
    later = clock.now() + timedelta(days=366 * years)
    clock.set_simulated(later)
    run_timer(office.service, "keep_retention", later)
    return later


def checked(office, script):
    (check,) = office.ask(VerifyDossiers(window_id=script.window_id)).items
    return (
        [(one.row, one.what) for one in check.flaws],
        [(one.row, one.what) for one in check.erased],
    )


def test_a_script_that_was_erased_lawfully_is_told_apart_from_one_taken_away(office, script):
    decision = decided(script)
    office.tell(decision)

    later = years_go_by(office, 11)

    when = f"erased on {later:%d %B %Y}, lawfully (certificate {decision.erasure_id})"
    assert checked(office, script) == ([], [("scripts/number 1", when)])


def test_a_moderators_draw_of_an_erased_script_is_refused_in_words(office):
    window = office.marking(3, assessors=1)
    for number in (1, 2, 3):
        office.mark(window, number, 85)
    office.assessors(2)  # to mark the best and the worst again
    office.ask(OpenModeration(window_id=window.window_id))
    for number in (1, 2, 3):
        office.mark(window, number, 85)
    office.release(window)
    (held,) = office.ask(ListModerations(window_id=window.window_id)).items
    proof = ProveDraw(moderation_id=held.moderation_id)
    drawn, _ = office.ask(proof).frame
    office.tell(decided(office.script(window, drawn.number)))

    years_go_by(office, 11)

    with pytest.raises(Refused, match=f"scripts_erased: nothing is kept of {drawn.number}"):
        office.ask(proof)


def test_nobody_can_say_of_a_script_taken_away_that_it_was_erased(office, script):
    office.tell(decided(script))
    years_go_by(office, 11)

    touch(office, "UPDATE erased_scripts SET certificate = NULL")

    missing, erased = checked(office, script)
    assert erased == []
    assert missing == [("scripts/number 1", "is missing, of 2: nothing signed says why")]


def test_a_script_whose_time_was_over_without_a_request_is_told_so(office, script):
    office.limit(retention_apply=True)

    later = years_go_by(office, 30)

    (check,) = office.ask(VerifyDossiers(window_id=script.window_id)).items
    when = f"erased on {later:%d %B %Y}, lawfully (its time was over)"
    assert (check.flaws, {one.what for one in check.erased}) == ([], {when})


def test_a_persons_files_are_theirs_alone(office, script):
    asked = {"application_ids": [script.application_id]}
    page = office.ask(ExportPerson(limit=500, **asked))

    (document,) = page.documents
    first = office.ask(ExportDocument(sha256=document.sha256, **asked))
    last = office.ask(ExportDocument(sha256=document.sha256, position=1, **asked))

    assert first.content
    assert last.last
    assert "marks" in {row.table for row in page.items}
    with pytest.raises(NotFound, match="document_not_found"):
        office.ask(ExportDocument(sha256=document.sha256, application_ids=[uuid4()]))


def test_a_file_whose_text_was_erased_can_be_kept_again(office):
    with office.db.transaction() as tx:
        digest = files.put(tx, b"a text")
    with office.db.transaction() as tx:
        tx.execute(delete(FilePiece))

    with office.db.transaction() as tx:
        files.put(tx, b"a text")

    with office.db.transaction() as tx:
        assert files.get(tx, digest) == b"a text"


def test_marks_are_not_told_before_the_result(office):
    window = office.marking(1)
    office.mark(window, 1, 40)
    script = office.script(window)

    page = office.ask(ExportPerson(limit=500, application_ids=[script.application_id]))

    assert {"marks", "scripts"} & {row.table for row in page.items} == set()
