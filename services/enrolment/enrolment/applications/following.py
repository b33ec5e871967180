"""Applications as they become: what DfE confirms or shows is taken over, and told."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import select

from enrolment import places, queries, schemas, tasks
from enrolment.dfe.shapes import DfeApplication
from enrolment.domain.dfe import applications as twin
from enrolment.models import Application, Participant
from enrolment.traffic.writes import wall
from enrolment.training import history, moves
from headship_contracts.enrolment.events import (
    ApplicationAccepted,
    ApplicationReceived,
    ApplicationRejected,
    ApplicationRemoved,
    ParticipantDetailsChanged,
    ParticipantRescheduled,
)
from kit import Transaction

TOLD_AS = {"trn": "teacher_reference_number", "trn_verified": "teacher_reference_number"}
"""Fields of a participant that others know by DfE's word for them."""

SOON = timedelta(minutes=10)
"""So long may DfE show a page of before its answer to us."""


def changed(tx: Transaction, application: Application) -> None:
    """The application is another from now on."""
    application.revision = tx.next_revision(application.revision)


def follow_dfe(
    tx: Transaction,
    application: Application,
    seen: DfeApplication,
    *,
    asked_at: datetime | None = None,
) -> bool:
    """Bring an application to what DfE shows, and tell what that means; says if anything changed.

    What DfE showed before its last answer to us is passed over, so that a page read before an
    acceptance does not undo it. `asked_at`: when a page was asked for, in wall time.
    """
    known_at = application.dfe_updated_at
    if known_at is not None and seen.updated_at < known_at:
        return False
    backwards = seen.status == "pending" and application.status in ("accepted", "rejected")
    if backwards and seen.updated_at == known_at and _may_be_older(tx, application, asked_at):
        return False
    former_urn = application.school_urn
    if seen.status == application.status == "accepted" and _is_elsewhere(application, seen):
        be_rescheduled(tx, application, seen)
    differs = _copy_facts(tx, application, seen)
    if seen.status != application.status:
        _follow_status(tx, application, seen)
        return True
    if application.school_urn != former_urn:
        moves.be_moved(tx, application, former_urn)
    elif differs:
        changed(tx, application)
    return differs


def _may_be_older(tx: Transaction, application: Application, asked_at: datetime | None) -> bool:
    """DfE's times have whole seconds: of two in the same one a page soon after an answer may be of
    before it."""
    lately = asked_at and queries.told_lately(tx, [application.id], asked_at - SOON)
    return asked_at is None or bool(lately)


def is_a_second(tx: Transaction, application: Application, seen: DfeApplication) -> bool:
    """Whether DfE shows it accepted beside another accepted one of the same participant, course and
    cohort, as it does after a merge: the one that was here first stays, and this is drift."""
    news = seen.status == "accepted" != application.status
    whose = application.participant_id
    return news and queries.holds_accepted(tx, whose, seen, but=application.id)


def know_person(participant: Participant, seen: DfeApplication) -> set[str]:
    """DfE's word on name, address and TRN; a new address has not failed yet.

    Gives what is new, for `tell_details`. What was erased DfE does not bring back.
    """
    if participant.erased:
        return set()
    facts = {
        "full_name": seen.full_name,
        "email": seen.email,
        "trn": seen.trn,
        "trn_verified": seen.trn_verified,
    }
    differing = {n: v for n, v in facts.items() if getattr(participant, n) != v}
    for name, value in differing.items():
        setattr(participant, name, value)
    if "email" in differing:
        participant.email_set_at, participant.address_failed_at = wall(), None
        tasks.address_mended(participant)
    return {TOLD_AS.get(name, name) for name in differing}


def tell_details(tx: Transaction, news: Mapping[UUID, Collection[str]]) -> None:
    """Who works with a participant hears what is new, and asks for it when it is needed."""
    whose = [participant_id for participant_id, fields in news.items() if fields]
    if not whose:
        return
    theirs = select(Application).where(
        Application.participant_id.in_(whose), Application.status == "accepted"
    )
    for application in tx.scalars(theirs.order_by(Application.id).with_for_update(of=Application)):
        changed(tx, application)
        fields = sorted(news[application.participant_id])
        tx.emit(schemas.told(ParticipantDetailsChanged, application, fields=fields))


def be_removed(tx: Transaction, application: Application, cause: str) -> None:
    """DfE no longer shows it to us."""
    places.give_back(tx, application)
    if application.status == "accepted":
        history.end(tx, application, cause)
    application.status, application.training_status = "removed", None
    application.decision = None
    changed(tx, application)
    tx.emit(schemas.told(ApplicationRemoved, application, cause=cause))


def decision_refused(tx: Transaction, application: Application, field: str, message: str) -> None:
    """DfE said no to the decision: nothing has changed but that we know why."""
    if application.decision == "accepting":
        places.give_back(tx, application)
    if application.decision == "rescheduling":
        places.release(tx, application)
    application.decision = None
    application.problem = {"field": field, "message": message}
    changed(tx, application)


def _follow_status(tx: Transaction, application: Application, seen: DfeApplication) -> None:
    if seen.status == "accepted":
        be_accepted(tx, application)
    elif seen.status == "rejected":
        be_rejected(tx, application, seen.reason_for_rejection or twin.REJECTED_BY_PROVIDER)
    else:
        _be_pending_again(tx, application)


def be_accepted(tx: Transaction, application: Application) -> None:
    """The participant has a place; their other applications of this race are rejected with it."""
    _, rivals = queries.lock_with_rivals(tx, application.id)
    facts = facts_of(application, funding="")  # funding has no part in it
    displaced = twin.displaced_by_acceptance(facts, [as_rival(application, r) for r in rivals])
    for rival in rivals:
        if str(rival.id) in displaced and rival.status in ("pending", "accepted"):
            be_rejected(tx, rival, twin.REJECTED_FOR_ANOTHER)
    places.hold_even_over(tx, application)
    application.status, application.training_status = "accepted", "active"
    application.accepted_at, application.decision, application.problem = tx.at, None, None
    history.begin(tx, application)
    changed(tx, application)
    tx.emit(schemas.told(ApplicationAccepted, application, accepted_at=tx.at))


def be_rejected(tx: Transaction, application: Application, reason: str) -> None:
    """Rejected, for good; a place is free again."""
    was_accepted = application.status == "accepted"
    if was_accepted:
        history.end(tx, application, "rejected")
    places.give_back(tx, application)
    application.status, application.training_status = "rejected", None
    application.decision, application.problem = None, None
    application.reason_for_rejection = reason
    changed(tx, application)
    why = {"reason": reason, "was_accepted": was_accepted}
    tx.emit(schemas.told(ApplicationRejected, application, **why))
    tx.flush()  # before the acceptance that displaced it: only one may be accepted


class Scheduled(Protocol):
    """A schedule of a cohort, and whether the place is funded there: DfE's enrolment is one."""

    @property
    def cohort(self) -> str: ...
    @property
    def schedule(self) -> str | None: ...
    @property
    def funded_place(self) -> bool | None: ...


def be_rescheduled(
    tx: Transaction,
    application: Application,
    shown: Scheduled,
    kept: Mapping[str, Any] | None = None,
) -> None:
    """On the schedule and in the cohort that DfE shows; a place in another cohort is another.

    `kept`: from when it counts and who decided it, where it was decided here.
    """
    former = {"former_schedule": application.schedule, "former_cohort": application.cohort}
    funded = application.funded_place
    if application.cohort != shown.cohort:
        places.change_cohort(tx, application, shown.cohort)
    application.schedule, application.funded_place = shown.schedule, shown.funded_place
    if former == {"former_schedule": application.schedule, "former_cohort": application.cohort}:
        if funded != application.funded_place:
            changed(tx, application)
        return
    history.reschedule(tx, application, kept or {})
    changed(tx, application)
    tx.emit(schemas.told(ParticipantRescheduled, application, **former))


def _be_pending_again(tx: Transaction, application: Application) -> None:
    """DfE took a decision back, or shows an application again that had vanished."""
    was_accepted = application.status == "accepted"
    if was_accepted:
        history.end(tx, application, "reverted")
    places.give_back(tx, application)
    application.status, application.training_status = "pending", None
    application.accepted_at, application.reason_for_rejection = None, None
    application.decision = None
    changed(tx, application)
    if was_accepted:
        tx.emit(schemas.told(ApplicationRemoved, application, cause="reverted"))
    else:
        tx.emit(schemas.told(ApplicationReceived, application))


def _is_elsewhere(application: Application, seen: DfeApplication) -> bool:
    return (application.schedule, application.cohort) != (seen.schedule, seen.cohort)


def facts_shown(seen: DfeApplication) -> dict[str, Any]:
    """What DfE says of an application, but for its status and its school."""
    return {
        "course": seen.course,
        "cohort": seen.cohort,
        "schedule": seen.schedule,
        "funded_place": seen.funded_place,
        "eligible_for_funding": seen.eligible_for_funding,
        "ineligible_for_funding_reason": seen.ineligible_for_funding_reason,
        "targeted_delivery_funding": seen.targeted_delivery_funding,
        "in_england": seen.in_england,
        "dfe_updated_at": seen.updated_at,
        "dfe_created_at": seen.created_at,
    }


def _copy_facts(tx: Transaction, application: Application, seen: DfeApplication) -> bool:
    facts = facts_shown(seen)
    facts["school_urn"] = moves.school_shown(tx, application, seen.school_urn)
    differs = False
    for name, value in facts.items():
        if getattr(application, name) != value:
            setattr(application, name, value)
            differs = True
    return differs


def facts_of(
    application: Application, *, funding: str, declared: Sequence[str] = ()
) -> twin.ApplicationFacts:
    """What DfE's rules look at. `declared`: the states of its declarations."""
    return twin.ApplicationFacts(
        status=application.status,
        course=application.course,
        cohort=application.cohort,
        cohort_funding=funding,
        eligible_for_funding=application.eligible_for_funding,
        funded_place=application.funded_place,
        declaration_states=declared,
    )


def as_rival(application: Application, rival: Application) -> twin.RivalApplication:
    """Another application, as DfE's rules compare it with this one."""
    return twin.RivalApplication(
        application_id=str(rival.id),
        course=rival.course,
        cohort=rival.cohort,
        status=rival.status,
        training_status=rival.training_status,
        same_account=rival.participant_id == application.participant_id,
    )
