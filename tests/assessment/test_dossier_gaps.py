"""What is missing from a window's records is named: scripts, decided pairs, and rows of seals."""

import pytest
from assessment_dossiers import an_appealed_script, flaws, touch
from sqlalchemy import text

from assessment import comparing
from assessment.domain.similarity.job import compare_scripts
from headship_contracts.assessment.dossiers import GetDossier, VerifyDossiers
from headship_contracts.assessment.marking import ListDecisions
from headship_contracts.assessment.similarity import DecideSimilarPair, ListSimilarPairs
from kit import clock

BELONG_TO_IT = ("decision_steps", "seals", "dossier_heads")


def take_away(office, number):
    """A whole script with all that is kept about it."""
    one = f"(SELECT id FROM scripts WHERE number = {number})"
    allocations = f"(SELECT id FROM allocations WHERE script_id = {one})"
    statements = [f"DELETE FROM marks WHERE allocation_id IN {allocations}"]
    statements += [f"DELETE FROM {table} WHERE script_id = {one}" for table in BELONG_TO_IT]
    statements += [f"DELETE FROM allocations WHERE script_id = {one}"]
    with office.db.engine.begin() as connection:
        for statement in [*statements, f"DELETE FROM scripts WHERE number = {number}"]:
            connection.execute(text(statement))


def test_a_script_that_was_taken_away_whole_is_named(office):
    window = office.marking(4)
    for number in (3, 4):
        take_away(office, number)
    left = office.ask(VerifyDossiers(window_id=window.window_id)).items
    named = [[flaw.row for flaw in check.flaws] for check in left]

    take_away(office, 1)
    take_away(office, 2)
    (nothing,) = office.ask(VerifyDossiers(window_id=window.window_id)).items

    assert named == [[], ["scripts/number 3", "scripts/number 4"]]
    assert (nothing.script_id, len(nothing.flaws)) == (window.window_id, 4)


def test_a_script_that_was_taken_away_is_named_once_over_all_pages(office):
    window = office.marking(5)
    take_away(office, 3)

    checks, cursor = [], None
    while True:
        page = office.ask(VerifyDossiers(window_id=window.window_id, limit=2, cursor=cursor))
        checks += page.items
        cursor = page.next_cursor
        if cursor is None:
            break

    found = {check.number: [flaw.row for flaw in check.flaws] for check in checks}
    assert found == {1: [], 2: [], 4: ["scripts/number 3"], 5: []}


def test_a_seal_over_a_row_that_cannot_be_is_named(office):
    script = an_appealed_script(office)

    touch(office, "UPDATE seals SET row = 'marks/zzz' WHERE position = 9")

    assert "seals/9" in {flaw.row for flaw in flaws(office, script)}
    touch(office, "UPDATE seals SET row = 'decision_steps/99999999999999999999' WHERE position = 9")
    assert "seals/9" in {flaw.row for flaw in flaws(office, script)}


@pytest.fixture
def cleared(office):
    """A window in marking, two scripts of which were found alike and cleared before."""
    window = office.window()
    applications = [office.ready() for _ in range(3)]
    office.assessors(4)
    office.open(window)
    same = " ".join(f"word{place}" for place in range(40))
    for number, application in enumerate(applications):
        own = " ".join(f"own{number}word{place}" for place in range(40))
        office.submit_here(application, window, own + (f" {same}" if number < 2 else ""))
    office.close(window)
    comparing.run_queued(office.db, clock.now(), compare_scripts)
    (pair,) = office.ask(ListSimilarPairs(window_id=window.window_id)).items
    why = {"status": "no_case", "reason": "they quote one book"}
    office.ask(DecideSimilarPair(pair_id=pair.pair_id, **why))
    office.prepare(window)
    alike = {pair.application_a, pair.application_b}
    return window, [one for one in office.scripts(window) if one.application_id in alike]


def test_that_a_pair_was_cleared_before_marking_is_part_of_both_records(office, cleared):
    window, alike = cleared

    for script in alike:
        steps = office.ask(ListDecisions(script_id=script.script_id)).items
        assert ("similarity", "no_case") in {(step.kind, step.rule) for step in steps}
        assert "they quote one book" in office.ask(GetDossier(script_id=script.script_id)).content
        assert flaws(office, script) == []
    assert not any(one.hold for one in office.scripts(window))


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE similarity_cases SET status = 'upheld'", "was changed"),
        ("UPDATE similarity_cases SET decided_by = 'nobody'", "was changed"),
        ("DELETE FROM similarity_cases", "is missing"),
    ],
)
def test_what_was_decided_of_a_pair_is_sealed(office, cleared, statement, what):
    touch(office, statement)

    for script in cleared[1]:
        (found,) = flaws(office, script)
        assert (found.row.partition("/")[0], found.what) == ("similarity_cases", what)


def test_a_pair_that_was_erased_with_the_others_record_is_no_flaw(office, cleared):
    mine, other = cleared[1]

    touch(office, "DELETE FROM similarity_cases")
    take_away(office, other.number)

    assert flaws(office, mine) == []
