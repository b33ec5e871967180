"""Declarations and statements as DfE's lists show them."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import select

from enrolment import queries
from enrolment.declarations import making
from enrolment.dfe.shapes import DfeDeclaration, DfeStatement
from enrolment.domain.evidence import MADE_ELSEWHERE
from enrolment.domain.traffic import is_a_step
from enrolment.models import Declaration, DeliveryPartner
from enrolment.money import statements
from enrolment.traffic import drift
from enrolment.traffic.shown import Batch, Told
from kit import Transaction


def follow_declarations(tx: Transaction, batch: Batch[DfeDeclaration]) -> Told:
    """A page of declarations: their states follow the statements, which are DfE's."""
    told = Told()
    applications = queries.lock_seen(
        tx, [shown.application_id for shown in batch.read if shown.application_id is not None]
    )
    ids = [application.id for application in applications.values()]
    busy = queries.told_lately(tx, ids, batch.asked_at)
    followed = []
    for shown in batch.read:
        application = applications.get(shown.application_id) if shown.application_id else None
        if application is not None and application.id not in busy:
            followed.append(shown)
            continue
        told.passed_over.add(shown.id)  # not ours, or the push is about to know better
        told.unsettled |= application is not None
    before = {made.dfe_declaration_id: made.state for made in _known(tx, [s.id for s in followed])}
    told.changed = making.keep_declaration_states(tx, followed)
    tx.flush()
    known = {made.dfe_declaration_id: made for made in _known(tx, [s.id for s in followed])}
    partners = _partners(tx)
    drifted = drift.open_ids(tx, "declaration", [s.id for s in followed])
    for shown in followed:
        ours = known.get(shown.id)
        if ours is not None:
            differs = _compare(tx, ours, shown, before.get(shown.id), partners, batch.number, told)
            if shown.id in drifted:
                agreed = ["declaration", "state"] + ["delivery_partner_id"] * (not differs)
                drift.agreed(tx, "declaration", [shown.id], agreed)
        else:
            theirs = f"{shown.declaration_type} {shown.state}"
            told.drifted += drift.stands(
                tx, "declaration", None, shown.id, ("declaration", None, theirs), batch.number
            )
    return told


def follow_statements(tx: Transaction, batch: Batch[DfeStatement]) -> Told:
    """A page of statements: their dates, and which are paid."""
    return statements.keep_statements(tx, batch.read)


def _known(tx: Transaction, dfe_ids: Sequence[UUID]) -> Sequence[Declaration]:
    return tx.scalars(select(Declaration).where(Declaration.dfe_declaration_id.in_(dfe_ids))).all()


def _partners(tx: Transaction) -> Mapping[UUID | None, UUID | None]:
    """DfE's id of each delivery partner by ours: there are about a hundred."""
    found = tx.execute(select(DeliveryPartner.id, DeliveryPartner.dfe_delivery_partner_id))
    return {row.id: row.dfe_delivery_partner_id for row in found}


def _compare(
    tx: Transaction,
    ours: Declaration,
    shown: DfeDeclaration,
    former: str | None,
    partners: Mapping[UUID | None, UUID | None],
    number: int,
    told: Told,
) -> bool:
    """What a statement does not explain is drift, and followed. So is another delivery partner,
    but that stays as it is with us, and this says so.
    """
    if former is not None and former != ours.state and not is_a_step(former, ours.state):
        difference = ("state", former, shown.state)
        told.drifted += drift.followed(tx, "declaration", ours, shown.id, [difference], number)
    mine = partners.get(ours.delivery_partner_id)
    if ours.evidence_service == MADE_ELSEWHERE or mine == shown.delivery_partner_id:
        return False
    difference = ("delivery_partner_id", mine, shown.delivery_partner_id)
    told.drifted += drift.stands(tx, "declaration", ours, shown.id, difference, number)
    return True
