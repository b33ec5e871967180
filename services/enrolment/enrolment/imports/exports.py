"""Applications as CSV, in the columns of an import, so that to import them changes nothing."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from enrolment.domain.imports.rows import APPLICATIONS
from enrolment.domain.imports.writing import EXPORTED, lines
from enrolment.imports.checking import facts_of
from enrolment.models import Application, DeliveryPartner, ImportedRow
from headship_contracts.enrolment.imports import CsvPage, ExportApplications
from headship_contracts.records import APPLICATION
from kit import Transaction
from kit.audit.trail import READ
from kit.paging import page

EQUAL_TO = ("cohort", "course", "status", "source", "delivery_partner_id")


def export_applications(tx: Transaction, request: ExportApplications) -> CsvPage:
    """A page of applications, oldest first; the first page begins with the header."""
    wanted = select(Application).options(joinedload(Application.participant))
    for name in EQUAL_TO:
        if (value := getattr(request, name)) is not None:
            wanted = wanted.where(getattr(Application, name) == value)
    keys = (Application.created_at, Application.id)
    found, cursor = page(tx, wanted, keys=keys, cursor=request.cursor, limit=request.limit)
    tx.audit((READ, APPLICATION, application.id) for application in found)
    answers = _answers(tx, found)
    partners = _partners(tx, found)
    told = [] if request.cursor else [list(EXPORTED)]
    for application in found:
        shown = {
            **facts_of(application),
            **answers.get(application.id, {}),
            "application_id": application.id,
            "reference": application.reference,
            "works_in_england": application.in_england,
            "status": application.status,
            "training_status": application.training_status,
            "place": application.place,
            "funded_place": application.funded_place,
            "eligible_for_funding": application.eligible_for_funding,
            "schedule": application.schedule,
            "delivery_partner": partners.get(application.delivery_partner_id),
        }
        told.append([shown.get(name) for name in EXPORTED])
    return CsvPage(csv=lines(told), rows=len(found), next_cursor=cursor)


def _answers(tx: Transaction, of: list[Application]) -> dict[UUID, Mapping[str, Any]]:
    wanted = select(ImportedRow).where(
        ImportedRow.kind == APPLICATIONS,
        ImportedRow.application_id.in_([application.id for application in of]),
    )
    return {row.application_id: row.answers for row in tx.scalars(wanted)}


def _partners(tx: Transaction, of: list[Application]) -> dict[UUID | None, str]:
    ids = {application.delivery_partner_id for application in of}
    wanted = select(DeliveryPartner).where(DeliveryPartner.id.in_(ids - {None}))
    return {partner.id: partner.name for partner in tx.scalars(wanted)}
