"""The line of those who wait for a place of a cohort and course, read and locked as a whole.

Applications are locked by id, then the quotas by scope: the order of all of enrolment.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import exists, or_, select

from enrolment import queries
from enrolment.admissions import policies
from enrolment.domain import places, waitlist
from enrolment.domain.places import EVERYWHERE
from enrolment.domain.waitlist import Entry, Facts, Move, Policy, Turn
from enrolment.models import Application, PlaceAct, Quota, School, WaitlistEntry
from kit import Transaction

MOVED = "moved"
LOCKED = "applications of a waiting line"
"""Where a transaction remembers whom it has locked."""


@dataclass
class Line:
    """Who waits or waited for one cohort and course, and what is free there."""

    cohort: str
    course: str
    policy: Policy
    entries: dict[UUID, WaitlistEntry]
    applications: dict[UUID, Application]
    schools: dict[str, School]
    quotas: dict[str, Quota]
    moves: list[Move]

    def ordered(self) -> list[Entry]:
        """All of them, as the policy and the moves have it."""
        seen = [self._entry(found) for found in self.entries.values()]
        return waitlist.in_order(seen, self.policy, self.moves)

    def turn(self, ordered: Sequence[Entry] | None = None) -> Turn:
        """Who gets what is free now."""
        free = {scope: places.free(quota) for scope, quota in self.quotas.items()}
        return waitlist.next_offers(ordered or self.ordered(), self.policy, free)

    def _entry(self, found: WaitlistEntry) -> Entry:
        application = self.applications[found.application_id]
        school = self.schools.get(application.school_urn or "")
        return Entry(
            application_id=found.application_id,
            joined_at=found.joined_at,
            waits=found.state == waitlist.WAITING and application.status == "pending",
            together_id=found.together_id,
            scopes=scopes_of(application),
            facts=Facts(
                eligible_for_funding=application.eligible_for_funding,
                works_in_england=application.in_england,
                school=application.school_urn,
                phase=school.phase if school else None,
                local_authority=school.local_authority if school else None,
                trust=school.trust_id if school else None,
            ),
        )


def scopes_of(application: Application) -> tuple[str, ...]:
    """The scopes of the quotas that a place of this application counts in."""
    partner = application.delivery_partner_id
    return (EVERYWHERE,) if partner is None else (str(partner), EVERYWHERE)


def anybody_waits(tx: Transaction, cohort: str, course: str) -> bool:
    """Whether there is any need to look at the line."""
    return bool(tx.scalar(select(exists().where(*_waiting(cohort, course)))))


def lock_line(tx: Transaction, cohort: str, course: str, *also: UUID) -> Line:
    """The line, so that nobody else gives or takes a place, or moves anybody, until the commit.

    `also`: applications that are not waiting but are part of what happens.
    """
    waiting = select(WaitlistEntry.application_id).where(*_waiting(cohort, course))
    locked = (
        select(Application)
        .where(or_(Application.id.in_(also), Application.id.in_(waiting)))
        .order_by(Application.id)
        .with_for_update(of=Application)
        .execution_options(populate_existing=True)
    )
    found = tx.scalars(locked).all()
    tx.info.setdefault(LOCKED, set()).update(application.id for application in found)
    _make_quotas(tx, cohort, course, found)
    quotas = select(Quota).where(Quota.cohort == cohort, Quota.course == course)
    in_turn = quotas.order_by(Quota.scope).with_for_update()
    tx.scalars(in_turn.execution_options(populate_existing=True)).all()
    return read_line(tx, cohort, course)


def _make_quotas(
    tx: Transaction, cohort: str, course: str, applications: Iterable[Application]
) -> None:
    """Those that are missing, in the order of locking: an offer counts in each."""
    known = set(
        tx.scalars(select(Quota.scope).where(Quota.cohort == cohort, Quota.course == course))
    )
    for scope in sorted({s for a in applications for s in scopes_of(a)} - known):
        queries.lock_quota(tx, cohort, course, scope)


def read_line(tx: Transaction, cohort: str, course: str) -> Line:
    """The line as it is now; what was locked before stays locked."""
    of_line = (WaitlistEntry.cohort == cohort, WaitlistEntry.course == course)
    entries = select(WaitlistEntry).where(*of_line).execution_options(populate_existing=True)
    found = {entry.application_id: entry for entry in tx.scalars(entries)}
    theirs = select(Application).where(
        Application.id.in_(select(WaitlistEntry.application_id).where(*of_line))
    )
    applications = {application.id: application for application in tx.scalars(theirs)}
    urns = {a.school_urn for a in applications.values() if a.school_urn}
    schools = tx.scalars(select(School).where(School.urn.in_(urns)))
    quotas = tx.scalars(select(Quota).where(Quota.cohort == cohort, Quota.course == course))
    return Line(
        cohort=cohort,
        course=course,
        policy=policies.policy_of(tx, course),
        entries=found,
        applications=applications,
        schools={school.urn: school for school in schools},
        quotas={quota.scope: quota for quota in quotas},
        moves=list(_moves(tx, cohort, course)),
    )


def those_locked(tx: Transaction, ordered: Sequence[Entry]) -> list[Entry]:
    """The line, where who joined it after it was locked does not wait yet: their turn comes with
    the timer that their joining wakes."""
    mine: set[UUID] = tx.info.get(LOCKED, set())
    return [e if e.application_id in mine else replace(e, waits=False) for e in ordered]


def note(
    tx: Transaction,
    application: Application,
    act: str,
    reason: str | None = None,
    *,
    before: UUID | None = None,
    after: UUID | None = None,
) -> None:
    """Keep what was done with a place or on the waitlist, by whom, and why."""
    tx.add(
        PlaceAct(
            application_id=application.id,
            cohort=application.cohort,
            course=application.course,
            act=act,
            before_id=before,
            after_id=after,
            reason=reason,
            done_by=tx.caller.name,
            done_at=tx.at,
        )
    )


def _waiting(cohort: str, course: str) -> tuple[object, ...]:
    return (
        WaitlistEntry.cohort == cohort,
        WaitlistEntry.course == course,
        WaitlistEntry.state == waitlist.WAITING,
    )


def _moves(tx: Transaction, cohort: str, course: str) -> Iterable[Move]:
    wanted = select(PlaceAct).where(
        PlaceAct.cohort == cohort,
        PlaceAct.course == course,
        PlaceAct.act.in_((MOVED, "reinstated")),
    )
    for act in tx.scalars(wanted.order_by(PlaceAct.id)):
        yield Move(application_id=act.application_id, before=act.before_id, after=act.after_id)
