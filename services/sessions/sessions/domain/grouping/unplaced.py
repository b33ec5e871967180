"""Why someone has no coaching group, told so that somebody can act on it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sessions.domain.grouping.hub import Candidate, Coach
from sessions.domain.grouping.model import HubModel
from sessions.domain.reasons import WORDS


def reason_for(
    candidate: Candidate,
    v: HubModel,
    joined: Mapping[str, str],
    formed: Sequence[Mapping[str, Any]],
    led: Mapping[str, str],
) -> dict[str, str]:
    """`{"reason": code of the most wanted slot, "detail": what holds for each slot}`."""
    offered = {*v.hub.slots, *(group.slot for group in v.hub.groups)}
    slots = [slot for slot in candidate.slots if slot in offered]
    if not candidate.slots:
        return {"reason": "no_availability", "detail": WORDS["no_availability"]}
    if not slots:
        return {"reason": "no_slot_in_common", "detail": WORDS["no_slot_in_common"]}

    placed = {*joined, *(person for group in formed for person in group["members"])}
    waiting = [c for c in v.hub.candidates if c.person.id not in placed]
    found = []
    for slot in slots:
        groups = _groups_in(slot, v, joined, formed, led)
        busy = {coach for coach, _ in groups}
        idle = [
            c for c in _with_time(v, formed, led) if slot in c.slots and c.person.id not in busy
        ]
        free = [c for c in idle if candidate.person.access <= c.person.access]
        access_of = {c.person.id: c.person.access for c in v.hub.coaches}
        access_of |= {g.coach.id: g.coach.access for g in v.hub.groups if g.coach}
        apart = [
            {v.family[person] for person in (*members, *([coach] if coach else []))}
            for coach, members in groups
            if len(members) < v.most
            and candidate.person.access <= access_of.get(coach or "", frozenset())
        ]
        out_of_reach = len(free) < len(idle) or any(
            len(members) < v.most
            and not candidate.person.access <= access_of.get(coach or "", frozenset())
            for coach, members in groups
        )
        mine = v.family[candidate.person.id]
        able = sum(slot in other.slots for other in waiting)
        if apart and all(mine in others for others in apart):
            found.append("trust_cap")
        elif apart:
            found.append("not_found_in_time")
        elif not free and out_of_reach:
            found.append("access_needs")
        elif not free:
            found.append("no_coach")
        elif all(v.family[coach.person.id] == mine for coach in free):
            found.append("trust_cap")
        elif able < v.least:
            found.append("below_least")
        else:
            found.append("trust_cap")
    detail = "; ".join(f"{slot}: {WORDS[code]}" for slot, code in zip(slots, found, strict=True))
    return {"reason": found[0], "detail": detail}


def _groups_in(
    slot: str,
    v: HubModel,
    joined: Mapping[str, str],
    formed: Sequence[Mapping[str, Any]],
    led: Mapping[str, str],
) -> list[tuple[str | None, set[str]]]:
    """The slot's groups as they come out: coach and members."""
    groups = [(group["coach"], set(group["members"])) for group in formed if group["slot"] == slot]
    for group in v.hub.groups:
        if group.slot == slot and (not v.hub.may_move or group.id in led):
            members = {member.id for member in group.members}
            members |= {person for person, id in joined.items() if id == group.id}
            groups.append((group.coach.id if group.coach else led.get(group.id), members))
    return groups


def _with_time(
    v: HubModel, formed: Sequence[Mapping[str, Any]], led: Mapping[str, str]
) -> list[Coach]:
    """Coaches who could lead one more group."""
    leading = Counter([*(group["coach"] for group in formed), *led.values()])
    return [coach for coach in v.hub.coaches if leading[coach.person.id] < coach.most]
