"""Results are ratified as they are, and released as they were ratified."""

import json

import pytest

from assessment.models import Script
from headship_contracts.assessment.dossiers import GetDossier
from headship_contracts.assessment.holds import HoldScript, LiftHold
from headship_contracts.assessment.moderation import OpenModeration
from headship_contracts.assessment.results import RatifyResults, ReleaseResults
from headship_contracts.errors import Refused
from kit.identity import Caller


@pytest.fixture
def window(office):
    marked = office.marking(2)
    office.mark(marked, 1, 80)
    office.mark(marked, 2, 90)
    return marked


def test_nobody_releases_what_is_not_ratified(office, window):
    with pytest.raises(Refused, match="not_ratified: ratify_results first"):
        office.ask(ReleaseResults(window_id=window.window_id))

    ratified = office.ratify(window)
    assert (ratified.scripts, ratified.passed, ratified.failed) == (2, 2, 0)
    assert office.ask(ReleaseResults(window_id=window.window_id)).released == 2


def test_results_that_nobody_moderated_are_not_ratified(office, window):
    with pytest.raises(Refused, match=r"not_moderated: 2 of 2 .*, 1, 2: open_moderation first"):
        office.ratify(window, why=None)

    office.ask(OpenModeration(window_id=window.window_id))
    for number in (1, 2):
        if office.script(window, number).state == "second_marking":
            office.mark(window, number, 85)

    ratified = office.ratify(window, why="said, and not needed")
    assert (ratified.unmoderated, ratified.unmoderated_because) == (0, None)


def test_why_results_were_not_moderated_is_part_of_their_dossiers(office, window):
    why = "one marker with two scripts, both read by the external moderator"

    ratified = office.ratify(window, why)

    assert (ratified.unmoderated, ratified.unmoderated_because) == (2, why)
    script = office.script(window)
    rows = json.loads(office.ask(GetDossier(script_id=script.script_id)).content)["rows"]
    steps = [row["facts"] for row in rows.values() if row.get("kind") == "ratified"]
    assert [(one["unmoderated"], one["unmoderated_because"]) for one in steps] == [(True, why)]
    assert office.ask(ReleaseResults(window_id=window.window_id)).released == 2


def test_ratifying_again_without_a_change_gives_the_same_digest(office, window):
    first = office.ratify(window)

    assert office.ratify(window).sha256 == first.sha256


def test_a_hold_after_ratifying_keeps_everything_back(office, window):
    office.ratify(window)
    script_id = office.script(window).script_id
    office.ask(HoldScript(script_id=script_id, reason="alike"))

    with pytest.raises(Refused, match=r"scripts_open: 1 of 2 scripts are open: 1 \(held\)"):
        office.ask(ReleaseResults(window_id=window.window_id))
    office.ask(LiftHold(script_id=script_id, reason="no case"))
    assert office.ask(ReleaseResults(window_id=window.window_id)).released == 2


def test_a_decision_that_changed_since_has_to_be_ratified_again(office, window):
    office.ratify(window)
    script_id = office.script(window).script_id
    with office.db.transaction() as tx:
        tx.get_one(Script, script_id).score += 1

    with pytest.raises(Refused, match="changed_since_ratified"):
        office.ask(ReleaseResults(window_id=window.window_id))


def test_only_a_lead_ratifies(office, window):
    (moderator,) = office.assessors(1, "moderator")
    (lead,) = office.assessors(1, "lead")

    with pytest.raises(Refused, match="not_permitted"):
        office.ask(RatifyResults(window_id=window.window_id), Caller("staff", str(moderator)))
    request = RatifyResults(window_id=window.window_id, unmoderated_because="a small window")
    assert office.ask(request, Caller("staff", str(lead)))
