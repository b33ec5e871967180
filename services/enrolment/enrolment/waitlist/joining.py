"""The waitlist: joining and leaving it, who comes when, and what was changed by hand."""

from uuid import UUID, uuid4

from sqlalchemy import select

from enrolment import queries
from enrolment.domain import waitlist
from enrolment.domain.places import NONE, WAITING
from enrolment.domain.revisions import check_revision
from enrolment.models import Application, PlaceAct, WaitlistEntry
from enrolment.places import OFFER_TIMER
from enrolment.waitlist.line import MOVED, Line, lock_line, note, read_line
from headship_contracts.enrolment import waitlist as contracts
from headship_contracts.enrolment.waitlist import (
    JoinWaitlist,
    LeaveWaitlist,
    ListPlaceActs,
    ListWaitlist,
    MoveOnWaitlist,
    PlaceActPage,
    Reinstate,
    WaitlistPage,
    WaitlistRecord,
)
from headship_contracts.errors import Invalid, NotFound, Refused
from kit import Transaction
from kit.paging import page


def list_waitlist(tx: Transaction, request: ListWaitlist) -> WaitlistPage:
    """Those who wait, in order; `cursor` is the last application of the page before."""
    line = read_line(tx, request.cohort, request.course)
    ordered = line.ordered()
    why = line.turn(ordered).passed_over
    waiting = [entry.application_id for entry in ordered if entry.waits]
    position = {application_id: number for number, application_id in enumerate(waiting, 1)}
    shown, seen = [], request.cursor is None
    for entry in ordered:
        number, partner = entry.application_id, line.applications[entry.application_id]
        wanted = request.delivery_partner_id in (None, partner.delivery_partner_id)
        if seen and entry.waits and wanted:
            shown.append(record(line, number, position.get(number), why.get(number)))
        seen = seen or str(number) == request.cursor
    if not seen:
        problem = {"cursor": ["is not a cursor of this list"]}
        raise Invalid("invalid_fields", "the cursor is not right", problem)
    items = shown[: request.limit]
    more = len(shown) > request.limit
    return WaitlistPage(items=items, next_cursor=str(items[-1].application_id) if more else None)


def join(tx: Transaction, request: JoinWaitlist) -> WaitlistRecord:
    """Wait, alone or together with another who waits."""
    application = queries.lock_application(tx, request.application_id)
    known = tx.get(WaitlistEntry, application.id, populate_existing=True)
    check_revision(known.revision if known else 0, request.if_revision)
    check_can_wait(application)
    other = request.together_with
    together_id = _together(tx, application, other) if other is not None else None
    entry = wait(tx, application, together_id=together_id)
    return record_of(tx, application, entry)


def wait(
    tx: Transaction, application: Application, *, together_id: UUID | None = None
) -> WaitlistEntry:
    """Put a locked application on the waitlist. Raises Refused for who gave a place back before."""
    entry = tx.get(WaitlistEntry, application.id, populate_existing=True)
    if entry is not None and entry.state in waitlist.GONE:
        raise Refused("place_given_back", f"{entry.state} before: reinstate them, with a reason")
    if entry is None:
        entry = WaitlistEntry(
            application_id=application.id,
            cohort=application.cohort,
            course=application.course,
            state=waitlist.WAITING,
            joined_at=tx.at,
            revision=tx.next_revision(None),
        )
        tx.add(entry)
        note(tx, application, "joined")
    if entry.state != waitlist.WAITING:  # of a place that DfE's refusal had undone
        entry.state, entry.joined_at = waitlist.WAITING, tx.at
    entry.cohort, entry.course = application.cohort, application.course
    if together_id is not None:
        entry.together_id = together_id
    entry.revision = tx.next_revision(entry.revision)
    application.place = WAITING
    application.revision = tx.next_revision(application.revision)
    tx.wake(OFFER_TIMER)  # there may be a place
    return entry


def leave(tx: Transaction, request: LeaveWaitlist) -> WaitlistRecord:
    """Wait no longer."""
    application, entry = _on_it(tx, request.application_id, waitlist.WAITING)
    check_revision(entry.revision, request.if_revision)
    entry.state, entry.revision = waitlist.LEFT, tx.next_revision(entry.revision)
    application.place = NONE
    application.revision = tx.next_revision(application.revision)
    note(tx, application, "left", request.reason)
    tx.wake(OFFER_TIMER)  # for who waited together with them
    return record_of(tx, application, entry)


def move(tx: Transaction, request: MoveOnWaitlist) -> WaitlistRecord:
    """Put someone before another one, or at the end, with a reason."""
    found = queries.application(tx, request.application_id)
    line = lock_line(tx, found.cohort, found.course, found.id)
    entry = line.entries.get(found.id)
    if entry is None or entry.state != waitlist.WAITING:
        raise Refused("not_waiting", "this application does not wait for a place")
    check_revision(entry.revision, request.if_revision)
    if request.before is not None:
        other = line.entries.get(request.before)
        if other is None or other.state != waitlist.WAITING or other is entry:
            problem = {"before": ["is nobody else who waits for the same course and cohort"]}
            raise Invalid("invalid_fields", "the move is not right", problem)
    after = None if request.before else _last(line, found.id)
    note(tx, found, MOVED, request.reason, before=request.before, after=after)
    entry.revision = tx.next_revision(entry.revision)
    tx.flush()
    return record_of(tx, found, entry)


def reinstate(tx: Transaction, request: Reinstate) -> WaitlistRecord:
    """Let someone wait again, at the end."""
    found = queries.application(tx, request.application_id)
    line = lock_line(tx, found.cohort, found.course, found.id)
    entry = line.entries.get(found.id)
    if entry is None or entry.state not in waitlist.GONE:
        raise Refused("not_given_back", "this application gave no place back")
    check_revision(entry.revision, request.if_revision)
    check_can_wait(found)
    note(tx, found, "reinstated", request.reason, after=_last(line, found.id))
    entry.state, entry.reinstated_at, entry.together_id = waitlist.WAITING, tx.at, None
    tx.flush()
    return record_of(tx, found, wait(tx, found))


def list_acts(tx: Transaction, request: ListPlaceActs) -> PlaceActPage:
    """What was done, oldest first."""
    wanted = select(PlaceAct)
    for name in ("application_id", "cohort", "course", "act"):
        if (value := getattr(request, name)) is not None:
            wanted = wanted.where(getattr(PlaceAct, name) == value)
    found, cursor = page(
        tx, wanted, keys=(PlaceAct.id,), cursor=request.cursor, limit=request.limit
    )
    return PlaceActPage(items=[_act(act) for act in found], next_cursor=cursor)


def check_can_wait(application: Application) -> None:
    """Raises Refused unless the application is undecided and has no place."""
    if application.status != "pending" or application.decision is not None:
        raise Refused("already_decided", f"it is {application.decision or application.status}")
    if application.place not in (NONE, WAITING):
        raise Refused("has_place", f"the place of this application is {application.place}")


def record_of(tx: Transaction, application: Application, entry: WaitlistEntry) -> WaitlistRecord:
    """An entry with its position now."""
    tx.flush()
    line = read_line(tx, application.cohort, application.course)
    ordered = line.ordered()
    waiting = [one.application_id for one in ordered if one.waits]
    number = entry.application_id
    position = waiting.index(number) + 1 if number in waiting else None
    return record(line, number, position, line.turn(ordered).passed_over.get(number))


def record(line: Line, number: UUID, position: int | None, why: str | None) -> WaitlistRecord:
    """An entry for those who look after the waitlist."""
    entry, application = line.entries[number], line.applications[number]
    return WaitlistRecord(
        application_id=number,
        cohort=entry.cohort,
        course=entry.course,
        delivery_partner_id=application.delivery_partner_id,
        state=entry.state,
        position=position,
        passed_over=why,
        together_id=entry.together_id,
        joined_at=entry.joined_at,
        reinstated_at=entry.reinstated_at,
        policy_version=line.policy.version,
        revision=entry.revision,
    )


def _on_it(tx: Transaction, application_id: UUID, state: str) -> tuple[Application, WaitlistEntry]:
    application = queries.lock_application(tx, application_id)
    entry = tx.get(WaitlistEntry, application_id, populate_existing=True)
    if entry is None or entry.state != state:
        raise Refused(f"not_{state}", f"it is {entry.state if entry else 'not on the waitlist'}")
    return application, entry


def _together(tx: Transaction, application: Application, other_id: UUID) -> UUID:
    """What those share who wait together; the other one has to wait already."""
    other = tx.get(WaitlistEntry, other_id, populate_existing=True, with_for_update=True)
    if other is None:
        raise NotFound("waitlist_entry_not_found", str(other_id))
    same = (other.cohort, other.course) == (application.cohort, application.course)
    if other.state != waitlist.WAITING or not same or other_id == application.id:
        problem = {"together_with": ["is nobody else who waits for the same course and cohort"]}
        raise Invalid("invalid_fields", "they cannot wait together", problem)
    if other.together_id is None:
        other.together_id = uuid4()
    return other.together_id


def _last(line: Line, but: UUID) -> UUID | None:
    """Who is last now, not counting one."""
    others = [e.application_id for e in line.ordered() if e.application_id != but]
    return others[-1] if others else None


def _act(of: PlaceAct) -> contracts.PlaceAct:
    return contracts.PlaceAct(
        act_id=of.id,
        application_id=of.application_id,
        act=of.act,
        before=of.before_id,
        reason=of.reason,
        by=of.done_by,
        at=of.done_at,
    )
