"""Offers: a free place goes to who is next, and on to the one after who does not answer in time.

All that gives or takes a place of a waitlist is one transaction that has locked its whole line.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select, union

from enrolment import metrics, places, queries, schemas
from enrolment.admissions import policies
from enrolment.domain import places as rules
from enrolment.domain import waitlist
from enrolment.domain.places import HELD, NONE, OFFERED
from enrolment.domain.revisions import check_revision
from enrolment.domain.waitlist import Entry, Policy
from enrolment.domain.working_days import end_of_working_day
from enrolment.models import Application, Offer, Quota, WaitlistEntry
from enrolment.waitlist.joining import check_can_wait
from enrolment.waitlist.line import (
    anybody_waits,
    lock_line,
    note,
    read_line,
    scopes_of,
    those_locked,
)
from headship_contracts.enrolment.applications import ApplicationRecord
from headship_contracts.enrolment.events import PlaceOffered
from headship_contracts.enrolment.waitlist import (
    CancelPlace,
    DeclineOffer,
    ListOffers,
    OfferPage,
    OfferPlace,
    OfferRecord,
    TakeUpOffer,
)
from headship_contracts.errors import Refused
from kit import Transaction
from kit.db import ServiceDatabase
from kit.paging import page


def offer_places(db: ServiceDatabase, at: datetime) -> None:
    """End what has expired, and offer what is free: one transaction for each cohort and course."""
    with db.transaction(at=at) as tx:
        waiting = select(WaitlistEntry.cohort, WaitlistEntry.course).where(
            WaitlistEntry.state == waitlist.WAITING
        )
        expired = select(Offer.cohort, Offer.course).where(*_expired(at))
        lines = sorted((row.cohort, row.course) for row in tx.execute(union(waiting, expired)))
    for cohort, course in lines:
        with db.transaction(at=at) as tx:
            of_line = (Offer.cohort == cohort, Offer.course == course)
            due = tx.scalars(select(Offer.application_id).where(*_expired(at), *of_line)).all()
            lock_line(tx, cohort, course, *due)
            for application_id in due:
                _expire(tx, queries.application(tx, application_id))
            fill(tx, cohort, course)


def fill(tx: Transaction, cohort: str, course: str) -> None:
    """Offer what is free to who is next. The line is locked."""
    if not anybody_waits(tx, cohort, course):
        return
    line = read_line(tx, cohort, course)
    for entry in line.turn(those_locked(tx, line.ordered())).offered:
        application = line.applications[entry.application_id]
        rules.take(queries.lock_quotas(tx, application))
        _offer(tx, application, line.entries[application.id], line.policy)


def offer_place(tx: Transaction, request: OfferPlace) -> OfferRecord:
    """Offer a free place to someone who is not on the waitlist."""
    application = queries.application(tx, request.application_id)
    lock_line(tx, application.cohort, application.course, application.id)
    check_revision(application.revision, request.if_revision)
    check_can_wait(application)
    locked = queries.lock_quotas(tx, application)
    check_turn(tx, application, locked)
    rules.take(locked)
    entry = _entry_of(tx, application)
    if entry.state in waitlist.GONE:
        raise Refused("place_given_back", f"{entry.state} before: reinstate them, with a reason")
    note(tx, application, "offered")
    return _record(_offer(tx, application, entry, policies.policy_of(tx, application.course)))


def take_up(tx: Transaction, request: TakeUpOffer) -> ApplicationRecord:
    """The place is theirs until the application is decided."""
    application = queries.lock_application(tx, request.application_id)
    check_revision(check_open(tx, application).revision, request.if_revision)
    _check_undecided(application)
    places.hold(tx, application)
    return schemas.application_record(application)


def decline(tx: Transaction, request: DeclineOffer) -> OfferRecord:
    """The next one gets the place."""
    application = queries.application(tx, request.application_id)
    lock_line(tx, application.cohort, application.course, application.id)
    check_revision(check_open(tx, application).revision, request.if_revision)
    note(tx, application, "declined", request.reason)
    offer = _give_back(tx, application, waitlist.DECLINED, request.reason)
    fill(tx, application.cohort, application.course)
    return _record(offer)


def cancel(tx: Transaction, request: CancelPlace) -> ApplicationRecord:
    """A place taken up is given back, and goes to the next one."""
    application = queries.application(tx, request.application_id)
    lock_line(tx, application.cohort, application.course, application.id)
    check_revision(application.revision, request.if_revision)
    _check_undecided(application)
    if application.place != HELD:
        raise Refused("no_place_held", f"the place of this application is {application.place}")
    rules.give_back(queries.lock_quotas(tx, application))
    application.place = NONE
    application.revision = tx.next_revision(application.revision)
    entry = _entry_of(tx, application)
    entry.state, entry.revision = waitlist.CANCELLED, tx.next_revision(entry.revision)
    note(tx, application, "cancelled", request.reason)
    tx.flush()
    fill(tx, application.cohort, application.course)
    return schemas.application_record(application)


def _check_undecided(application: Application) -> None:
    if application.status != "pending" or application.decision is not None:
        raise Refused("already_decided", f"it is {application.decision or application.status}")


def list_offers(tx: Transaction, request: ListOffers) -> OfferPage:
    """Oldest first."""
    wanted = select(Offer)
    for name in ("application_id", "state", "cohort", "course"):
        if (value := getattr(request, name)) is not None:
            wanted = wanted.where(getattr(Offer, name) == value)
    keys = (Offer.made_at, Offer.id)
    found, cursor = page(tx, wanted, keys=keys, cursor=request.cursor, limit=request.limit)
    return OfferPage(items=[_record(offer) for offer in found], next_cursor=cursor)


def check_open(tx: Transaction, application: Application) -> Offer:
    """The offer that may be answered. Raises Refused unless there is one that has not expired."""
    offer = places.open_offer(tx, application)
    if offer.expires_at <= tx.at:
        raise Refused("offer_expired", f"it was open until {offer.expires_at.isoformat()}")
    return offer


def check_turn(tx: Transaction, application: Application, locked: Sequence[Quota]) -> None:
    """Raises Refused while a place that is free would go to somebody who waits for it.

    Where none is free, nobody's turn is looked at: that is for who takes the place to tell.
    """
    if not all(rules.has_place(quota) for quota in locked):
        return
    if not anybody_waits(tx, application.cohort, application.course):
        return
    line = read_line(tx, application.cohort, application.course)
    ordered: Sequence[Entry] = line.ordered()
    if not any(entry.application_id == application.id for entry in ordered if entry.waits):
        one_more = Entry(
            application_id=application.id, joined_at=tx.at, scopes=scopes_of(application)
        )
        ordered = [*ordered, one_more]
    turn = line.turn(ordered)
    served: set[UUID] = {entry.application_id for entry in turn.offered}
    if served and application.id not in served:
        raise Refused("others_wait", f"{len(served)} on the waitlist come first")


def _offer(
    tx: Transaction, application: Application, entry: WaitlistEntry, policy: Policy
) -> Offer:
    days = policy.offer_working_days
    offer = Offer(
        id=uuid4(),
        application_id=application.id,
        cohort=application.cohort,
        course=application.course,
        state="open",
        made_at=tx.at,
        expires_at=end_of_working_day(tx.at, days, policies.bank_holidays()),
        policy_version=policy.version,
        revision=tx.next_revision(None),
    )
    tx.add(offer)
    entry.state, entry.revision = waitlist.OFFERED, tx.next_revision(entry.revision)
    application.place = OFFERED
    application.revision = tx.next_revision(application.revision)
    tx.emit(schemas.told(PlaceOffered, application, expires_at=offer.expires_at))
    tx.count(metrics.offers_made)
    return offer


def _expire(tx: Transaction, application: Application) -> None:
    """Unless it was answered while the line was waited for."""
    if application.place == OFFERED and places.open_offer(tx, application).expires_at <= tx.at:
        _give_back(tx, application, waitlist.EXPIRED, None)


def _give_back(tx: Transaction, application: Application, state: str, reason: str | None) -> Offer:
    rules.give_back(queries.lock_quotas(tx, application))
    entry = _entry_of(tx, application)
    entry.state, entry.revision = state, tx.next_revision(entry.revision)
    application.place = NONE
    offer = places.end_offer(tx, application, state, reason)
    tx.flush()
    return offer


def _entry_of(tx: Transaction, application: Application) -> WaitlistEntry:
    """Theirs, or a new one for who never waited: it is kept whether they gave a place back."""
    entry = tx.get(WaitlistEntry, application.id, populate_existing=True)
    if entry is None:
        entry = WaitlistEntry(
            application_id=application.id,
            cohort=application.cohort,
            course=application.course,
            state=waitlist.OFFERED,
            joined_at=tx.at,
            revision=tx.next_revision(None),
        )
        tx.add(entry)
    return entry


def _expired(at: datetime) -> tuple[object, object]:
    return Offer.state == "open", Offer.expires_at <= at


def _record(of: Offer) -> OfferRecord:
    return OfferRecord(
        offer_id=of.id,
        application_id=of.application_id,
        state=of.state,
        made_at=of.made_at,
        expires_at=of.expires_at,
        ended_at=of.ended_at,
        reason=of.reason,
        policy_version=of.policy_version,
        revision=of.revision,
    )
