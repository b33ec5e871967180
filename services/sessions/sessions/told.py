"""What other services tell: kept if it is newer, and acted upon where it changes something."""

from dataclasses import asdict
from datetime import date

from headship_contracts.assessment.events import ResultReleased
from headship_contracts.enrolment.events import (
    ApplicationState,
    DeliveryPartnerChanged,
    ParticipantResumed,
    SchedulePublished,
    StaffChanged,
)
from kit import Transaction
from sessions import (
    assessment_windows,
    bookings,
    engagement,
    groups,
    pathways,
    room,
    seats,
    transfers,
)
from sessions.domain.results import UNKNOWN, Result, standing, with_told
from sessions.models import DeliveryPartner, Enrolment, ProgrammeEnd, Schedule, StaffMember
from sessions.settings import SessionsSettings

AWAY = frozenset({"deferred", "withdrawn"})

KEPT = (
    "participant_id",
    "status",
    "training_status",
    "course",
    "cohort",
    "schedule",
    "starts_on",
    "delivery_partner_id",
    "school_urn",
    "trust_id",
    "local_authority",
    "phase",
)


def keep_application(tx: Transaction, event: ApplicationState, settings: SessionsSettings) -> None:
    """Keep what enrolment says of an application.

    Who is no longer in training leaves their group and the sessions ahead. Who is gets a seat in
    what is scheduled for the cohort. With a new hub, group and seats stay until a place there is
    confirmed. Who returns, or comes from another cohort, gets a fresh plan of what remains.
    """
    row = tx.get(Enrolment, event.application_id, with_for_update=True)
    if row is None:
        row = Enrolment(application_id=event.application_id, revision=0, place_revision=0)
        tx.add(row)
    if event.revision <= row.revision:
        return
    was_away = row.training_status in AWAY
    former, former_hub = (row.course, row.cohort), row.delivery_partner_id
    row.revision = event.revision
    for name in KEPT:
        setattr(row, name, getattr(event, name))
    tx.flush()

    why = "in_training" if row.in_training else row.training_status or row.status
    moved = former not in {(None, None), (row.course, row.cohort)}
    if moved:
        groups.leave(tx, row, "rescheduled")
        bookings.stop_waiting(tx, row)
    if moved or (row.delivery_partner_id != former_hub and not groups.has_one(tx, row)):
        room.forget(tx, row)
    if not row.in_training:
        groups.leave(tx, row, why)
        bookings.stop_waiting(tx, row)
    seats.settle(tx, [row], "rescheduled" if moved and row.in_training else why)
    transfers.follow(tx, row)
    assessment_windows.follow(tx, row)
    if moved or not row.in_training:
        engagement.forget_risk(tx, row.application_id)
    if row.in_training and (was_away or moved or isinstance(event, ParticipantResumed)):
        pathways.renew(tx, [row], "rescheduled" if moved else "returned", settings)


def keep_delivery_partner(tx: Transaction, event: DeliveryPartnerChanged) -> None:
    """Keep what enrolment says of a hub."""
    row = tx.get(DeliveryPartner, event.delivery_partner_id, with_for_update=True)
    if row is None:
        row = DeliveryPartner(delivery_partner_id=event.delivery_partner_id, revision=0)
        tx.add(row)
    if event.revision <= row.revision:
        return
    row.revision, row.status = event.revision, event.status
    row.name, row.place = event.name, event.place
    row.access = event.access or row.access  # the former release does not tell of it


def keep_staff(tx: Transaction, event: StaffChanged) -> None:
    """Keep what enrolment says of someone who may coach."""
    row = tx.get(StaffMember, event.staff_id, with_for_update=True)
    if row is None:
        row = StaffMember(staff_id=event.staff_id, revision=0)
        tx.add(row)
    if event.revision <= row.revision:
        return
    row.revision, row.roles, row.active = event.revision, event.roles, event.active
    row.school_urn, row.trust_id = event.school_urn, event.trust_id
    row.delivery_partner_id = event.delivery_partner_id


def keep_schedule(tx: Transaction, event: SchedulePublished) -> None:
    """Keep the dates of a schedule: a plan may start with it."""
    row = tx.get(Schedule, (event.cohort, event.schedule), with_for_update=True)
    if row is None:
        row = Schedule(cohort=event.cohort, schedule=event.schedule, revision=0)
        tx.add(row)
    if event.revision <= row.revision:
        return
    row.revision, row.starts_on = event.revision, event.starts_on
    row.milestones = [milestone.dump() for milestone in event.milestones]


def finish(tx: Transaction, event: ResultReleased) -> None:
    """The programme is over for this application, with what stands of all that was told of it."""
    tx.get(Enrolment, event.application_id, with_for_update=True)  # guards their engagement
    row = tx.get(ProgrammeEnd, event.application_id, with_for_update=True)
    if row is None:
        row = ProgrammeEnd(application_id=event.application_id, revision=0, results=[])
        tx.add(row)
    told = Result(
        attempt=event.attempt,
        revision=event.revision,
        state=event.state,
        completion_date=event.completion_date,
    )
    results = with_told(_results_of(row), told, event.replaces)
    stands = standing(results)
    row.results = [
        asdict(one) | {"completion_date": one.completion_date.isoformat()} for one in results
    ]
    row.revision = max(one.revision for one in results)
    row.state, row.completion_date = stands.state, stands.completion_date
    engagement.forget_risk(tx, event.application_id)


def _results_of(row: ProgrammeEnd) -> list[Result]:
    """One that the former release kept is of an unknown attempt."""
    known = [
        Result(**one | {"completion_date": date.fromisoformat(one["completion_date"])})
        for one in row.results
    ]
    if row.revision > max((one.revision for one in known), default=0):
        unknown = Result(
            attempt=UNKNOWN,
            revision=row.revision,
            state=row.state,
            completion_date=row.completion_date,
        )
        known.append(unknown)
    return known
