"""The options from which somebody chooses a plan of their own."""

from headship_contracts.sessions.pathways import (
    EvidenceRecord,
    GetPathwayOptions,
    PathwayOptions,
    UnitOption,
)
from kit import Transaction
from sessions import ground, pathway_drafts, queries
from sessions.domain.pathway.choice import Depth, minutes_at
from sessions.models import Pathway


def options(tx: Transaction, request: GetPathwayOptions) -> PathwayOptions:
    """Every unit of self-study at each depth, with a suggestion."""
    stands_on = ground.of_one(tx, queries.enrolment(tx, request.application_id))
    units, template = stands_on.study, stands_on.template
    draft = pathway_drafts.draft_of(stands_on, tx.get(Pathway, request.application_id))
    draft.faces = request.faces
    suggested = pathway_drafts.suggested(tx, stands_on, draft, {})
    bounds = pathway_drafts.bounds(tx, stands_on, draft)
    designed = {unit.code: unit for unit in template.units}
    titles = {unit.code: unit.title for unit in stands_on.units}
    return PathwayOptions(
        application_id=request.application_id,
        least_minutes=bounds.least,
        most_minutes=bounds.most,
        units=[
            UnitOption(
                unit_code=unit.code,
                title=titles[unit.code],
                section=unit.section,
                core=unit.core,
                brief_minutes=minutes_at(unit.minutes, Depth.brief),
                full_minutes=unit.minutes,
                deep_minutes=minutes_at(unit.minutes, Depth.deep),
                requires=" ".join(unit.requires),
                suggested_depth=suggested[unit.code],
                task=designed[unit.code].task if unit.code in designed else "",
                evidence=" ".join(designed[unit.code].evidence) if unit.code in designed else "",
            )
            for unit in units
        ],
        evidence=[
            EvidenceRecord(code=e.code, reference=e.reference, link=e.link, claims=e.claims)
            for e in template.evidence
        ],
    )
