"""What DfE does by itself to what a provider has there: administrators, people, other providers.

Each change takes an order that names what it is done to; `choose` completes one that does not.
None of them leaves a trace in the API but the changed records: an application that has vanished is
in no list any more.
"""

from collections.abc import Callable, Iterator
from typing import Any

from dfe_simulator import administering
from dfe_simulator.changing import Change
from dfe_simulator.planning import OTHER_PROVIDER
from dfe_simulator.records import Application
from dfe_simulator.registering import register
from dfe_simulator.world import World


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
    "revert": administering.revert,
    "funding": administering.change_funding,
    "cohort": administering.change_cohort,
    "training": administering.change_training,
    "merge": _merge,
    "person": _person,
    "register": _register,
}

POSSIBLE: dict[str, Callable[[World, Application], bool]] = {
    "vanish": lambda world, record: True,
    "revert": lambda world, record: (
        record.status == "accepted" and administering.may_revert(world, record)
    ),
    "funding": administering.may_change_funding,
}
"""Which applications a change could be done to, where the order leaves that open."""
