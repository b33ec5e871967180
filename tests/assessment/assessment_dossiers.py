"""A script whose dossier has every kind of row, and what somebody does to its rows unseen."""

from typing import Any

from assessment_office import Office
from sqlalchemy import text

from headship_contracts.assessment.appeals import DecideAppeal, FileAppeal
from headship_contracts.assessment.dossiers import DossierFlaw, VerifyDossier
from headship_contracts.assessment.marking import ScriptRecord


def an_appealed_script(office: Office) -> ScriptRecord:
    """A failed script with an appeal that was dismissed."""
    window = office.marking(1)
    office.mark(window, 1, 40)
    office.mark(window, 1, 41)
    office.release(window)
    found = office.script(window)
    filed = FileAppeal(
        application_id=found.application_id,
        grounds="procedural_irregularity",
        statement="The clock had stopped.",
    )
    appeal = office.ask(filed)
    office.ask(DecideAppeal(appeal_id=appeal.appeal_id, decision="dismissed", reason="It had not."))
    return found


def flaws(office: Office, script: ScriptRecord) -> list[DossierFlaw]:
    """What the check of a dossier finds."""
    found: Any = office.ask(VerifyDossier(script_id=script.script_id))
    return list(found.flaws)


def touch(office: Office, statement: str) -> None:
    """Write to the database as nobody should."""
    with office.db.engine.begin() as connection:
        connection.execute(text(statement))
