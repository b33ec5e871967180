"""Putting a grouping into the books: groups end, begin or change coach; people leave and join."""

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select

from kit import Transaction
from sessions import groups, queries
from sessions.models import Group


def write_hub(tx: Transaction, course: str, cohort: str, outcome: dict[str, Any]) -> None:
    """Put the result for one hub into the books: groups end, change their coach, begin; people
    leave and join. Who stays where they are is told nothing, unless their coach is another."""
    led = {UUID(group): UUID(coach) for group, coach in outcome["led"].items()}
    ended = [UUID(group) for group in outcome["ended"]]
    wanted = select(Group).where(Group.group_id.in_([*led, *ended]))
    known = {group.group_id: group for group in tx.scalars(wanted.with_for_update())}
    changed = [id for id, coach in led.items() if known[id].coach_staff_id != coach]
    members = queries.members(tx, known)
    for id in [*ended, *changed]:
        known[id].coach_staff_id = None  # so that each coach is free for another group
    for id in ended:
        known[id].ended_at = tx.at
    tx.flush()
    for id in changed:
        known[id].coach_staff_id = led[id]
    formed = _formed(tx, course, cohort, outcome)
    tx.add_all(formed)
    tx.flush()

    known |= {group.group_id: group for group in formed}
    joining = {UUID(person): UUID(group) for person, group in outcome["joined"].items()}
    for group, new in zip(formed, outcome["formed"], strict=True):
        joining |= {UUID(person): group.group_id for person in new["members"]}
    there = {person.application_id for theirs in members.values() for person in theirs}
    people = queries.lock_enrolments(tx, {*joining, *there})
    places = queries.memberships(tx, people)
    for application_id, person in people.items():
        former = places[application_id][1] if application_id in places else None
        group_id = joining.get(application_id)
        if former is not None and former.group_id == group_id:
            if group_id in changed:
                groups.tell(tx, person, known[group_id])
            continue
        if former is not None:
            here = str(former.delivery_partner_id) == outcome["hub"]
            groups.leave(tx, person, "regrouped" if here else "transferred")
        if group_id is not None:
            groups.join(tx, person, known.get(group_id) or tx.get_one(Group, group_id))


def _formed(tx: Transaction, course: str, cohort: str, outcome: dict[str, Any]) -> list[Group]:
    hub = UUID(outcome["hub"])
    numbers = select(func.max(Group.number)).where(
        Group.delivery_partner_id == hub, Group.course == course, Group.cohort == cohort
    )
    number = tx.scalar(numbers) or 0
    return [
        Group(
            group_id=uuid4(),
            course=course,
            cohort=cohort,
            delivery_partner_id=hub,
            number=number + position,
            slot=new["slot"],
            coach_staff_id=UUID(new["coach"]),
            formed_at=tx.at,
        )
        for position, new in enumerate(outcome["formed"], start=1)
    ]
