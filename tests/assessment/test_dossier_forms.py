"""What was sealed in an earlier form of the rows stays sealed when the service is upgraded."""

import pytest
from assessment_dossiers import flaws, touch

from assessment import sealed_rows, sealing
from headship_contracts.assessment.dossiers import VerifyDossier
from headship_contracts.assessment.holds import HoldScript, LiftHold

FORMER = 2


@pytest.fixture
def script(office, monkeypatch):
    """A script that was held by the version before, which knew of no outcomes."""
    with monkeypatch.context() as before:
        before.setattr(sealing, "FORM", FORMER)
        before.setattr(sealing, "values_of", lambda row: sealed_rows.values_of(row, FORMER))
        window = office.marking(1)
        held = HoldScript(script_id=office.script(window).script_id, reason="?", integrity=True)
        office.ask(held)
    return office.script(window)


def lift(office, script):
    office.ask(LiftHold(script_id=script.script_id, reason="heard", outcome="as_marked"))


def test_what_was_sealed_in_the_former_form_stands_and_is_gone_on_with_in_the_new_one(
    office, script
):
    assert flaws(office, script) == []
    sealed = office.ask(VerifyDossier(script_id=script.script_id)).seals

    lift(office, script)

    check = office.ask(VerifyDossier(script_id=script.script_id))
    assert (check.flaws, check.seals > sealed) == ([], True)


def test_a_column_that_the_former_form_did_not_have_cannot_be_filled_in_unseen(office, script):
    touch(office, "UPDATE scripts SET integrity_outcome = 'fail'")

    (found,) = flaws(office, script)
    assert (found.row, "changed" in found.what) == (f"scripts/{script.script_id}", True)


def test_nor_is_it_made_good_by_the_next_step_of_the_script(office, script):
    touch(office, "UPDATE scripts SET integrity_outcome = 'fail'")

    lift(office, script)

    (found,) = flaws(office, script)
    assert "is not signed" in found.what
