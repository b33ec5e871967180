"""The shape of what leaves: replies of RPC, and events, from records."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, object_session

from enrolment.domain.evidence import Told, in_words
from enrolment.models import (
    Application,
    Declaration,
    DeliveryPartner,
    DfeWrite,
    Evidence,
    Quota,
    Schedule,
    School,
)
from headship_contracts.enrolment import events
from headship_contracts.enrolment.applications import ApplicationRecord, PlacesRecord
from headship_contracts.enrolment.declarations import DeclarationRecord, ScheduleRecord
from headship_contracts.enrolment.dfe import DfeWriteRecord
from headship_contracts.enrolment.organisations import DeliveryPartnerRecord
from kit import Transaction

StateT = TypeVar("StateT", bound=events.ApplicationState)
RecordT = TypeVar("RecordT")


_AS_IT_IS = (
    *("participant_id", "status", "training_status", "course", "cohort", "schedule"),
    *("delivery_partner_id", "school_urn", "place", "funded_place", "revision"),
)


def public_state(of: Application) -> dict[str, Any]:
    """All that others may know of an application, with its revision: the body of its events."""
    return state_of_row(_session_of(of), {name: getattr(of, name) for name in ("id", *_AS_IT_IS)})


def state_of_row(tx: Session, row: Mapping[str, Any]) -> dict[str, Any]:
    """The same of an application that was written as a row, and is no object of a transaction."""
    dates = _schedule(tx, row["cohort"], row["schedule"])
    school = _known(tx, School, row["school_urn"]) if row["school_urn"] else None
    return {
        "application_id": row["id"],
        **{name: row[name] for name in _AS_IT_IS},
        "starts_on": dates.starts_on if dates else None,
        "trust_id": school.trust_id if school else None,
        "local_authority": school.local_authority if school else None,
        "phase": school.phase if school else None,
    }


def schedule_of(of: Application) -> Schedule | None:
    """The dates of the application's schedule; None until they are published."""
    return _schedule(_session_of(of), of.cohort, of.schedule)


def _schedule(tx: Session, cohort: str, schedule: str | None) -> Schedule | None:
    return _known(tx, Schedule, (cohort, schedule)) if schedule else None


def _session_of(of: Application) -> Session:
    session = object_session(of)
    if session is None:
        raise ValueError(f"application {of.id} is in no transaction")
    return session


def _known(tx: Session, kind: type[RecordT], key: Any) -> RecordT | None:
    """What an application names by its key, asked once in a transaction, even where there is none.

    Not a relationship: that would go on showing the record that was named before a change.
    """
    asked: dict[Any, RecordT | None] = tx.info.setdefault(kind, {})
    if key not in asked:
        with tx.no_autoflush:  # the answer does not depend on what waits to be written
            asked[key] = tx.get(kind, key)
    return asked[key]


def know_schools(tx: Transaction, urns: set[str]) -> None:
    """Ask for many schools at once, those that are not there included."""
    found = {
        school.urn: school for school in tx.scalars(select(School).where(School.urn.in_(urns)))
    }
    tx.info.setdefault(School, {}).update({urn: found.get(urn) for urn in urns})


def told(event: type[StateT], of: Application, **why: Any) -> StateT:
    """An event of an application: its name and `why` say what happened, the rest how things are."""
    return event(**public_state(of), **why)


def application_record(of: Application) -> ApplicationRecord:
    """An application for those who decide on it."""
    problem = of.problem or {}
    return ApplicationRecord(
        **public_state(of),
        dfe_application_id=of.dfe_application_id,
        dfe_participant_id=of.participant.dfe_participant_id,
        source=of.source,
        decision=of.decision,
        eligible_for_funding=of.eligible_for_funding,
        ineligible_for_funding_reason=of.ineligible_for_funding_reason,
        funding_prediction=of.funding_prediction,
        accepted_at=of.accepted_at,
        reason_for_rejection=of.reason_for_rejection,
        training_reason=of.training_reason,
        training_effective_on=of.training_effective_on,
        expected_return_on=of.expected_return_on,
        problem_field=problem.get("field"),
        problem_message=problem.get("message"),
        address_failed=of.participant.address_failed_at is not None,
        created_at=of.created_at,
    )


def places_record(of: Quota, delivery_partner_id: UUID | None) -> PlacesRecord:
    """A cap and what is held of it."""
    return PlacesRecord(
        cohort=of.cohort,
        course=of.course,
        delivery_partner_id=delivery_partner_id,
        cap=of.cap,
        held=of.held,
        revision=of.revision or 0,
    )


def schedule_record(of: Schedule) -> ScheduleRecord:
    """A schedule's dates."""
    return ScheduleRecord(
        schedule=of.schedule,
        cohort=of.cohort,
        revision=of.revision,
        starts_on=of.starts_on,
        milestones=milestones(of),
    )


def milestones(of: Schedule) -> list[events.Milestone]:
    """A schedule's milestones, in order."""
    return [events.Milestone.load(milestone) for milestone in of.milestones]


def schedule_published(of: Schedule) -> events.SchedulePublished:
    """A schedule's dates, for those who plan by them."""
    return events.SchedulePublished(
        schedule=of.schedule,
        cohort=of.cohort,
        revision=of.revision,
        starts_on=of.starts_on,
        milestones=milestones(of),
    )


def as_told(of: Evidence) -> Told:
    """A record of another service, as rules take it."""
    return Told(
        service=of.service,
        record=of.record,
        kind=of.kind,
        revision=of.record_revision,
        fact=of.fact,
    )


def declaration_record(of: Declaration, evidence: Sequence[Evidence]) -> DeclarationRecord:
    """A declaration, beside what its evidence says today."""
    problem = of.problem or {}
    locked = Told(
        service=of.evidence_service,
        record=of.evidence_record,
        kind=of.evidence_fact["kind"],
        revision=of.evidence_revision,
        fact=of.evidence_fact,
    )
    today = next(
        (e for e in evidence if (e.service, e.record) == (locked.service, locked.record)), None
    )
    return DeclarationRecord(
        declaration_id=of.id,
        revision=of.revision,
        application_id=of.application_id,
        participant_id=of.application.participant_id,
        dfe_declaration_id=of.dfe_declaration_id,
        course=of.application.course,
        cohort=of.application.cohort,
        declaration_type=of.declaration_type,
        state=of.state,
        declaration_date=of.declaration_date,
        has_passed=of.has_passed,
        delivery_partner_id=of.delivery_partner_id,
        evidence_service=of.evidence_service,
        evidence_record=of.evidence_record,
        evidence_revision=of.evidence_revision,
        evidence_fact=in_words(locked),
        evidence_on=of.evidence_on,
        evidence_changed=today is not None and _corrected(locked, today),
        evidence_now=in_words(as_told(today)) if today else None,
        decision=of.decision,
        void_reason=of.void_reason,
        fundable=of.fundable,
        dfe_statement_id=of.dfe_statement_id,
        dfe_clawback_statement_id=of.dfe_clawback_statement_id,
        problem_field=problem.get("field"),
        problem_message=problem.get("message"),
        created_at=of.created_at,
    )


def _corrected(locked: Told, today: Evidence) -> bool:
    """Engagement grows by itself; only what the declaration stood on counts as a difference."""
    stood_on = (
        ("first_engaged_on",) if locked.kind == "engagement" else ("state", "completion_date")
    )
    return any(today.fact.get(name) != locked.fact.get(name) for name in stood_on)


def declaration_state(of: Declaration) -> dict[str, Any]:
    """What all events of a declaration carry."""
    return {
        "application_id": of.application_id,
        "participant_id": of.application.participant_id,
        "course": of.application.course,
        "declaration_type": of.declaration_type,
        "delivery_partner_id": of.delivery_partner_id,
        "revision": of.revision,
    }


def delivery_partner_record(of: DeliveryPartner) -> DeliveryPartnerRecord:
    """A delivery partner."""
    return DeliveryPartnerRecord(
        delivery_partner_id=of.id,
        revision=of.revision,
        dfe_delivery_partner_id=of.dfe_delivery_partner_id,
        name=of.name,
        status=of.status,
        place=of.place,
    )


def delivery_partner_changed(of: DeliveryPartner) -> events.DeliveryPartnerChanged:
    """A delivery partner, for all services."""
    return events.DeliveryPartnerChanged(
        delivery_partner_id=of.id,
        revision=of.revision,
        status=of.status,
        name=of.name,
        place=of.place,
        access=of.access,
    )


def write_record(of: DfeWrite) -> DfeWriteRecord:
    """What DfE must be told, and how far that is."""
    problem = of.problem or {}
    return DfeWriteRecord(
        write_id=of.id,
        application_id=of.application_id,
        kind=of.kind,
        state=of.state,
        attempts=of.attempts,
        next_attempt_at=of.next_attempt_at,
        problem_field=problem.get("field"),
        problem_message=problem.get("message"),
        created_at=of.created_at,
        finished_at=of.finished_at,
    )


def iso(at: datetime) -> str:
    """An instant as DfE takes it."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
