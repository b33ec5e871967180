"""A hub too small for a group: its people join the nearest that has groups, or are told why not."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sessions.domain.distance import kilometres
from sessions.domain.grouping.hub import with_slot
from sessions.domain.reasons import WORDS


@dataclass(frozen=True)
class Host:
    """The hub that a small one's people come to, and how far it is."""

    hub: dict[str, Any]
    km: float


def hosts_of(data: dict[str, Any], found: list[dict[str, Any]]) -> dict[str, Host]:
    """Small hub → the nearest one that has groups.

    Where none is in reach, the nearest that is small too and has coaches: together they may be
    enough. The larger is the host then.
    """
    hubs = list(zip(data["hubs"], found, strict=True))
    small = {hub["hub"]: hub for hub, outcome in hubs if is_too_small(hub, outcome)}
    grouped = [hub for hub, outcome in hubs if has_groups(hub, outcome)]
    hosts: dict[str, Host] = {}
    for id, hub in sorted(small.items()):
        if (near := _nearest(hub, grouped, data)) is not None:
            hosts[id] = near
    alone = {id: hub for id, hub in sorted(small.items()) if id not in hosts}
    for id, hub in sorted(alone.items(), key=lambda item: (len(people_of(item[1])), item[0])):
        if any(host.hub["hub"] == id for host in hosts.values()):
            continue  # others come to it
        others = [
            other
            for other in alone.values()
            if other["hub"] not in hosts and other["hub"] != id and _has_coach(other)
        ]
        if (near := _nearest(hub, others, data)) is not None:
            hosts[id] = near
    return hosts


def guests_of(data: dict[str, Any], hosts: Mapping[str, Host]) -> dict[str, list[dict[str, Any]]]:
    """Hub → the people who come to it. Who has said no slots can be placed nowhere."""
    guests: dict[str, list[dict[str, Any]]] = {}
    for hub in data["hubs"]:
        if host := hosts.get(hub["hub"]):
            coming = [
                person | {"guest": True, "km": _way(person, host)}
                for person in people_of(hub)
                if person["slots"]
            ]
            guests.setdefault(host.hub["hub"], []).extend(coming)
    return guests


def join(data: dict[str, Any], found: list[dict[str, Any]], hosts: Mapping[str, Host]) -> None:
    """Put into each outcome who came from where, and who is told that their hub is too small."""
    outcomes = {outcome["hub"]: outcome for outcome in found}
    hubs = list(zip(data["hubs"], found, strict=True))
    small = {hub["hub"] for hub, outcome in hubs if is_too_small(hub, outcome)}
    for hub, own in hubs:
        host = hosts.get(hub["hub"])
        for person in people_of(hub) if host else ():
            id, there = person["id"], outcomes[host.hub["hub"]] if host else own
            if host is None or not person["slots"]:
                continue
            if there["unplaced"].pop(id, None) is None:
                there["guests"][id] = hub["hub"]
                own["elsewhere"][id] = host.hub["hub"]
                del own["unplaced"][id]
        for id, told in own["unplaced"].items() if hub["hub"] in small else ():
            if told["reason"] == "below_least" or hub.get("may_move"):
                own["unplaced"][id] = _told(data, hub, host, told)


def people_of(hub: dict[str, Any]) -> list[dict[str, Any]]:
    """Whom a hub has to place: where people may be moved, its groups' members as well, who can do
    their group's slot whatever they have said since."""
    if not hub.get("may_move"):
        return list(hub["people"])
    members = [
        member | {"slots": with_slot(group["slot"], member["slots"])}
        for group in hub["groups"]
        for member in group["members"]
    ]
    return [*hub["people"], *members]


def has_groups(hub: dict[str, Any], outcome: dict[str, Any]) -> bool:
    """Whether it has any group afterwards, a new one or one that stands."""
    return bool(outcome["formed"]) or len(outcome["ended"]) < len(hub["groups"])


def is_too_small(hub: dict[str, Any], outcome: dict[str, Any]) -> bool:
    """Whether it can form no group: since too few of its people share a slot, or, where people may
    be moved, for whatever reason."""
    few = any(told["reason"] == "below_least" for told in outcome["unplaced"].values())
    return (few or bool(hub.get("may_move") and outcome["unplaced"])) and not has_groups(
        hub, outcome
    )


def _way(person: dict[str, Any], host: Host) -> int:
    """Kilometres from where they travel from, their hub's place if that is not known."""
    if not person.get("place"):
        return round(host.km)
    return round(kilometres(tuple(person["place"]), tuple(host.hub["place"])))


def _has_coach(hub: dict[str, Any]) -> bool:
    keeps = hub.get("may_move") and any(group["coach"] for group in hub["groups"])
    return bool(keeps) or any(hub["coaches"].values())


def _nearest(
    small: dict[str, Any], others: list[dict[str, Any]], data: dict[str, Any]
) -> Host | None:
    within = data.get("within_km")
    if not small.get("place") or within is None:
        return None
    here = tuple(small["place"])
    ranked = [
        (kilometres(here, tuple(hub["place"])), hub["hub"], hub)
        for hub in others
        if hub.get("place")
    ]
    if not ranked:
        return None
    far, _, hub = min(ranked, key=lambda item: item[:2])
    return Host(hub, far) if far <= within else None


def _told(
    data: dict[str, Any], hub: dict[str, Any], host: Host | None, told: dict[str, str]
) -> dict[str, str]:
    if told["reason"] == "no_availability":
        return told
    words = f"{WORDS['hub_too_small']} of {data['least']} ({told['detail']})"
    reason = "hub_too_small" if told["reason"] == "below_least" else told["reason"]
    if data.get("within_km") is None:
        other = "no other hub was looked at"
    elif not hub.get("place"):
        other = "where the hub is is not known, so that no nearest one can be found"
    elif host is None:
        other = f"no hub with groups is within {data['within_km']:g} km"
    else:
        other = (
            f"at the nearest, {host.hub.get('name') or host.hub['hub']}, {host.km:.0f} km away, "
        )
        other += "there is no place either"
    return {"reason": reason, "detail": f"{words}; {other}"}
