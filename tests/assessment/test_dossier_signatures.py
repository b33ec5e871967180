"""A dossier's last seal is signed with a secret: no chain can be made anew, cut, or gone on with
over a row that was changed."""

import json
from dataclasses import replace

import pytest
from assessment_dossiers import an_appealed_script, flaws, touch
from sqlalchemy import update

from assessment import queries, seal_keys
from assessment.domain import seals
from assessment.models import Script, Seal
from assessment.sealed_rows import FORM, name_of, values_of
from assessment.settings import AssessmentSettings
from headship_contracts.assessment.dossiers import GetDossier, SignDossier
from headship_contracts.errors import Refused
from kit.config import SettingsError, load
from kit.testing import SETTINGS


@pytest.fixture
def script(office):
    return an_appealed_script(office)


def sign_with(office, *secrets):
    """Let these secrets sign, the first of them from now on."""
    seal_keys.use(replace(office.service.settings, seal_secrets=list(secrets)))


def made_anew(office, script_id):
    """What somebody without the secret can do: the chain of all rows as they are now."""
    with office.db.transaction() as tx:
        script = tx.get_one(Script, script_id)
        rows = queries.dossiers.rows_about(tx, script)
        chain = queries.dossiers.chain_of(tx, script_id)
        assert {old.form for old in chain} == {FORM}
        now = {name_of(row): seals.digest_of(values_of(row)) for row in rows}
        previous = seals.BEGINNING
        for old in chain:
            digest = now.get(old.row, old.row_sha256)
            seal = seals.sealed(previous, old.position, old.at, old.row, digest, old.form)
            previous = seal.sha256
            tx.execute(
                update(Seal)
                .where(Seal.script_id == script_id, Seal.position == old.position)
                .values(row_sha256=seal.row_sha256, sha256=seal.sha256)
            )


def test_a_chain_that_was_made_anew_lacks_the_signature(office, script):
    touch(office, "UPDATE marks SET score = score + 1")
    made_anew(office, script.script_id)

    (found,) = flaws(office, script)
    assert found.row == f"dossier_heads/{script.script_id}"
    assert "signed with a secret that is not in SEAL_SECRETS" in found.what


@pytest.mark.parametrize("cut", [False, True])
def test_the_end_of_a_chain_cannot_be_taken_away_with_its_rows(office, script, cut):
    before = (
        "SELECT max(position) FROM seals WHERE row NOT LIKE 'appeal%' AND position < "
        "(SELECT min(position) FROM seals WHERE row LIKE 'appeals/%')"
    )
    touch(office, "DELETE FROM appeal_stages")
    touch(office, "DELETE FROM appeals")
    touch(office, "DELETE FROM decision_steps WHERE kind LIKE 'appeal%'")
    touch(office, "UPDATE scripts SET steps = (SELECT count(*) FROM decision_steps)")
    if cut:
        touch(office, f"UPDATE dossier_heads SET position = ({before})")
    touch(office, f"DELETE FROM seals WHERE position > ({before})")

    (found,) = flaws(office, script)
    assert ("was changed" if cut else "were signed") in found.what
    if not cut:
        with pytest.raises(Refused, match="were signed"):
            office.ask(SignDossier(script_id=script.script_id, reason="an upgrade"))


def test_a_changed_row_is_not_forgotten_when_it_is_written_again(office):
    window = office.marking(1)
    office.mark(window, 1, 40)
    found = office.script(window)
    touch(office, "UPDATE scripts SET second_marking_reasons = '[]'")

    office.mark(window, 1, 41)

    flaw = flaws(office, found)[0]
    assert "is not signed" in flaw.what
    assert f"seals scripts/{found.script_id}" in flaw.what


def test_signatures_of_a_former_secret_hold_until_it_is_taken_away(office, script):
    old, new = "the secret of the year before last 1", "the secret that is to be used from now"
    sign_with(office, new, seal_keys.FOR_TRYING_OUT)
    kept = flaws(office, script)
    sign_with(office, new)
    lost = flaws(office, script)
    sign_with(office, old)

    office.ask(SignDossier(script_id=script.script_id, reason="the former secret leaked"))

    assert kept == []
    assert "SEAL_SECRETS" in lost[0].what
    assert flaws(office, script) == []
    steps = json.loads(office.ask(GetDossier(script_id=script.script_id)).content)["rows"]
    confirmed = [row for row in steps.values() if row.get("kind") == "dossier_signed"]
    assert confirmed[0]["facts"]["reason"] == "the former secret leaked"


def test_a_record_from_before_signatures_is_confirmed_by_a_lead(office, script):
    touch(office, "DELETE FROM dossier_heads")
    touch(
        office,
        "INSERT INTO adjustments (application_id, extra_days, extra_percent, reason, recorded_at, "
        "recorded_by) SELECT application_id, 2, 0, 'as then', now(), 'lead' FROM scripts",
    )
    before = [flaw.what for flaw in flaws(office, script)]

    check = office.ask(SignDossier(script_id=script.script_id, reason="begun before"))

    assert before == ["was added without a seal", "is missing: the seals are not signed"]
    assert check.flaws == flaws(office, script) == []
    assert office.ask(SignDossier(script_id=script.script_id, reason="again")).seals == check.seals


def test_a_record_with_a_changed_row_is_not_confirmed(office, script):
    touch(office, "UPDATE marks SET score = score + 1")

    with pytest.raises(Refused, match="dossier_does_not_fit"):
        office.ask(SignDossier(script_id=script.script_id, reason="it looks well"))


def test_dossiers_are_signed_with_a_secret_in_production():
    settings = replace(load(AssessmentSettings, SETTINGS), headship_env="production")

    with pytest.raises(SettingsError, match="SEAL_SECRETS is missing"):
        seal_keys.use(settings)
    with pytest.raises(SettingsError, match="secret 2 is shorter than 32 characters"):
        load(AssessmentSettings, SETTINGS | {"SEAL_SECRETS": f"{'a' * 32},b"})
