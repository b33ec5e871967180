"""Scripts as the assessment lead sees them, and the record of every decision about them."""

import json
from typing import Any

from assessment import queries, roles, schemas
from assessment.models import DecisionStep, Script
from headship_contracts.assessment.marking import (
    DecisionPage,
    DecisionRecord,
    ListDecisions,
    ListScripts,
    ScriptPage,
)
from kit import Transaction


def record(tx: Transaction, script: Script, kind: str, rule: str, **facts: Any) -> None:
    """Add a step to a script's record. Versions are added to the facts; the row is locked."""
    script.steps += 1
    paper = script.window.paper
    versions = {"paper": f"{paper.code}/{paper.version}", "batch": script.window.batch}
    tx.add(
        DecisionStep(
            script_id=script.id,
            position=script.steps,
            at=tx.at,
            kind=kind,
            rule=rule,
            by=str(tx.caller),
            facts=versions | facts,
        )
    )


def list_all(tx: Transaction, request: ListScripts) -> ScriptPage:
    """The scripts of a window by number. For leads: who adjudicates must not see whose is what."""
    roles.require(tx, roles.LEADS)
    scripts, cursor = queries.marking.page_of_scripts(tx, request)
    with_whom = queries.desks.waiting_for(tx, [script.id for script in scripts])
    items = [schemas.script_record(script, with_whom.get(script.id)) for script in scripts]
    return ScriptPage(items=items, next_cursor=cursor)


def list_decisions(tx: Transaction, request: ListDecisions) -> DecisionPage:
    """All that was decided about a script, with names of desks: for leads only."""
    roles.require(tx, roles.LEADS)
    steps, cursor = queries.marking.page_of_decisions(tx, request)
    items = [
        DecisionRecord(
            position=step.position,
            at=step.at,
            kind=step.kind,
            rule=step.rule,
            by=step.by,
            facts=json.dumps(step.facts, sort_keys=True),
        )
        for step in steps
    ]
    return DecisionPage(items=items, next_cursor=cursor)
