"""Why someone has no coaching group, told so that somebody can act on it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sessions.domain.grouping import Candidate, Hub

WORDS = {
    "no_hub": "has no delivery partner yet",
    "no_offer": "the hub has not said what it offers to this cohort",
    "no_availability": "has not said which slots they can do",
    "no_slot_in_common": "can do none of the slots that the hub offers",
    "trust_cap": "each group with room has someone of their school or trust, or such a coach",
    "no_coach": "no coach is free, and its groups, if any, are full",
    "below_least": "too few people without a group can do it",
    "not_found_in_time": "the solver ran out of time",
}


def reason_for(
    candidate: "Candidate",
    hub: "Hub",
    joined: Mapping[str, str],
    formed: Sequence[Mapping[str, Any]],
    family: Mapping[str, str],
    least: int,
    most: int,
) -> dict[str, str]:
    """`{"reason": code of the most wanted slot, "detail": what holds for each slot}`."""
    offered = {*hub.coaches, *(group.slot for group in hub.groups)}
    slots = [slot for slot in candidate.slots if slot in offered]
    if not candidate.slots:
        return {"reason": "no_availability", "detail": WORDS["no_availability"]}
    if not slots:
        return {"reason": "no_slot_in_common", "detail": WORDS["no_slot_in_common"]}

    placed = {*joined, *(person for group in formed for person in group["members"])}
    waiting = [c for c in hub.candidates if c.person.id not in placed]
    found = []
    for slot in slots:
        groups = [set(group["members"]) for group in formed if group["slot"] == slot]
        leading = [group["coach"] for group in formed if group["slot"] == slot]
        for group in hub.groups:
            if group.slot == slot:
                members = {member.id for member in group.members}
                groups.append(members | {p for p, id in joined.items() if id == group.id})
                leading.append(group.coach.id if group.coach else None)
        free = [c for c in hub.coaches.get(slot, ()) if c.id not in leading]
        apart = [
            {family[person] for person in group} | ({family[coach]} if coach else set())
            for group, coach in zip(groups, leading, strict=True)
            if len(group) < most
        ]
        mine = family[candidate.person.id]
        able = sum(slot in other.slots for other in waiting)
        if apart and all(mine in others for others in apart):
            found.append("trust_cap")
        elif apart:
            found.append("not_found_in_time")
        elif not free:
            found.append("no_coach")
        elif all(family[coach.id] == mine for coach in free):
            found.append("trust_cap")
        elif able < least:
            found.append("below_least")
        else:
            found.append("trust_cap")
    detail = "; ".join(f"{slot}: {WORDS[code]}" for slot, code in zip(slots, found, strict=True))
    return {"reason": found[0], "detail": detail}
