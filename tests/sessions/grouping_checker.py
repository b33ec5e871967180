"""Checks a grouping against the rules, and finds the best one by trying all.

Written apart from the solver, from the rules alone: it shares no code with it.
"""

from collections import Counter
from itertools import combinations, product


def broken_rules(data, result):
    """What is wrong with `result` (both as `solve` takes and gives them), as sentences."""
    problems = []
    everyone = {id: person for hub in data["hubs"] for id, person in _people(hub).items()}
    away = {id: home for outcome in result["hubs"] for id, home in outcome["guests"].items()}
    for hub, outcome in zip(data["hubs"], result["hubs"], strict=True):
        guests = outcome["guests"]
        people = _people(hub) | {id: everyone[id] for id in guests}
        if {id for id, host in outcome["elsewhere"].items()} != {
            id for id, home in away.items() if home == hub["hub"]
        }:
            problems.append(f"the guests of {hub['hub']} do not add up")
        meetings = _meetings(hub, outcome)
        for slot, coach, members, may_be_small in meetings:
            problems += _of_group(data, people, slot, coach, members, may_be_small)
        problems += _of_coaches(hub, meetings)
        placed = [p for new in outcome["formed"] for p in new["members"]] + list(outcome["joined"])
        if len(placed) != len(set(placed)):
            problems.append(f"someone of {hub['hub']} is placed twice")
        if {*placed, *outcome["unplaced"], *outcome["elsewhere"]} != {*_to_place(hub), *guests}:
            problems.append(f"someone of {hub['hub']} is neither placed nor told why not")
        if outcome["placed"] != len(placed):
            problems.append(f"{outcome['placed']} placed are told of, {len(placed)} are")
        if outcome["moved"] != len(people_moved(hub, outcome)):
            problems.append(f"{outcome['moved']} moved are told of")
        problems += _of_soft_aims(data, people, hub, outcome)
    return problems


def _of_soft_aims(data, people, hub, outcome):
    told = outcome["soft"]["phase"]
    groups = [(None, new["members"]) for new in outcome["formed"]]
    for group in hub["groups"]:
        joined = [p for p, id in outcome["joined"].items() if id == group["id"]]
        groups.append((group, joined))
    counted = apart(data, hub, people, groups, {*_to_place(hub), *outcome["guests"]})
    if told["value"] != counted:
        yield f"{told['value']} are told to meet others than is wished, {counted} do"
    if not 0 <= told["bound"] <= told["value"]:
        yield f"{told['bound']} is no bound of {told['value']}"


def apart(data, hub, people, groups, to_place):
    """How many people meet others than the provider wishes. `groups` are (standing group or None,
    who comes into it, or is in it where people may be moved)."""
    wish, number = data.get("phases", "ignore"), 0
    known = [people[p]["phase"] for p in to_place if people[p].get("phase")]
    for group, coming in groups:
        phases = [people[p]["phase"] for p in coming if people[p].get("phase")]
        members = [m["phase"] for m in group["members"] if m.get("phase")] if group else phases
        if wish == "same" and members:
            usual = min(members, key=lambda phase: (-members.count(phase), phase))
            number += sum(phase != usual for phase in phases)
        elif wish == "mix":
            there = phases + (members if group and not hub.get("may_move") else [])
            for phase in set(known):
                share = -(-data["most"] * known.count(phase) // len(known))
                number += max(0, there.count(phase) - share)
    return number


def people_moved(hub, outcome):
    """Who is not where they were."""
    return {
        member["id"]
        for group in (hub["groups"] if hub.get("may_move") else ())
        for member in group["members"]
        if outcome["joined"].get(member["id"]) != group["id"]
    }


def best_by_trying_all(data, guests=frozenset()):
    """For one hub: (most placed, most who stay with that many, least sum of ranks with those).
    Of the hub's own people, all but `guests`, the most are placed first of all."""
    (hub,) = data["hubs"]
    people, was = _people(hub), {}
    for group in hub["groups"]:
        was |= {member["id"]: group["id"] for member in group["members"]}
    seats = [(slot, coach["id"], None) for slot, free in hub["coaches"].items() for coach in free]
    for group in hub["groups"]:
        seats += [(group["slot"], coach, group["id"]) for coach in _could_lead(hub, group)]
    if hub.get("may_move"):  # the coach of a group that ends may form another one
        seats += [(g["slot"], g["coach"]["id"], None) for g in hub["groups"] if g["coach"]]
    placing = _to_place(hub)
    choices = [
        [seat for seat in dict.fromkeys(seats) if _can(hub, people[p], seat, was.get(p))] + [None]
        for p in placing
    ]
    best = (0, 0, 0, 0)
    for chosen in product(*choices):
        placed = [(p, seat) for p, seat in zip(placing, chosen, strict=True) if seat]
        own = sum(p not in guests for p, _ in placed)
        stay = sum(was.get(p) is not None and was[p] == seat[2] for p, seat in placed)
        ranks = sum(_rank(people[p], seat[0]) for p, seat in placed)
        found = (-own, -len(placed), -stay, ranks)
        if found < best and _stands(data, hub, people, placed):
            best = found
    _, placed, stay, ranks = best
    return -placed, -stay, ranks


def fewest_apart_by_trying_all(data):
    """For one hub without standing groups: of the ways that place the most, with the least sum of
    ranks and then the fewest groups, how many at least meet others than is wished."""
    (hub,) = data["hubs"]
    people, placing = _people(hub), _to_place(hub)
    seats = [(slot, coach["id"], None) for slot, free in hub["coaches"].items() for coach in free]
    choices = [
        [seat for seat in seats if _can(hub, people[p], seat, None)] + [None] for p in placing
    ]
    best = (0, 0, 0, 0)
    for chosen in product(*choices):
        placed = [(p, seat) for p, seat in zip(placing, chosen, strict=True) if seat]
        ranks = sum(_rank(people[p], seat[0]) for p, seat in placed)
        found = (-len(placed), ranks, len({seat for _, seat in placed}))
        if found > best[:3] or not _stands(data, hub, people, placed):
            continue
        groups = [(None, [p for p, at in placed if at == seat]) for seat in {s for _, s in placed}]
        best = min(best, (*found, apart(data, hub, people, groups, placing)))
    return best[3]


def best_of_two_hubs(data):
    """(most placed, most who stay with that many) of two hubs in reach of each other that are
    planned anew. Who is left without a group goes to the other hub; where both are, they meet at
    the larger one that has a coach."""
    alone = [best_by_trying_all({**data, "hubs": [hub]})[:2] for hub in data["hubs"]]
    sizes = [(len(_to_place(hub)), hub["hub"]) for hub in data["hubs"]]
    can_host = [bool(_coaches(hub) and _to_place(hub)) for hub in data["hubs"]]
    smaller = sizes.index(min(sizes))
    for guest in (smaller, 1 - smaller):
        home, host = data["hubs"][guest], data["hubs"][1 - guest]
        if alone[guest][0] == 0 and can_host[1 - guest]:
            coming = list(_people(home).values())
            merged = host | {"people": host["people"] + coming}
            ids = frozenset(person["id"] for person in coming)
            return best_by_trying_all({**data, "hubs": [merged]}, ids)[:2]
    return tuple(sum(each) for each in zip(*alone, strict=True))


def _people(hub):
    people = {person["id"]: person for person in hub["people"]}
    for group in hub["groups"]:
        people |= {member["id"]: member for member in group["members"]}
    return people


def _coaches(hub):
    known = {coach["id"]: coach for free in hub["coaches"].values() for coach in free}
    return known | {g["coach"]["id"]: g["coach"] for g in hub["groups"] if g["coach"]}


def _to_place(hub):
    members = [m["id"] for group in hub["groups"] for m in group["members"]]
    return [p["id"] for p in hub["people"]] + (members if hub.get("may_move") else [])


def _meetings(hub, outcome):
    """(slot, coach, members, whether they may be few) of every group there is afterwards."""
    coaches = _coaches(hub)
    found = [
        (new["slot"], coaches[new["coach"]], new["members"], False) for new in outcome["formed"]
    ]
    for group in hub["groups"]:
        joined = [p for p, id in outcome["joined"].items() if id == group["id"]]
        if not hub.get("may_move"):
            members = [member["id"] for member in group["members"]] + joined
            found.append((group["slot"], group["coach"], members, True))
        elif group["id"] not in outcome["ended"]:
            found.append((group["slot"], coaches[outcome["led"][group["id"]]], joined, False))
        elif joined:
            raise AssertionError(f"{joined} join {group['id']}, which has ended")
    return found


def _of_group(data, people, slot, coach, members, may_be_small):
    if len(members) > data["most"]:
        yield f"a group has {len(members)} people"
    if len(members) < data["least"] and not may_be_small:
        yield f"a group has only {len(members)} people"
    for person in members:
        if slot not in people[person]["slots"] and not may_be_small:
            yield f"{person} cannot do {slot}"
    meeting = [people[p] for p in members] + ([coach] if coach else [])
    for one, other in combinations(meeting, 2):
        for tie in ("school", "trust"):
            if one[tie] is not None and one[tie] == other[tie]:
                yield f"{one['id']} and {other['id']} share the {tie} {one[tie]}"
    if not may_be_small:
        for person in members:
            for need in people[person].get("access") or ():
                if need not in ((coach or {}).get("access") or ()):
                    yield f"{person} needs {need}, which {coach and coach['id']} does not provide"


def _of_coaches(hub, meetings):
    times = Counter((slot, coach["id"]) for slot, coach, _, _ in meetings if coach)
    yield from (f"{coach} leads twice in {slot}" for (slot, coach), n in times.items() if n > 1)
    free = {(slot, coach["id"]) for slot, who in hub["coaches"].items() for coach in who}
    free |= {(g["slot"], g["coach"]["id"]) for g in hub["groups"] if g["coach"]}
    yield from (
        f"{coach} is not free in {slot}" for slot, coach in times if (slot, coach) not in free
    )
    for coach, groups in Counter(coach for _, coach in times).items():
        if groups > hub.get("most_groups", {}).get(coach, groups):
            yield f"{coach} leads {groups} groups"


def _could_lead(hub, group):
    if not hub.get("may_move"):
        return [group["coach"]["id"] if group["coach"] else None]
    free = [coach["id"] for coach in hub["coaches"].get(group["slot"], ())]
    at_once = [
        other["coach"]["id"]
        for other in hub["groups"]
        if other["coach"] and other["slot"] == group["slot"]
    ]
    return list(dict.fromkeys(at_once + free))


def _can(hub, person, seat, was):
    slot, coach, group = seat
    provided = (_coaches(hub).get(coach) or {}).get("access") or ()
    if not set(person.get("access") or ()) <= set(provided):
        return False
    return slot in person["slots"] or (was is not None and group == was)


def _rank(person, slot):
    return person["slots"].index(slot) if slot in person["slots"] else len(person["slots"])


def _stands(data, hub, people, placed):
    groups, coaches = {}, _coaches(hub)
    for person, (slot, coach, group) in placed:
        groups.setdefault((slot, coach, group), []).append(person)
    if not hub.get("may_move"):
        for group in hub["groups"]:
            key = (group["slot"], group["coach"]["id"] if group["coach"] else None, group["id"])
            groups.setdefault(key, []).extend(member["id"] for member in group["members"])
    kept = [group for _, _, group in groups if group is not None]
    meetings = [
        (slot, coaches.get(coach), members, group is not None and not hub.get("may_move"))
        for (slot, coach, group), members in groups.items()
    ]
    return len(kept) == len(set(kept)) and not any(
        [*_of_coaches(hub, meetings), *(p for m in meetings for p in _of_group(data, people, *m))]
    )
