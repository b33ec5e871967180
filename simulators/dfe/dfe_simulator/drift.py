"""What DfE does by itself to what a provider has there: administrators, people, other providers.

Each change takes an order that names what it is done to; `choose` completes one that does not.
None of them leaves a trace in the API but the changed records: an application that has vanished is
in no list any more.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from dfe_simulator.planning import OTHER_PROVIDER, SeedPlan
from dfe_simulator.records import Application
from dfe_simulator.registering import register
from dfe_simulator.world import World

REVERTABLE_STATES = frozenset({"voided", "ineligible", "awaiting_clawback", "clawed_back"})
"""Of declarations: with any other, an application does not become pending again."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """What is to be done, to which world, and when. `random` is the same for the same change."""

    world: World
    plan: SeedPlan
    order: Mapping[str, Any]
    at: datetime
    random: Random

    @property
    def application(self) -> Application:
        """The one that the order names. Raises ValueError."""
        record = self.world.applications.get(self.order["application_id"])
        if record is None:
            raise ValueError("there is no such application")
        return record


def choose(name: str, change: Change) -> dict[str, Any] | None:
    """The order with what it leaves open; None when there is nothing that it could be done to.

    Raises ValueError for a change that there is not.
    """
    if name not in CHANGES:
        raise ValueError(f"a change is one of {', '.join(sorted(CHANGES))}")
    order = dict(change.order)
    if name == "merge" and not order:
        return _two_participants(change)
    if name in POSSIBLE and "application_id" not in order:
        candidates = [r for r in _ours(change) if POSSIBLE[name](change.world, r)]
        if not candidates:
            return None
        order["application_id"] = change.random.choice(candidates).application_id
    return order


def apply(name: str, change: Change) -> None:
    """Do it. Raises ValueError when that cannot be done, KeyError when the order is incomplete."""
    CHANGES[name](change)


def _ours(change: Change) -> Iterator[Application]:
    applications = change.world.applications.in_order()
    return (record for record in applications if record.lead_provider == change.plan.lead_provider)


def _vanish(change: Change) -> None:
    """To another provider, who was chosen afterwards."""
    record = change.application
    record.lead_provider, record.updated_at = OTHER_PROVIDER, change.at


def _may_revert(world: World, record: Application) -> bool:
    declared = world.declarations_of(record.application_id)
    return record.status != "pending" and all(d.state in REVERTABLE_STATES for d in declared)


def _revert(change: Change) -> None:
    """Pending again: what DfE leaves of the acceptance is its date, schedule and training status.

    Source: `app/services/applications/revert_to_pending.rb`.
    """
    record = change.application
    if not _may_revert(change.world, record):
        raise ValueError("it is pending, or has declarations that stand in the way")
    record.status, record.reason_for_rejection = "pending", None
    record.funded_place, record.updated_at = None, change.at
    record.history.clear()
    change.world.people[record.participant_id].updated_at = change.at


def _may_change_funding(world: World, record: Application) -> bool:
    if not record.eligible_for_funding:
        return True
    return not record.funded_place and not world.live_declarations(record)


def _funding(change: Change) -> None:
    """Eligible, or not any more, by an administrator's decision.

    Source: `app/services/applications/change_funding_eligibility.rb`.
    """
    record = change.application
    if not _may_change_funding(change.world, record):
        raise ValueError("its place is funded, or it has declarations")
    eligible = bool(change.order.get("eligible", not record.eligible_for_funding))
    record.eligible_for_funding, record.updated_at = eligible, change.at
    record.status_code = "marked_funded_by_policy" if eligible else "marked_ineligible_by_policy"


def _two_participants(change: Change) -> dict[str, Any] | None:
    """Someone who registered twice, if anybody did; else any two."""
    ours = list({record.participant_id: None for record in _ours(change)})
    if len(ours) < 2:
        return None
    for kept in ours:
        for twin in change.world.same_trn(change.world.people[kept]):
            if twin.participant_id in ours:
                return {"from_participant_id": twin.participant_id, "to_participant_id": kept}
    former, kept = change.random.sample(ours, 2)
    return {"from_participant_id": former, "to_participant_id": kept}


def _merge(change: Change) -> None:
    order = change.order
    change.world.merge(order["from_participant_id"], order["to_participant_id"], change.at)


def _person(change: Change) -> None:
    """Another name, address or TRN; null for an address that a clash has blanked."""
    order = change.order
    person = change.world.people.get(order["participant_id"])
    if person is None:
        raise ValueError("there is no such participant")
    if "full_name" in order and order["full_name"] != person.full_name:
        person.previous_names.append(person.full_name)
        person.full_name = str(order["full_name"])
    if "email" in order:
        person.email = None if order["email"] is None else str(order["email"])
    if order.get("trn"):
        change.world.give_trn(person, str(order["trn"]), change.at)
    person.updated_at = change.at


def _register(change: Change) -> None:
    """More people apply."""
    number = int(change.order.get("number", 1))
    register(change.world, change.plan, number, change.at, change.random)


CHANGES: dict[str, Callable[[Change], None]] = {
    "vanish": _vanish,
    "revert": _revert,
    "funding": _funding,
    "merge": _merge,
    "person": _person,
    "register": _register,
}

POSSIBLE: dict[str, Callable[[World, Application], bool]] = {
    "vanish": lambda world, record: True,
    "revert": lambda world, record: record.status == "accepted" and _may_revert(world, record),
    "funding": _may_change_funding,
}
"""Which applications a change could be done to, where the order leaves that open."""
