"""Erasing a person: decided here, done by each service, and certified."""

from datetime import date

from sqlalchemy import delete, func, select

from enrolment.models import (
    Application,
    Declaration,
    ErasureDecision,
    ErasurePart,
    Outcome,
    Staff,
    TrainingEntry,
)
from enrolment.protection.custody import COMPLETED, CUSTODY
from enrolment.protection.identities import STAFF, identify
from headship_contracts.assessment.events import PersonErased as ErasedInAssessment
from headship_contracts.enrolment.events import ErasureDecided
from headship_contracts.enrolment.protection import (
    DecideErasure,
    ErasedIn,
    ErasureCertificate,
    ErasurePage,
    ErasureRecord,
    GetErasure,
    IdentifyPerson,
    KeptIn,
    ListErasures,
    PersonIds,
)
from headship_contracts.errors import Invalid, NotFound, Refused
from headship_contracts.notifications.events import PersonErased as ErasedInNotifications
from headship_contracts.sessions.events import PersonErased as ErasedInSessions
from kit import Transaction
from kit.db.tables import erasures
from kit.paging import page
from kit.personal.erasing import Cleared, Decision, erase
from kit.personal.holdings import Subject
from kit.personal.retention import Rules

OTHERS = ("sessions", "assessment", "notifications")

PersonErased = ErasedInSessions | ErasedInAssessment | ErasedInNotifications


def decide(tx: Transaction, request: DecideErasure, rules: Rules) -> ErasureCertificate:
    """Erase here what may go, and have the others do so. Decided once: a repeat is told how it
    stands, unless the person has applied again since then."""
    who = identify(tx, IdentifyPerson(person_id=request.person_id))
    decided = _of_person(tx, who)
    if decided is not None and not _came_back(tx, decided, who):
        return _certificate(tx, decided)
    ended_on = _left_on(tx, who) if who.kind == STAFF else _ended_on(tx, who)
    decided = decided or ErasureDecision(person_id=who.person_ids[0])
    decided.reason, decided.ended_on = request.reason, ended_on
    decided.decided_at, decided.decided_by = tx.at, str(tx.caller)
    decided.revision = tx.next_revision(decided.revision)
    tx.add(decided)
    tx.flush()
    tx.execute(delete(ErasurePart).where(ErasurePart.erasure_id == decided.id))
    subject = Subject(tuple(who.person_ids), tuple(who.application_ids))
    cleared = erase(tx, CUSTODY, rules, Decision(decided.id, subject, ended_on))
    _note(tx, decided, CUSTODY.service, cleared, decided.revision)
    tx.emit(
        ErasureDecided(
            revision=decided.revision,
            erasure_id=decided.id,
            person_ids=who.person_ids,
            application_ids=who.application_ids,
            ended_on=ended_on,
        )
    )
    return _certificate(tx, decided)


def note_part(tx: Transaction, event: PersonErased) -> None:
    """What another service did; of two tellings the later one counts."""
    decided = tx.get(ErasureDecision, event.erasure_id)
    if decided is not None:
        cleared = Cleared(event.erased, event.kept)
        _note(tx, decided, event.wire.source, cleared, event.revision)


def note_own(tx: Transaction, decision: Decision, cleared: Cleared) -> None:
    """More has gone here, when its day came."""
    decided = tx.get(ErasureDecision, decision.erasure_id)
    if decided is not None:
        _note(tx, decided, CUSTODY.service, cleared, tx.next_revision(decided.revision))


def certificate(tx: Transaction, request: GetErasure) -> ErasureCertificate:
    """How an erasure stands. Raises NotFound, and Invalid where neither id is given."""
    if request.erasure_id is not None:
        decided = tx.get(ErasureDecision, request.erasure_id)
    elif request.person_id is not None:
        found = select(ErasureDecision).where(ErasureDecision.person_id == request.person_id)
        decided = tx.scalars(found).one_or_none()
    else:
        problem = {"erasure_id": ["give this or person_id"]}
        raise Invalid("invalid_fields", "no erasure is named", problem)
    if decided is None:
        raise NotFound("erasure_not_found", str(request.erasure_id or request.person_id))
    return _certificate(tx, decided)


def list_erasures(tx: Transaction, request: ListErasures) -> ErasurePage:
    """The latest first."""
    keys = [ErasureDecision.decided_at.desc(), ErasureDecision.id.desc()]
    found, cursor = page(
        tx, select(ErasureDecision), keys=keys, cursor=request.cursor, limit=request.limit
    )
    items = []
    for decided in found:
        told = _certificate(tx, decided)
        items.append(
            ErasureRecord(
                erasure_id=told.erasure_id,
                person_id=told.person_id,
                state=told.state,
                decided_at=told.decided_at,
            )
        )
    return ErasurePage(items=items, next_cursor=cursor)


def _of_person(tx: Transaction, who: PersonIds) -> ErasureDecision | None:
    found = select(ErasureDecision).where(ErasureDecision.person_id.in_(who.person_ids))
    return tx.scalars(found.order_by(ErasureDecision.decided_at).limit(1)).one_or_none()


def _came_back(tx: Transaction, decided: ErasureDecision, who: PersonIds) -> bool:
    """Whether they have an application of which the decision did not know."""
    of_then = select(erasures.c.application_ids).where(erasures.c.erasure_id == decided.id)
    known = tx.scalar(of_then) or []
    return not {str(one) for one in who.application_ids} <= set(known)


def _left_on(tx: Transaction, who: PersonIds) -> date:
    member = tx.get_one(Staff, who.person_ids[0], with_for_update=True)
    if member.active:
        raise Refused("still_works_here", "deactivate_staff first")
    return tx.at.date()


def _ended_on(tx: Transaction, who: PersonIds) -> date:
    """The last day that counts of somebody's training. Raises Refused while it goes on."""
    applications = tx.scalars(
        select(Application)
        .where(Application.id.in_(who.application_ids))
        .order_by(Application.id)
        .with_for_update(of=Application)
    ).all()
    days = [one.created_at.date() for one in applications]
    for one in applications:
        if one.status == "pending":
            raise Refused("application_pending", f"reject {one.id} first")
        if one.status == "accepted" and one.training_status != "withdrawn":
            days.append(_completed_on(tx, one))
    recorded = tx.scalar(
        select(func.max(TrainingEntry.recorded_at)).where(
            TrainingEntry.application_id.in_(who.application_ids)
        )
    )
    results = tx.scalar(
        select(func.max(Outcome.completion_date)).where(
            Outcome.application_id.in_(who.application_ids)
        )
    )
    days += [day for day in (recorded and recorded.date(), results) if day]
    return min(max(days, default=tx.at.date()), tx.at.date())


def _completed_on(tx: Transaction, application: Application) -> date:
    completed = tx.scalar(
        select(func.max(Declaration.declaration_date)).where(
            Declaration.application_id == application.id,
            Declaration.declaration_type == "completed",
            Declaration.state.in_(COMPLETED),
        )
    )
    if completed is None:
        raise Refused("still_in_training", f"withdraw {application.id} first")
    return completed.date()


def _note(
    tx: Transaction, decided: ErasureDecision, service: str, cleared: Cleared, revision: int
) -> None:
    part = tx.get(ErasurePart, (decided.id, service), with_for_update=True)
    if part is None:
        part = ErasurePart(erasure_id=decided.id, service=service, erased=[], kept=[], revision=0)
        tx.add(part)
    if revision <= part.revision:
        return
    part.erased = [one.dump() for one in cleared.erased]
    part.kept = [one.dump() for one in cleared.kept]
    part.told_at, part.revision = tx.at, revision


def _certificate(tx: Transaction, decided: ErasureDecision) -> ErasureCertificate:
    parts = tx.scalars(
        select(ErasurePart)
        .where(ErasurePart.erasure_id == decided.id)
        .order_by(ErasurePart.service)
    ).all()
    told = {part.service for part in parts}
    awaited = [service for service in OTHERS if service not in told]
    kept = [KeptIn.load({"service": part.service, **one}) for part in parts for one in part.kept]
    erased = [
        ErasedIn.load({"service": part.service, **one}) for part in parts for one in part.erased
    ]
    finished = "kept" if kept else "complete"
    return ErasureCertificate(
        erasure_id=decided.id,
        person_id=decided.person_id,
        state="under_way" if awaited else finished,
        reason=decided.reason,
        ended_on=decided.ended_on,
        decided_at=decided.decided_at,
        decided_by=decided.decided_by,
        awaited=awaited,
        erased=erased,
        kept=kept,
    )
