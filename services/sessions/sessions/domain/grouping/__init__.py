"""Coaching groups: who meets whom, when, and with which coach.

Hard rules: a slot that each can do, five to eight people, no two of a school or trust and none of
the coach's, no coach in two groups at once or in more groups than they can lead, and what somebody
needs to take part. Most people placed comes first; then, where people may be moved, fewest moved;
then their preferences, then fewer groups, then phases, then guests' ways. A hub is solved by itself
(docs: `sessions.domain.grouping.model`); people of one too small for a group join the nearest. So
do people of a hub that is planned anew and is left without a group.
"""

from typing import Any

from sessions.domain.grouping import phases, soft
from sessions.domain.grouping.coaches import share_out
from sessions.domain.grouping.dealing import arrange, deal
from sessions.domain.grouping.hub import Hub, read_hub
from sessions.domain.grouping.joining import guests_of, hosts_of, join
from sessions.domain.grouping.model import (
    HubModel,
    Lane,
    model_of,
    placing,
    placing_hosts,
    preference,
    staying,
)
from sessions.domain.grouping.unplaced import reason_for

SECONDS_FOR_A_STEP = 20.0
SECONDS_FOR_SOFT_AIMS = 30.0
"""Of all hubs together, for each; no more than two of one."""


def solve(data: dict[str, Any]) -> dict[str, Any]:
    """Group every hub in `data`; both ways plain JSON values, since this runs in its own process.

    `{"least", "most", "phases": "ignore" | "mix" | "same", "within_km", "hubs": [{"hub", "name",
    "place": [latitude, longitude], "people": [{"id", "school", "trust", "phase", "slots",
    "access": [need], "before": group, "place"}], "coaches": {slot: [person]}, "most_groups":
    {coach: so many in all}, "may_move", "groups": [{"id", "slot", "coach", "members"}]}]}` gives
    `{"hubs": [{"hub", "joined": {person: group}, "formed": [{"slot", "coach", "members"}],
    "ended": [group], "led": {group: coach}, "unplaced": {person: {"reason", "detail"}},
    "guests": {person: their own hub}, "elsewhere": {person: hub}, "placed", "bound", "gap",
    "moved", "proven", "soft": {"phase" | "travel": {"value", "bound"}}}]}`.

    `most_groups` counts the standing groups too. It and `may_move` may be left out: a coach then
    leads a group in each of their slots, and whoever is in a group stays. Where people may move,
    members need `slots` as well, `joined` tells everyone who is in a standing group afterwards,
    and `led` who leads those. `bound` is how many could be placed at most, `gap` the share of it
    that is not proven away. Of a hub too small for a group, `elsewhere` tells where its people
    are; they are among the other hub's `guests`. Without `within_km` nobody joins another hub.
    """
    least, most, wish = data["least"], data["most"], data.get("phases", "ignore")
    seconds = min(2.0, SECONDS_FOR_SOFT_AIMS / max(1, len(data["hubs"])))
    found = [group_hub(read_hub(hub), least, most, wish, seconds) for hub in data["hubs"]]
    hosts = hosts_of(data, found)
    guests = guests_of(data, hosts)
    for number, (hub, outcome) in enumerate(zip(data["hubs"], found, strict=True)):
        if coming := guests.get(hub["hub"]):
            people = [*hub["people"], *coming]
            again, at_least = read_hub(hub | {"people": people}), outcome["placed"]
            found[number] = group_hub(again, least, most, wish, seconds, at_least)
    join(data, found, hosts)
    return {"hubs": found}


def group_hub(
    hub: Hub, least: int, most: int, wish: str, seconds: float, hosts: int | None = None
) -> dict[str, Any]:
    """Groups for one hub, as `solve` gives them. Each aim is reached before the next is looked at,
    and holds while it is. `wish`: of phases; `seconds`: for each soft aim. `hosts`: so many of its
    own people are placed, whoever else comes."""
    v = model_of(hub, least, most)
    proven = True
    if hosts is not None:
        own = v.model.maximise(placing_hosts(v), SECONDS_FOR_A_STEP)
        v.model.row(placing_hosts(v), low=min(hosts, own.objective), high=len(hub.candidates))
        proven = own.proven
    most_placed = v.model.maximise(placing(v), SECONDS_FOR_A_STEP)
    v.model.row(placing(v), low=most_placed.objective, high=most_placed.objective)
    proven &= most_placed.proven
    if hub.may_move:
        fewest_moved = v.model.maximise(staying(v), SECONDS_FOR_A_STEP)
        v.model.row(staying(v), low=fewest_moved.objective, high=fewest_moved.objective)
        proven &= fewest_moved.proven
    preferred = v.model.maximise(preference(v), SECONDS_FOR_A_STEP)
    v.model.row(preference(v), low=preferred.objective)
    values, bounds = soft.settle(v, preferred.values, wish, seconds)

    joined = {person: group for (person, group), n in v.joins.items() if values[n]}
    leading, led = _coaches(v, values)
    formed = _deal(v, values, leading, wish)
    placed = {*joined, *(person for group in formed for person in group["members"])}
    now = {c.person.id: c.now for c in hub.candidates if c.now is not None}
    bound = int(most_placed.bound + 1e-6)
    return {
        "hub": hub.id,
        "joined": joined,
        "formed": formed,
        "ended": [group for group, n in v.keeps.items() if not values[n]],
        "led": led,
        "unplaced": {
            candidate.person.id: reason_for(candidate, v, joined, formed, led)
            for candidate in hub.candidates
            if candidate.person.id not in placed
        },
        "guests": {},
        "elsewhere": {},
        "placed": most_placed.objective,
        "bound": bound,
        "gap": (bound - most_placed.objective) / bound if bound else 0.0,
        "moved": sum(joined.get(person) != group for person, group in now.items()),
        "proven": proven and preferred.proven,
        "soft": soft.told(v, wish, bounds, formed, joined),
    }


def _coaches(v: HubModel, values: list[int]) -> tuple[dict[Lane, list[str]], dict[str, str]]:
    """Lane → who leads its new groups; standing group → who leads it, where that is open."""
    slot_of = {group.id: group.slot for group in v.hub.groups}
    leading: dict[Lane, list[str]] = {}
    led: dict[str, str] = {}
    for who in v.classes:
        new = {slot: values[n] for (other, slot), n in v.leads.items() if other == who}
        mine = [id for (other, id), n in v.takes.items() if other == who and values[n]]
        theirs, standing = share_out(who, new, {id: slot_of[id] for id in mine})
        for slot, coaches in theirs.items():
            leading.setdefault((slot, who.access), []).extend(coaches)
        led |= standing
    return leading, led


def _deal(
    v: HubModel, values: list[int], leading: dict[Lane, list[str]], wish: str
) -> list[dict[str, Any]]:
    formed: list[dict[str, Any]] = []
    phase = {candidate.person.id: candidate.person.phase for candidate in v.hub.candidates}
    for lane in v.forms:
        people = [p for (p, at), n in v.attends.items() if at == lane and values[n]]
        found = [(people, sorted(leading.get(lane, ())))]
        if wish == "same":
            found = phases.parts(*found[0], v.family, phase, (v.least, v.most))
        for members, coaches in found:
            groups = arrange(deal(members, coaches, v.family), coaches, v.family, phase, wish)
            formed += [
                {"slot": lane[0], "coach": coach, "members": group}
                for coach, group in zip(coaches, groups, strict=True)
            ]
    return formed
