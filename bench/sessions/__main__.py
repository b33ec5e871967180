"""Measures groups, plans and calendars: quality and time beside peers, on one instance for all.

Times of grouping are of the wall; how much of it was the processor's stands beside, since a busy
machine stretches the one and not the other.
"""

import resource
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import kit.transport.patch  # noqa: F401 - first of all: the loop whose stall is measured is green
from bench.loop import LoopStall
from bench.report import Result, median, write
from bench.sessions.calendars import feeds_rendered
from bench.sessions.instance import PEOPLE, an_instance, with_phases, without_coaches
from bench.sessions.peers import first_fit, person_by_group
from bench.sessions.plans import GROUPS, plan_for_groups
from kit import jobs
from tests.sessions.grouping_checker import broken_rules

DoneT = TypeVar("DoneT")

SOLVE = "sessions.domain.grouping:solve"
LOST = 0.1
REPETITIONS = 3
PERSON_BY_GROUP_SECONDS = 1.0
"""What the larger model gets for a hub: a minute in all."""


def main() -> None:
    """Run everything, print it, write var/bench/sessions.json."""
    instance = an_instance()
    write("sessions", [*grouping(instance), *phases(instance), *planning(), *calendars()])


def grouping(instance: dict[str, Any]) -> list[Result]:
    """Groups formed and planned anew, beside first fit, the larger model and grouping afresh."""
    seconds, processor, stalls = [], [], []
    found: dict[str, Any] = {}
    for _ in range(REPETITIONS):
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        with LoopStall() as stall:
            found, took = timed(lambda: jobs.run(SOLVE, instance, seconds=300, megabytes=2_048))
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds.append(took)
        processor.append(after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime)
        stalls.append(stall.worst)
    placed, bound = total(found, "placed"), total(found, "bound")
    greedy, too_small = first_fit(instance)
    (larger, proven), larger_seconds = timed(
        lambda: person_by_group(instance, PERSON_BY_GROUP_SECONDS)
    )
    changed = without_coaches(instance, found, LOST)
    again, again_seconds = timed(lambda: jobs.run(SOLVE, changed, seconds=300, megabytes=2_048))
    afresh, moved_afresh = grouped_afresh(changed)
    broken = [*broken_rules(instance, found), *broken_rules(changed, again)]
    for problem in broken[:10]:
        raise AssertionError(problem)
    return [
        Result(name="people placed", unit="share", value=placed / PEOPLE, bar=0.997),
        Result(
            name="people placed", unit="people", value=placed, peer="first fit", peer_value=greedy
        ),
        Result(name="groups too small, first fit", unit="groups", value=too_small),
        Result(
            name="people placed",
            unit="people",
            value=placed,
            peer=f"person by group, {proven} hubs proven",
            peer_value=larger,
        ),
        at_most("hard rules broken", "rules", len(broken), 0),
        at_most("proven gap", "share", (bound - placed) / bound, 0.001),
        Result(
            name="people without a place who are told why",
            unit="share",
            value=told_why(found, PEOPLE - placed),
            bar=1,
        ),
        at_most("grouping", "seconds", median(seconds), 30),
        Result(name="grouping, of the processor", unit="seconds", value=median(processor)),
        Result(
            name="grouping",
            unit="seconds",
            value=median(seconds),
            peer="person by group",
            peer_value=larger_seconds,
        ),
        at_most("worst stall of the loop meanwhile", "milliseconds", median(stalls) * 1000, 100),
        Result(
            name=f"people moved, {LOST:.0%} of coaches lost",
            unit="people",
            value=total(again, "moved"),
            peer="grouped afresh",
            peer_value=moved_afresh,
        ),
        Result(
            name="people placed, re-planned",
            unit="people",
            value=total(again, "placed"),
            peer="grouped afresh",
            peer_value=total(afresh, "placed"),
        ),
        Result(name="re-planning", unit="seconds", value=again_seconds),
    ]


def phases(instance: dict[str, Any]) -> list[Result]:
    """People of one phase brought together, beside the same without: the gap told is that of what
    comes last, so that neither places nor preferences may be lost by it."""
    given = with_phases(instance)
    ignored = jobs.run(SOLVE, given | {"phases": "ignore"}, seconds=300, megabytes=2_048)
    found, took = timed(lambda: jobs.run(SOLVE, given, seconds=300, megabytes=2_048))
    for problem in broken_rules(given, found):
        raise AssertionError(problem)
    apart, bound = (
        sum(outcome["soft"]["phase"][name] for outcome in found["hubs"])
        for name in ("value", "bound")
    )
    return [
        Result(
            name="people placed, phases together",
            unit="people",
            value=total(found, "placed"),
            peer="phases ignored",
            peer_value=total(ignored, "placed"),
            bar=1,
        ),
        Result(
            name="steps down in preferences, phases together",
            unit="steps",
            value=steps_down(given, found),
            peer="phases ignored",
            peer_value=steps_down(given, ignored),
            bar=1,
            at_most=True,
        ),
        Result(
            name="people in a group of another phase",
            unit="people",
            value=apart,
            peer="phases ignored",
            peer_value=of_another_phase(given, ignored),
            bar=1,
            at_most=True,
        ),
        Result(name="fewer of them than so many there cannot be", unit="people", value=bound),
        Result(name="grouping, phases together", unit="seconds", value=took),
    ]


def steps_down(instance: dict[str, Any], found: dict[str, Any]) -> int:
    """How far down their lists people's slots are, in sum."""
    slots = {person["id"]: person["slots"] for hub in instance["hubs"] for person in hub["people"]}
    return sum(slots[person].index(group["slot"]) for group, person in _places(found))


def of_another_phase(instance: dict[str, Any], found: dict[str, Any]) -> int:
    """How many are not of the phase that most in their group are of."""
    phase = {person["id"]: person["phase"] for hub in instance["hubs"] for person in hub["people"]}
    groups = [group["members"] for outcome in found["hubs"] for group in outcome["formed"]]
    counts = [Counter(phase[person] for person in members) for members in groups]
    return sum(met.total() - max(met.values()) for met in counts)


def planning() -> list[Result]:
    """Eighteen months for many groups, each by its own schools' terms."""
    runs = [timed(plan_for_groups) for _ in range(REPETITIONS)]
    planned = runs[0][0]
    took = median([seconds for _, seconds in runs])
    return [
        Result(name=f"plan of 18 months for {GROUPS} groups", unit="seconds", value=took),
        Result(name="sessions in it", unit="sessions", value=planned.sessions),
        Result(name="sessions moved to another week", unit="sessions", value=planned.elsewhere),
        Result(name="sessions that no week would suit", unit="sessions", value=planned.unsuited),
        at_most("sessions in their own schools' holidays, untold", "sessions", planned.untold, 0),
    ]


def calendars() -> list[Result]:
    """Feeds of twenty sessions, as a participant's client fetches them."""
    runs = [timed(feeds_rendered) for _ in range(REPETITIONS)]
    each = [number / seconds for number, seconds in runs]
    return [Result(name="calendar feeds rendered", unit="feeds/s", value=median(each))]


def at_most(name: str, unit: str, value: float, bar: float) -> Result:
    return Result(name=name, unit=unit, value=value, bar=bar, at_most=True)


def told_why(found: dict[str, Any], missing: int) -> float:
    """The share of people without a place for whom there is a reason."""
    told = sum(
        bool(why["reason"] and why["detail"])
        for outcome in found["hubs"]
        for why in outcome["unplaced"].values()
    )
    return told / missing if missing else 1.0


def timed(act: Callable[[], DoneT]) -> tuple[DoneT, float]:
    """What it gives, and the seconds that it took."""
    began = time.perf_counter()
    return act(), time.perf_counter() - began


def total(found: dict[str, Any], name: str) -> int:
    return sum(outcome[name] for outcome in found["hubs"])


def grouped_afresh(changed: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """The groups made anew from the people and coaches that are left, and who would then meet in
    another slot or under another coach."""
    hubs, was = [], {}
    for hub in changed["hubs"]:
        members = [member for group in hub["groups"] for member in group["members"]]
        for group in hub["groups"]:
            coach = group["coach"]["id"] if group["coach"] else None
            was |= {member["id"]: (group["slot"], coach) for member in group["members"]}
        hubs.append(hub | {"people": hub["people"] + members, "groups": []})
    found = jobs.run(SOLVE, changed | {"hubs": hubs}, seconds=300, megabytes=2_048)
    now = {
        member: (group["slot"], group["coach"])
        for outcome in found["hubs"]
        for group in outcome["formed"]
        for member in group["members"]
    }
    return found, sum(now.get(person) != place for person, place in was.items())


def _places(found: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    for outcome in found["hubs"]:
        for group in outcome["formed"]:
            yield from ((group, person) for person in group["members"])


if __name__ == "__main__":
    main()
