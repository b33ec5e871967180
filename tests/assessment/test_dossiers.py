"""A dossier holds all that was decided, and tells of every row that was touched since."""

import json
from base64 import b64decode
from datetime import timedelta

import pytest
from assessment_dossiers import an_appealed_script, flaws, touch
from assessment_office import OPENS_ON

from assessment.domain import seals
from assessment.sealed_rows import FORM, SEALED, columns_of
from headship_contracts.assessment.arrangements import GrantExtension, RecordAdjustment
from headship_contracts.assessment.dossiers import (
    GetDossier,
    PrintDossier,
    VerifyDossier,
    VerifyDossiers,
)
from headship_contracts.assessment.moderation import ListModerations, OpenModeration
from headship_contracts.errors import NotFound, Refused
from kit.identity import Caller

TABLES = {
    "marks": ("score", "score + 1"),
    "allocations": ("due_on", "'2030-01-01'"),
    "decision_steps": ("facts", "'{}'"),
    "scripts": ("decision", "'pass'"),
    "results": ("state", "'passed'"),
    "submissions": ("words", "words + 1"),
    "candidates": ("attempt", "attempt + 1"),
    "papers": ("pass_mark", "pass_mark - 1"),
    "windows": ("nonce", "'another'"),
    "appeals": ("grounds", "'undisclosed_circumstances'"),
    "appeal_stages": ("reason", "'for a friend'"),
}
"""Of each table that a dossier is made of: a column, and what somebody might make of it."""


NOT_SEALED = {
    "windows": "state cancelled_because ratified_at ratified_by ratified_sha256 released_at "
    "revision",
    "candidates": "state reason link_number link_expires_at revision",
    "submissions": "names_checked revision",
    "allocations": "revision fence lease_until started_at draft reminders",
    "moderations": "revision",
    "circumstances": "revision",
    "appeals": "revision",
}
"""How far something has come, which the steps of each script tell; links, leases and drafts."""


@pytest.fixture
def script(office):
    return an_appealed_script(office)


def test_a_record_that_nobody_touched_has_no_flaw(office, script):
    check = office.ask(VerifyDossier(script_id=script.script_id))

    assert check.flaws == []
    assert check.seals > 15


@pytest.mark.parametrize("table", TABLES)
def test_a_row_that_was_changed_is_named(office, script, table):
    column, made_of = TABLES[table]

    touch(office, f"UPDATE {table} SET {column} = {made_of}")

    found = flaws(office, script)
    assert found
    assert {flaw.row.partition("/")[0] for flaw in found} == {table}
    assert "changed" in found[0].what


@pytest.mark.parametrize("table", ["decision_steps", "marks", "appeal_stages"])
def test_a_row_that_was_taken_away_is_named(office, script, table):
    column = {"decision_steps": "position", "marks": "score", "appeal_stages": "begun_at"}[table]

    touch(office, f"DELETE FROM {table} WHERE {column} = (SELECT max({column}) FROM {table})")

    (found,) = flaws(office, script)
    assert found.row.startswith(f"{table}/")
    assert found.what == "is missing"


def test_a_row_that_was_slipped_in_is_named(office, script):
    touch(
        office,
        "INSERT INTO decision_steps (script_id, position, at, kind, rule, by, facts) "
        "SELECT script_id, 999, at, kind, rule, by, facts FROM decision_steps WHERE position = 1",
    )

    (found,) = flaws(office, script)
    assert found.row.startswith("decision_steps/")
    assert found.what == "was added without a seal"


@pytest.fixture
def with_own_times(office):
    """A script by someone with a reasonable adjustment and an extension."""
    window = office.window()
    application = office.ready()
    office.assessors(2)
    more = {"extra_days": 1, "extra_percent": 0, "reason": "as the school wrote"}
    office.ask(RecordAdjustment(application_id=application.application_id, **more))
    whose = {"application_id": application.application_id, "reason": "as agreed"}
    office.open(window)
    until = OPENS_ON + timedelta(days=11)
    office.ask(GrantExtension(window_id=window.window_id, closes_on=until, **whose))
    office.submit_here(application, window, "I would begin with trust.")
    office.at(window.closes_at + timedelta(days=5))
    office.prepare(window)
    return office.script(window)


@pytest.mark.parametrize(
    ("statement", "row", "what"),
    [
        ("UPDATE extensions SET reason = 'a favour'", "extensions", "was changed"),
        ("UPDATE extensions SET granted_by = 'nobody'", "extensions", "was changed"),
        ("DELETE FROM extensions", "extensions", "is missing"),
        ("UPDATE adjustments SET extra_days = 9", "adjustments", "was changed"),
        ("UPDATE adjustments SET reason = 'a favour'", "adjustments", "was changed"),
        ("DELETE FROM adjustments", "adjustments", "is missing"),
    ],
)
def test_more_time_is_sealed(office, with_own_times, statement, row, what):
    before = flaws(office, with_own_times)
    touch(office, statement)

    (found,) = flaws(office, with_own_times)
    assert before == []
    assert (found.row.partition("/")[0], found.what) == (row, what)


def test_why_somebody_had_more_time_stands_in_no_dossier(office, with_own_times):
    dossier = office.ask(GetDossier(script_id=with_own_times.script_id)).content

    assert '"extensions/' in dossier
    assert '"adjustments/' in dossier
    assert "as agreed" not in dossier
    assert "as the school wrote" not in dossier


def test_an_adjustment_that_changes_after_marking_began_is_sealed_again(office, with_own_times):
    application_id = with_own_times.application_id

    office.ask(
        RecordAdjustment(
            application_id=application_id, extra_days=3, extra_percent=0, reason="a new letter"
        )
    )

    assert flaws(office, with_own_times) == []


def test_each_column_of_a_dossier_is_sealed_or_only_tells_how_far_things_are():
    for model in SEALED:
        own = {one.name for one in model.__table__.columns if not one.primary_key}
        left = set(NOT_SEALED.get(model.__tablename__, "").split())
        assert own - set(columns_of(model, FORM)) == left, model.__tablename__


def test_moderation_is_sealed_with_every_script_that_it_judged(office):
    window = office.marking(3, assessors=1)
    office.assessors(1, "moderator")
    office.assessors(2)
    for number in (1, 2, 3):
        office.mark(window, number, 85 + number)
    office.ask(OpenModeration(window_id=window.window_id, nonce="published"))
    for _ in range(3):
        for script in office.scripts(window):
            if script.state == "second_marking":
                office.mark(window, script.number, 90)
    (held,) = office.ask(ListModerations(window_id=window.window_id)).items
    before = [flaws(office, script) for script in office.scripts(window)]

    touch(office, "UPDATE moderations SET errors = errors + 1")

    assert (held.state, before) == ("complete", [[], [], []])
    for script in office.scripts(window):
        (found,) = flaws(office, script)
        assert found.row == f"moderations/{held.moderation_id}"


def test_a_seal_that_was_changed_breaks_the_chain(office, script):
    touch(office, "UPDATE seals SET row_sha256 = '00' WHERE position = 5")

    first = flaws(office, script)[0]
    assert first.row == "seals/5"
    assert "was changed; it seals " in first.what


def test_a_seal_that_was_taken_away_breaks_the_chain(office, script):
    touch(office, "DELETE FROM seals WHERE position = 5")

    assert ("seals/5", "is missing") in {(flaw.row, flaw.what) for flaw in flaws(office, script)}


def test_the_last_seal_cannot_go_with_what_it_sealed(office, script):
    touch(office, "DELETE FROM seals WHERE position = (SELECT max(position) FROM seals)")

    assert flaws(office, script)


def test_a_file_that_was_changed_is_named(office, script):
    touch(office, "UPDATE file_pieces SET content = CAST('other' AS BYTEA)")

    assert {flaw.row.partition("/")[0] for flaw in flaws(office, script)} == {"files"}


def test_all_scripts_of_a_window_are_checked_page_by_page(office):
    window = office.marking(3)
    office.mark(window, 2, 90)

    first = office.ask(VerifyDossiers(window_id=window.window_id, limit=2))
    rest = office.ask(VerifyDossiers(window_id=window.window_id, limit=2, cursor=first.next_cursor))

    assert [check.number for check in (*first.items, *rest.items)] == [1, 2, 3]
    assert all(check.flaws == [] for check in (*first.items, *rest.items))


def test_anybody_can_check_a_dossier_that_they_were_given(office, script):
    dossier = office.ask(GetDossier(script_id=script.script_id))
    told = json.loads(dossier.content)

    chain = [seals.Seal(**seal) for seal in told["chain"]]
    digests = {name: seals.digest_of(row) for name, row in told["rows"].items()}
    assert seals.flaws(chain, digests) == []
    assert told["head"] == dossier.head == chain[-1].sha256
    steps = [row for name, row in told["rows"].items() if name.startswith("decision_steps/")]
    kinds = {step["kind"] for step in steps}
    assert {"allocated", "marked", "decided", "ratified", "released", "appeal_decided"} <= kinds
    assert "I would" in told["text"] or "Script number" in told["text"]


def test_a_dossier_tells_neither_file_name_nor_what_was_pleaded(office, script):
    dossier = office.ask(GetDossier(script_id=script.script_id))

    assert "script.txt" not in dossier.content
    assert "The clock had stopped" not in dossier.content


def test_who_marks_blind_reads_no_record_before_the_results_are_out(office):
    window = office.marking(1)
    office.mark(window, 1, 40)
    (moderator,) = office.assessors(1, "moderator")
    (lead,) = office.assessors(1, "lead")
    for request in (GetDossier, PrintDossier):
        ask = request(script_id=office.script(window).script_id)
        with pytest.raises(Refused, match="not_permitted"):
            office.ask(ask, Caller("staff", str(moderator)))
        assert office.ask(ask, Caller("staff", str(lead))).script_id == ask.script_id

    office.mark(window, 1, 41)
    office.release(window)

    ask = GetDossier(script_id=office.script(window).script_id)
    assert office.ask(ask, Caller("staff", str(moderator))).number == 1


def test_the_external_moderator_gets_it_to_read_too(office, script):
    printed = office.ask(PrintDossier(script_id=script.script_id))

    content = b64decode(printed.content)
    assert content.startswith(b"%PDF-")
    assert printed.filename.endswith("-1.pdf")
    assert len(content) > 5_000


def test_only_who_assures_quality_sees_a_dossier(office, script):
    (assessor,) = office.assessors(1)

    for ask in (GetDossier, VerifyDossier, PrintDossier):
        with pytest.raises(Refused, match="not_permitted"):
            office.ask(ask(script_id=script.script_id), Caller("staff", str(assessor)))
    with pytest.raises(NotFound):
        office.ask(VerifyDossier(script_id=script.application_id))
