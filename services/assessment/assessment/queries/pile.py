"""The pile of scripts that markers claim.

One statement finds and takes the next one, so that no two claims meet: with PostgreSQL rows that
others are taking are skipped; with SQLite the single writer is the lock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, and_, or_, select, update
from sqlalchemy.orm import aliased

from assessment.domain.allocation import Marker, Role
from assessment.domain.windows import WindowState
from assessment.models import Allocation, Application, OpenScript, Script, Submission, Window
from assessment.queries.locking import locked
from kit import Transaction


@dataclass(frozen=True)
class OpenPile:
    """A window that has scripts to be claimed. How many is not told: a seed is none of them."""

    window_id: UUID
    batch: str


@dataclass(frozen=True)
class Claimed:
    """A place on the pile that was just taken."""

    open_script_id: UUID
    script_id: UUID
    role: Role
    fence: int


def claim_next(
    tx: Transaction,
    window_id: UUID,
    marker: Marker,
    roles: Sequence[Role],
    *,
    now: datetime,
    until: datetime,
) -> Claimed | None:
    """Take the next place that this marker may have; a claim whose time is over counts as open."""
    free = or_(
        OpenScript.state == "open",
        and_(OpenScript.state == "claimed", OpenScript.lease_until <= now),
    )
    next_one = (
        select(OpenScript.id)
        .join(Script, Script.id == OpenScript.script_id)
        .join(Application, Application.application_id == Script.application_id)
        .join(Submission, Submission.id == Script.submission_id)
        .where(
            OpenScript.window_id == window_id,
            OpenScript.role.in_(roles),
            free,
            ~Script.disregarded,
            Submission.names_checked,
            *_without_conflict(marker),
        )
        .order_by(OpenScript.place, OpenScript.id)
        .limit(1)
        .with_for_update(of=(OpenScript, Script), skip_locked=True)
        .scalar_subquery()
    )
    take = (
        update(OpenScript)
        .where(OpenScript.id == next_one)
        .values(
            state="claimed",
            staff_id=UUID(marker.staff_id),
            fence=OpenScript.fence + 1,
            lease_until=until,
        )
        .returning(OpenScript.id, OpenScript.script_id, OpenScript.role, OpenScript.fence)
        .execution_options(synchronize_session=False)
    )
    row = tx.execute(take).one_or_none()
    return None if row is None else Claimed(row.id, row.script_id, Role(row.role), row.fence)


def held(tx: Transaction, script_id: UUID, role: str) -> OpenScript | None:
    """A script's place on the pile in this role, if it has one."""
    wanted = select(OpenScript).where(OpenScript.script_id == script_id, OpenScript.role == role)
    return tx.scalars(wanted.execution_options(populate_existing=True)).one_or_none()


def places_of(tx: Transaction, script_id: UUID) -> list[OpenScript]:
    """A script's places on the pile, in whatever role, locked."""
    mine = select(OpenScript).where(OpenScript.script_id == script_id).order_by(OpenScript.role)
    return list(tx.scalars(locked(mine, OpenScript)))


def windows(tx: Transaction, now: datetime) -> list[OpenPile]:
    """Windows with open places."""
    free = or_(
        OpenScript.state == "open",
        and_(OpenScript.state == "claimed", OpenScript.lease_until <= now),
    )
    with_some = select(OpenScript.window_id).where(free)
    named = select(Window).where(Window.id.in_(with_some), Window.state == WindowState.MARKING)
    found = tx.scalars(named.order_by(Window.opens_at, Window.id))
    return [OpenPile(window.id, window.batch) for window in found]


def has_some(tx: Transaction, window_id: UUID, now: datetime) -> bool:
    """Whether a window has open places."""
    return any(pile.window_id == window_id for pile in windows(tx, now))


def _without_conflict(marker: Marker) -> list[ColumnElement[bool]]:
    """What `domain.allocation.conflict` says, as conditions: an unknown school is nobody's."""
    own = {
        "school": marker.school_urn,
        "trust": marker.trust_id,
        "delivery_partner": marker.delivery_partner_id,
        "coach": marker.staff_id,
    }
    kept_off = [(kind, key) for kind, key in own.items() if key is not None]
    for one in sorted(marker.declared):
        kind, _, key = one.partition(":")
        kept_off.append((kind, key))
    conditions: list[ColumnElement[bool]] = []
    for kind, key in kept_off:
        column = _CONNECTION[kind]
        value = UUID(key) if isinstance(column.type, Uuid) else key
        conditions.append(or_(column.is_(None), column != value))
    return [*conditions, ~_had_it(UUID(marker.staff_id))]


def _had_it(staff_id: UUID) -> ColumnElement[bool]:
    """Whether someone had the script, or another attempt of the same application.

    An adjudicator may have had another attempt; a claim that ran out, or was given back, keeps
    nobody from claiming again.
    """
    theirs, other = aliased(Allocation), aliased(Script)
    given_up = and_(
        theirs.lease_until.is_not(None),
        or_(
            theirs.state == "withdrawn",
            and_(theirs.state == "waiting", theirs.role == OpenScript.role),
        ),
    )
    had = (
        select(theirs.id)
        .join(other, other.id == theirs.script_id)
        .where(
            theirs.staff_id == staff_id,
            other.application_id == Script.application_id,
            or_(
                and_(other.id == Script.id, ~given_up),
                and_(other.id != Script.id, OpenScript.role != Role.ADJUDICATOR),
            ),
        )
        .correlate(Script, OpenScript)
    )
    return had.exists()


_CONNECTION = {
    "application": Application.application_id,
    "participant": Application.participant_id,
    "school": Application.school_urn,
    "trust": Application.trust_id,
    "delivery_partner": Application.delivery_partner_id,
    "coach": Application.coach_staff_id,
}
