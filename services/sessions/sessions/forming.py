"""Forming groups and planning them anew: solved in a child process with no transaction open, then
put in the books where nothing has changed meanwhile."""

from collections.abc import Collection
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from headship_contracts.errors import Conflict, Invalid, NotFound
from headship_contracts.sessions.groups import FormGroups, GroupingReport, NotPlaced, SoftAim
from headship_contracts.sessions.replanning import (
    GroupCoach,
    MovedPerson,
    ReplanGroups,
    ReplanReport,
)
from kit import jobs
from kit.db import ServiceDatabase
from sessions import broken_rules, grouping, metrics, offers, queries, regrouping, rounds, seating
from sessions.domain.reasons import GROUPS_TRIED, HELPS, WORDS
from sessions.models import Enrolment
from sessions.settings import SessionsSettings

ATTEMPTS = 3
SOLVER_SECONDS = 120
SOLVER_MEGABYTES = 2_048
MOST_TOLD = 500
"""People without a place that a report names."""

Data = dict[str, Any]


def form_groups(
    db: ServiceDatabase, request: FormGroups, settings: SessionsSettings
) -> GroupingReport:
    """Hubs whose people or offers changed meanwhile are worked out again; after a few times it is
    a Conflict, and what was formed for the others stays."""
    course, cohort, hub = request.course, request.cohort, request.delivery_partner_id
    with db.transaction() as tx:
        waiting = list(queries.offers(tx, course, cohort, hub))
        if hub and not waiting:
            raise NotFound("offer_not_found", f"{hub} offers nothing to {course} {cohort}")
        stranded = [] if hub else grouping.without_offer(tx, course, cohort)
    moving = request.transferred or settings.transfer_policy == "policy"
    outcomes: list[Data] = []
    for _ in range(ATTEMPTS):
        with db.transaction() as tx:
            data = grouping.data_of_each(tx, course, cohort, waiting, transferred=moving)
        found = _solve(data, settings, together=hub is None)
        written = _write(db, course, cohort, data, found, transferred=moving)
        outcomes += [outcome for outcome in found if UUID(outcome["hub"]) in written]
        waiting = [UUID(seen["hub"]) for seen in data if UUID(seen["hub"]) not in written]
        metrics.groupings_overtaken.inc(len(waiting))
        if not waiting:
            break
    _follow(db, course, cohort, settings)
    report = _report(outcomes, stranded)
    with db.transaction() as tx:
        standing = queries.standing(tx, course, cohort, hub)
        broken = broken_rules.of_groups(tx, standing, settings.group_least)
    report = replace(report, shortfalls=broken[:MOST_TOLD])
    metrics.people_grouped.labels(outcome="placed").inc(report.placed)
    metrics.people_grouped.labels(outcome="unplaced").inc(report.waiting)
    if waiting:
        hubs = ", ".join(str(hub) for hub in waiting)
        raise Conflict("grouping_overtaken", f"people or offers keep changing at {hubs}; try again")
    return report


def replan(db: ServiceDatabase, request: ReplanGroups, settings: SessionsSettings) -> ReplanReport:
    """Work out the groups and days anew with the fewest people moved; with `commit`, do so."""
    course, cohort, hub = request.course, request.cohort, request.delivery_partner_id
    if request.commit and request.without_people:
        told = {"without_people": ["withdraw them at enrolment first, and plan without this"]}
        raise Invalid("invalid_fields", "people withdraw at enrolment", told)
    without = grouping.Without(
        frozenset(request.without_coaches), frozenset(request.without_people)
    )
    with db.transaction() as tx:
        hubs = list(queries.offers(tx, course, cohort, hub))
        if not hubs:
            raise NotFound("offer_not_found", f"nothing is offered to {course} {cohort}")
        data = grouping.data_of_each(tx, course, cohort, hubs, may_move=True, without=without)
        days = seating.data(
            tx,
            course,
            cohort,
            settings.venue_within_km,
            without_venues=request.without_venues,
            without_people=request.without_people,
        )
    found = _solve(data, settings, together=hub is None)
    seats = seating.solve(days)
    if request.commit:
        written = _write(db, course, cohort, data, found, without)
        if len(written) < len(data):
            raise Conflict("replan_overtaken", "people or offers changed meanwhile: try again")
        with db.transaction() as tx:
            offers.withdraw(tx, course, cohort, request.without_coaches, request.without_venues)
            seating.write(tx, days, seats)
        _follow(db, course, cohort, settings)
    unplaced = _unplaced(found)
    return ReplanReport(
        committed=request.commit,
        moved=_moved(data, found),
        coaches=[one for seen, outcome in _both(data, found) for one in _coaches(seen, outcome)],
        ended=[UUID(group) for outcome in found for group in outcome["ended"]],
        formed=sum(len(outcome["formed"]) for outcome in found),
        placed=sum(outcome["placed"] for outcome in found),
        bound=sum(outcome["bound"] for outcome in found),
        proven=all(outcome["proven"] for outcome in found) and seats["proven"],
        waiting=len(unplaced),
        unplaced=unplaced[:MOST_TOLD],
        days=seating.moved(days, seats),
        without_seat=seating.not_seated(days, seats)[:MOST_TOLD],
        elsewhere=sum(len(outcome["elsewhere"]) for outcome in found),
        soft=_soft(found),
    )


def _solve(data: list[Data], settings: SessionsSettings, *, together: bool) -> list[Data]:
    given = {
        "least": settings.group_least,
        "most": settings.group_most,
        "phases": settings.phases,
        "within_km": settings.join_within_km if together else None,
        "hubs": data,
    }
    found = jobs.run(
        "sessions.domain.grouping:solve",
        given,
        seconds=SOLVER_SECONDS,
        megabytes=SOLVER_MEGABYTES,
    )
    outcomes: list[Data] = found["hubs"]
    return outcomes


def _write(
    db: ServiceDatabase,
    course: str,
    cohort: str,
    data: list[Data],
    found: list[Data],
    without: grouping.Without | None = None,
    *,
    transferred: bool = False,
) -> set[UUID]:
    """Put each hub's result into the books, with that of the hubs whose people come to it, unless
    what it was made from has changed; the hubs whose were."""
    seen = {UUID(hub["hub"]): hub for hub in data}
    outcomes = {UUID(outcome["hub"]): outcome for outcome in found}
    written: set[UUID] = set()
    for hub, outcome in outcomes.items():
        if outcome["elsewhere"]:
            continue  # it is written with the hub that its people go to
        away = {UUID(home) for home in outcome["guests"].values()}
        together = sorted({hub, *away})
        with db.transaction() as tx:
            for one in together:
                queries.offers(tx, course, cohort, one, lock=True)
            now = grouping.hub_data(
                tx,
                course,
                cohort,
                together,
                may_move=seen[hub]["may_move"],
                without=without or grouping.NOBODY,
                transferred=transferred,
            )
            if now != [seen[UUID(one["hub"])] for one in now] or len(now) < len(together):
                continue
            for home in sorted(away):  # first, so that its people are free to come
                regrouping.write_hub(tx, course, cohort, outcomes[home])
            regrouping.write_hub(tx, course, cohort, outcome)
        written |= set(together)
    return written


def _follow(db: ServiceDatabase, course: str, cohort: str, settings: SessionsSettings) -> None:
    """A cohort whose plan is in the calendar gets its new sessions and seats at once."""
    with db.transaction() as tx:
        is_scheduled = queries.is_scheduled(tx, course, cohort)
    if is_scheduled:
        rounds.schedule_sessions(db, course, cohort, settings)


def _report(outcomes: list[Data], stranded: list[Enrolment]) -> GroupingReport:
    unplaced = _unplaced(outcomes)
    for person in stranded:
        reason = "no_offer" if person.delivery_partner_id else "no_hub"
        unplaced.append(
            NotPlaced(
                application_id=person.application_id,
                delivery_partner_id=person.delivery_partner_id,
                reason=reason,
                detail=WORDS[reason],
                helps=HELPS[reason],
                tried_next=GROUPS_TRIED,
            )
        )
    placed = sum(outcome["placed"] for outcome in outcomes)
    bound = sum(outcome["bound"] for outcome in outcomes)
    return GroupingReport(
        formed=sum(len(outcome["formed"]) for outcome in outcomes),
        placed=placed,
        bound=bound,
        proven=all(outcome["proven"] for outcome in outcomes),
        waiting=len(unplaced),
        unplaced=unplaced[:MOST_TOLD],
        gap=_share(bound - placed, bound),
        elsewhere=sum(len(outcome["elsewhere"]) for outcome in outcomes),
        soft=_soft(outcomes),
    )


def _soft(outcomes: Collection[Data]) -> list[SoftAim]:
    found = []
    for name in ("phase", "travel"):
        value = sum(outcome["soft"][name]["value"] for outcome in outcomes)
        bound = sum(outcome["soft"][name]["bound"] for outcome in outcomes)
        found.append(SoftAim(name=name, value=value, bound=bound, gap=_share(value - bound, value)))
    return found


def _share(part: int, whole: int) -> Decimal:
    return (Decimal(part) / whole).quantize(Decimal("0.000001")) if whole else Decimal(0)


def _unplaced(outcomes: Collection[Data]) -> list[NotPlaced]:
    return [
        NotPlaced(
            application_id=UUID(person),
            delivery_partner_id=UUID(outcome["hub"]),
            reason=told["reason"],
            detail=told["detail"],
            helps=HELPS[told["reason"]],
            tried_next=GROUPS_TRIED,
        )
        for outcome in outcomes
        for person, told in outcome["unplaced"].items()
    ]


def _both(data: list[Data], found: list[Data]) -> list[tuple[Data, Data]]:
    return list(zip(data, found, strict=True))


def _moved(data: list[Data], found: list[Data]) -> list[MovedPerson]:
    """Who is not where they were, over all hubs: a person may be in another one's group now."""
    slots = {group["id"]: group["slot"] for seen in data for group in seen["groups"]}
    now: dict[str, tuple[str | None, str, str]] = {}  # person: group, slot, hub
    for outcome in found:
        hub = outcome["hub"]
        now |= {person: (id, slots[id], hub) for person, id in outcome["joined"].items()}
        for formed in outcome["formed"]:
            now |= dict.fromkeys(formed["members"], (None, formed["slot"], hub))
    moved = []
    for seen in data:
        for group in seen["groups"]:
            for member in group["members"]:
                id, slot, hub = now.get(member["id"], (None, None, None))
                if id != group["id"]:
                    moved.append(
                        MovedPerson(
                            application_id=UUID(member["id"]),
                            former_group_id=UUID(group["id"]),
                            group_id=UUID(id) if id else None,
                            slot=slot,
                            delivery_partner_id=UUID(hub) if hub else None,
                        )
                    )
    return moved


def _coaches(seen: Data, outcome: Data) -> list[GroupCoach]:
    former = {
        group["id"]: group["coach"]["id"] if group["coach"] else None for group in seen["groups"]
    }
    return [
        GroupCoach(
            group_id=UUID(group),
            former_coach_staff_id=UUID(before) if (before := former[group]) else None,
            coach_staff_id=UUID(coach),
        )
        for group, coach in outcome["led"].items()
        if former[group] != coach
    ]
