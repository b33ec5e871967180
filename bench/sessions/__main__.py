"""Measures coaching groups on one instance for all: quality, time, who moves when re-planned."""

import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

import kit.transport.patch  # noqa: F401 - first of all: the loop whose stall is measured is green
from bench.report import Result, write
from bench.sessions.instance import LEAST, MOST, PEOPLE, an_instance, without_coaches
from bench.sessions.peers import first_fit, person_by_group
from kit import jobs

DoneT = TypeVar("DoneT")

SOLVE = "sessions.domain.grouping:solve"
LOST = 0.1
PERSON_BY_GROUP_SECONDS = 1.0
"""What the larger model gets for a hub: a minute in all."""


def main() -> None:
    """Run everything, print it, write var/bench/sessions.json."""
    instance = an_instance()
    stall = LoopStall()
    with stall:
        found, seconds = timed(lambda: jobs.run(SOLVE, instance, seconds=300, megabytes=2_048))
    placed, bound = total(found, "placed"), total(found, "bound")
    greedy, too_small = first_fit(instance)
    (larger, proven), larger_seconds = timed(
        lambda: person_by_group(instance, PERSON_BY_GROUP_SECONDS)
    )

    changed = without_coaches(instance, found, LOST)
    again, again_seconds = timed(lambda: jobs.run(SOLVE, changed, seconds=300, megabytes=2_048))
    afresh, moved_afresh = grouped_afresh(changed)

    write(
        "sessions",
        [
            Result(name="people placed", unit="share", value=placed / PEOPLE, bar=0.997),
            Result(
                name="people placed",
                unit="people",
                value=placed,
                peer="first fit",
                peer_value=greedy,
            ),
            Result(name="groups too small, first fit", unit="groups", value=too_small),
            Result(
                name="people placed",
                unit="people",
                value=placed,
                peer=f"person by group, {proven} hubs proven",
                peer_value=larger,
            ),
            Result(
                name="hard rules broken",
                unit="rules",
                value=len(broken_rules(found)),
                bar=0,
                at_most=True,
            ),
            Result(
                name="proven gap",
                unit="share",
                value=(bound - placed) / bound,
                bar=0.001,
                at_most=True,
            ),
            Result(name="grouping", unit="seconds", value=seconds, bar=30, at_most=True),
            Result(
                name="grouping",
                unit="seconds",
                value=seconds,
                peer="person by group",
                peer_value=larger_seconds,
            ),
            Result(
                name="worst stall of the loop meanwhile",
                unit="milliseconds",
                value=stall.worst * 1000,
                bar=100,
                at_most=True,
            ),
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
        ],
    )


def timed(act: Callable[[], DoneT]) -> tuple[DoneT, float]:
    """What it gives, and the seconds that it took."""
    began = time.perf_counter()
    return act(), time.perf_counter() - began


def total(found: dict[str, Any], name: str) -> int:
    return sum(outcome[name] for outcome in found["hubs"])


def broken_rules(found: dict[str, Any]) -> list[str]:
    """Sizes and trusts of every group formed, looked at without the solver's help: the checker of
    the tests looks at all the rules."""
    people = {person["id"]: person for hub in an_instance()["hubs"] for person in hub["people"]}
    problems = []
    for outcome in found["hubs"]:
        for group in outcome["formed"]:
            members = [people[id] for id in group["members"]]
            trusts = [person["trust"] for person in members if person["trust"]]
            problems += ["size"] * (not LEAST <= len(members) <= MOST)
            problems += ["trust"] * (len(trusts) - len(set(trusts)))
            problems += ["slot"] * sum(group["slot"] not in person["slots"] for person in members)
    return problems


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


class LoopStall:
    """The longest time for which nothing else could run, while the block ran."""

    def __init__(self) -> None:
        self.worst = 0.0
        self._ended = threading.Event()

    def __enter__(self) -> "LoopStall":
        self._ticking = threading.Thread(target=self._tick)
        self._ticking.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._ended.set()
        self._ticking.join()

    def _tick(self) -> None:
        while not self._ended.is_set():
            began = time.perf_counter()
            time.sleep(0.005)
            self.worst = max(self.worst, time.perf_counter() - began - 0.005)


if __name__ == "__main__":
    main()
