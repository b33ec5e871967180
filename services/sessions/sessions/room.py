"""Room at the venues of days together, for people who come to one after the cohort was seated."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, delete, func, select

from kit import Transaction
from sessions import queries
from sessions.audiences import of_hub
from sessions.models import Enrolment, Group, Membership, Seat, TrainingSession, VenuePlace


def guests(tx: Transaction, course: str, cohort: str, hubs: Collection[UUID]) -> dict[UUID, int]:
    """Hub → how many have booked a seat in the one of its days ahead that has most of them."""
    each = (
        select(TrainingSession.delivery_partner_id, func.count().label("booked"))
        .join(Seat, Seat.session_id == TrainingSession.session_id)
        .where(
            TrainingSession.course == course,
            TrainingSession.cohort == cohort,
            TrainingSession.audience.in_([of_hub(hub) for hub in hubs]),
            TrainingSession.status == "scheduled",
            TrainingSession.starts_at > tx.at,
            Seat.held,
            Seat.booked,
        )
        .group_by(TrainingSession.session_id, TrainingSession.delivery_partner_id)
        .subquery()
    )
    most = select(each.c.delivery_partner_id, func.max(each.c.booked))
    return dict(tx.execute(most.group_by(each.c.delivery_partner_id)).all())


def forget(tx: Transaction, person: Enrolment) -> None:
    """Their days are at their own hub's again: that they were elsewhere was for another place. The
    caller holds the person's lock."""
    tx.execute(delete(VenuePlace).where(VenuePlace.application_id == person.application_id))


def without_room(
    tx: Transaction, course: str, cohort: str, coming: Mapping[UUID, Collection[UUID]]
) -> set[UUID]:
    """Of those who are `coming` to a hub's days (hub → applications) and hold no seat in them yet,
    those for whom its venue has no room: their days are nowhere until the cohort is seated again.

    Locks the days ahead, as whoever books a seat in one does: two do not get the same last place.
    """
    crowded: set[UUID] = set()
    days = {of_hub(hub): hub for hub in coming}
    wanted = (
        select(TrainingSession)
        .where(
            TrainingSession.course == course,
            TrainingSession.cohort == cohort,
            TrainingSession.audience.in_(days),
            TrainingSession.status == "scheduled",
            TrainingSession.starts_at > tx.at,
        )
        .order_by(TrainingSession.session_id)
    )
    hubs = {days[session.audience] for session in tx.scalars(wanted.with_for_update())}
    offers = queries.offers(tx, course, cohort)
    booked = guests(tx, course, cohort, hubs)
    there = placed(tx, course, cohort, hubs)
    for hub in hubs & offers.keys():
        over = there.get(hub, 0) + booked.get(hub, 0) - offers[hub].venue_capacity
        if over > 0:
            crowded |= set(sorted(coming[hub])[-over:])
    _keep_nowhere(tx, crowded)
    return crowded


def placed(tx: Transaction, course: str, cohort: str, hubs: Collection[UUID]) -> dict[UUID, int]:
    """Hub → how many people's days are to be at its venue."""
    where = _where_days_are()
    rows = tx.execute(
        _with_days(select(where, func.count()), course, cohort)
        .where(where.in_(hubs))
        .group_by(where)
    )
    return dict(rows.all())


def whose_days(course: str, cohort: str, hub: UUID) -> Select[UUID]:
    """The applications of those whose days are to be at a hub's venue."""
    wanted = _with_days(select(Enrolment.application_id), course, cohort)
    return wanted.where(_where_days_are() == hub)


def _where_days_are() -> ColumnElement[UUID]:
    own = func.coalesce(Group.delivery_partner_id, Enrolment.delivery_partner_id)
    return case((VenuePlace.application_id.is_not(None), VenuePlace.delivery_partner_id), else_=own)


def _with_days(wanted: Select[Any], course: str, cohort: str) -> Select[Any]:
    """Of the people in training, with their group's hub and where their days are otherwise."""
    return (
        wanted.select_from(Enrolment)
        .outerjoin(VenuePlace, VenuePlace.application_id == Enrolment.application_id)
        .outerjoin(
            Membership,
            (Membership.application_id == Enrolment.application_id) & Membership.left_at.is_(None),
        )
        .outerjoin(Group, Group.group_id == Membership.group_id)
        .where(*queries.in_training(course, cohort))
    )


def _keep_nowhere(tx: Transaction, application_ids: Collection[UUID]) -> None:
    wanted = select(VenuePlace).where(VenuePlace.application_id.in_(application_ids))
    rows = {row.application_id: row for row in tx.scalars(wanted)}
    for id in application_ids:
        if id in rows:
            rows[id].delivery_partner_id, rows[id].since = None, tx.at
        else:
            tx.add(VenuePlace(application_id=id, delivery_partner_id=None, since=tx.at))
