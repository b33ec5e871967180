"""Coaching groups: who meets whom, when, and with which coach.

Hard rules: a slot that each can do, five to eight people, no two of a school or trust and none of
the coach's, no coach in two groups at once or in more groups than they can lead. Most people
placed comes first; then, where people may be moved, fewest moved; then their preferences, then
fewer groups. A hub is solved by itself (docs: `sessions.domain.grouping.model`).
"""

from typing import Any

from sessions.domain.grouping.coaches import share_out
from sessions.domain.grouping.dealing import deal
from sessions.domain.grouping.hub import Hub, read_hub
from sessions.domain.grouping.model import HubModel, model_of, placing, preference, staying
from sessions.domain.grouping.unplaced import reason_for

SECONDS_FOR_A_STEP = 20.0


def solve(data: dict[str, Any]) -> dict[str, Any]:
    """Group every hub in `data`; both ways plain JSON values, since this runs in its own process.

    `{"least", "most", "hubs": [{"hub", "people": [{"id", "school", "trust", "slots"}],
    "coaches": {slot: [person]}, "most_groups": {coach: so many in all}, "may_move": bool,
    "groups": [{"id", "slot", "coach", "members"}]}]}` gives
    `{"hubs": [{"hub", "joined": {person: group}, "formed": [{"slot", "coach", "members"}],
    "ended": [group], "led": {group: coach}, "unplaced": {person: {"reason", "detail"}},
    "placed", "bound", "gap", "moved", "proven"}]}`.

    `most_groups` counts the standing groups too. It and `may_move` may be left out: a coach then
    leads a group in each of their slots, and whoever is in a group stays. Where people may move,
    members need `slots` as well, `joined` tells everyone who is in a standing group afterwards,
    and `led` who leads those. `bound` is how many could be placed at most, `gap` the share of it
    that is not proven away.
    """
    least, most = data["least"], data["most"]
    return {"hubs": [group_hub(read_hub(hub), least, most) for hub in data["hubs"]]}


def group_hub(hub: Hub, least: int, most: int) -> dict[str, Any]:
    """Groups for one hub, as `solve` gives them. Each aim is reached before the next is looked at,
    and holds while it is."""
    v = model_of(hub, least, most)
    most_placed = v.model.maximise(placing(v), SECONDS_FOR_A_STEP)
    v.model.row(placing(v), low=most_placed.objective, high=most_placed.objective)
    proven = most_placed.proven
    if hub.may_move:
        fewest_moved = v.model.maximise(staying(v), SECONDS_FOR_A_STEP)
        v.model.row(staying(v), low=fewest_moved.objective, high=fewest_moved.objective)
        proven &= fewest_moved.proven
    preferred = v.model.maximise(preference(v), SECONDS_FOR_A_STEP)

    joined = {person: group for (person, group), n in v.joins.items() if preferred.values[n]}
    leading, led = _coaches(v, preferred.values)
    formed = _deal(v, preferred.values, leading)
    placed = {*joined, *(person for group in formed for person in group["members"])}
    now = {c.person.id: c.now for c in hub.candidates if c.now is not None}
    bound = int(most_placed.bound + 1e-6)
    return {
        "hub": hub.id,
        "joined": joined,
        "formed": formed,
        "ended": [group for group, n in v.keeps.items() if not preferred.values[n]],
        "led": led,
        "unplaced": {
            candidate.person.id: reason_for(candidate, v, joined, formed, led)
            for candidate in hub.candidates
            if candidate.person.id not in placed
        },
        "placed": most_placed.objective,
        "bound": bound,
        "gap": (bound - most_placed.objective) / bound if bound else 0.0,
        "moved": sum(joined.get(person) != group for person, group in now.items()),
        "proven": proven and preferred.proven,
    }


def _coaches(v: HubModel, values: list[int]) -> tuple[dict[str, list[str]], dict[str, str]]:
    """Slot → who leads its new groups; standing group → who leads it, where that is open."""
    slot_of = {group.id: group.slot for group in v.hub.groups}
    leading: dict[str, list[str]] = {}
    led: dict[str, str] = {}
    for who in v.classes:
        new = {slot: values[n] for (other, slot), n in v.leads.items() if other == who}
        mine = [id for (other, id), n in v.takes.items() if other == who and values[n]]
        theirs, standing = share_out(who, new, {id: slot_of[id] for id in mine})
        for slot, coaches in theirs.items():
            leading.setdefault(slot, []).extend(coaches)
        led |= standing
    return leading, led


def _deal(v: HubModel, values: list[int], leading: dict[str, list[str]]) -> list[dict[str, Any]]:
    formed: list[dict[str, Any]] = []
    for slot in v.hub.slots:
        people = [p for (p, at), n in v.attends.items() if at == slot and values[n]]
        coaches = sorted(leading.get(slot, ()))
        groups = deal(people, coaches, v.family)
        formed += [
            {"slot": slot, "coach": coach, "members": members}
            for coach, members in zip(coaches, groups, strict=True)
        ]
    return formed
