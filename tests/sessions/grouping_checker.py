"""Checks a grouping against the rules, and finds the best one by trying all.

Written apart from the solver, from the rules alone: it shares no code with it.
"""

from itertools import combinations, product


def broken_rules(data, result):
    """What is wrong with `result` (both as `solve` takes and gives them), as sentences."""
    problems = []
    for hub, outcome in zip(data["hubs"], result["hubs"], strict=True):
        people = {person["id"]: person for person in hub["people"]}
        groups = [
            (new["slot"], _coach(hub, new["slot"], new["coach"]), new["members"], True)
            for new in outcome["formed"]
        ]
        for group in hub["groups"]:
            people |= {member["id"]: member for member in group["members"]}
            joined = [p for p, id in outcome["joined"].items() if id == group["id"]]
            members = [member["id"] for member in group["members"]] + joined
            groups.append((group["slot"], group["coach"], members, False))
            problems += [
                f"{p} cannot do {group['slot']}"
                for p in joined
                if group["slot"] not in people[p]["slots"]
            ]
        for slot, coach, members, new in groups:
            problems += _of_group(data, people, slot, coach, members, new)
        placed = [p for new in outcome["formed"] for p in new["members"]] + list(outcome["joined"])
        if len(placed) != len(set(placed)):
            problems.append(f"someone of {hub['hub']} is placed twice")
        if {*placed, *outcome["unplaced"]} != {person["id"] for person in hub["people"]}:
            problems.append(f"someone of {hub['hub']} is neither placed nor told why not")
        leading = [(new["slot"], new["coach"]) for new in outcome["formed"]]
        if len(leading) != len(set(leading)):
            problems.append("a coach leads two groups at once")
    return problems


def _of_group(data, people, slot, coach, members, new):
    if new and not data["least"] <= len(members) <= data["most"]:
        yield f"a group has {len(members)} people"
    if not new and len(members) > data["most"]:
        yield f"a group has grown to {len(members)} people"
    if new:
        yield from (f"{p} cannot do {slot}" for p in members if slot not in people[p]["slots"])
    meeting = [people[p] for p in members] + ([coach] if coach else [])
    for one, other in combinations(meeting, 2):
        for tie in ("school", "trust"):
            if one[tie] is not None and one[tie] == other[tie]:
                yield f"{one['id']} and {other['id']} share the {tie} {one[tie]}"


def best_by_trying_all(data):
    """For one hub without groups: (most that can be placed, least sum of ranks with that many)."""
    (hub,) = data["hubs"]
    seats = [(slot, coach["id"]) for slot, coaches in hub["coaches"].items() for coach in coaches]
    choices = [
        [None] + [seat for seat in seats if seat[0] in person["slots"]] for person in hub["people"]
    ]
    best = (0, 0)
    for chosen in product(*choices):
        placed = [(p, seat) for p, seat in zip(hub["people"], chosen, strict=True) if seat]
        ranks = sum(person["slots"].index(seat[0]) for person, seat in placed)
        if (-len(placed), ranks) >= (-best[0], best[1]) or not _stands(data, hub, placed):
            continue
        best = (len(placed), ranks)
    return best


def _stands(data, hub, placed):
    groups = {}
    for person, seat in placed:
        groups.setdefault(seat, []).append(person["id"])
    people = {person["id"]: person for person in hub["people"]}
    return not any(
        problem
        for (slot, coach), members in groups.items()
        for problem in _of_group(data, people, slot, _coach(hub, slot, coach), members, True)
    )


def _coach(hub, slot, id):
    (coach,) = [coach for coach in hub["coaches"][slot] if coach["id"] == id]
    return coach
