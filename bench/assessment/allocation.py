"""Who marks what of 5,000 scripts and 150 assessors: the plan, beside one after the other."""

import random
import time
from collections import Counter
from statistics import pvariance
from typing import Any

from assessment.domain.allocation import Marker, Unplaced, allocate, conflict
from bench.loop import LoopStall
from bench.report import Result
from kit import jobs

PLAN = "assessment.domain.allocation.planning:plan"
SCRIPTS, ASSESSORS, EACH = 5_000, 150, 2
HUBS, SCHOOLS, TRUSTS = 100, 4_000, 500


def measure() -> list[Result]:
    """Plan one made-up instance in a child process; hold it against greedy and every rule."""
    instance = an_instance()
    with LoopStall() as stall:
        began = time.perf_counter()
        planned = jobs.run(PLAN, instance, seconds=300, megabytes=4_096)
        seconds = time.perf_counter() - began
    greedy, greedy_seconds = one_by_one(instance)
    given = {one["id"]: one["staff"] for one in planned["scripts"]}
    placed = sum(map(len, given.values()))
    return [
        Result(
            name="marker places filled", unit="share", value=placed / (SCRIPTS * EACH), bar=1.0
        ),
        Result(
            name="marker places filled",
            unit="places",
            value=placed,
            peer="greedy",
            peer_value=sum(map(len, greedy.values())),
        ),
        Result(name="conflicts crossed", unit="places", value=crossed(instance, given), bar=0,
               at_most=True),
        Result(name="optimality gap", unit="share", value=planned["gap"], bar=0.001, at_most=True),
        Result(
            name="unevenness (variance of load by capacity)",
            unit="scripts²",
            value=uneven(instance, given),
            peer="greedy",
            peer_value=uneven(instance, greedy),
        ),
        Result(name="parts of the marker graph", unit="parts", value=len(planned["parts"]), bar=1,
               at_most=True),
        Result(name="fewest partners of a marker", unit="markers", value=planned["partners"],
               bar=4, peer="greedy", peer_value=None),
        Result(name="allocation", unit="seconds", value=seconds, peer="greedy",
               peer_value=greedy_seconds),
        Result(
            name="worst stall of the loop meanwhile",
            unit="milliseconds",
            value=stall.worst * 1000,
            bar=100,
            at_most=True,
        ),
    ]  # fmt: skip


def an_instance() -> dict[str, Any]:
    """Scripts of schools in trusts and hubs; markers from some of them, of unlike capacities."""
    chance = random.Random(2026)
    trust_of = {f"s{n}": f"t{chance.randrange(TRUSTS)}" for n in range(SCHOOLS)}
    schools = list(trust_of)
    markers = []
    for number in range(ASSESSORS):
        school = chance.choice(schools)
        markers.append(
            {
                "staff_id": f"m{number}",
                "school_urn": school,
                "trust_id": trust_of[school],
                "delivery_partner_id": f"h{chance.randrange(HUBS)}",
                "load": 0,
                "capacity": chance.choice((60, 80, 100)),
            }
        )
    scripts = []
    for number in range(SCRIPTS):
        school = chance.choice(schools)
        scripts.append(
            {
                "id": str(number),
                "needs": EACH,
                "school_urn": school,
                "trust_id": trust_of[school],
                "delivery_partner_id": f"h{chance.randrange(HUBS)}",
                "coach_staff_id": f"m{chance.randrange(ASSESSORS)}",
            }
        )
    return {"scripts": scripts, "markers": markers, "seed": "bench"}


def one_by_one(instance: dict[str, Any]) -> tuple[dict[str, list[str]], float]:
    """Each script to whoever has least, first markers first, then second ones."""
    began = time.perf_counter()
    given: dict[str, list[str]] = {one["id"]: [] for one in instance["scripts"]}
    loads: Counter[str] = Counter()
    for _ in range(EACH):
        markers = [Marker(**one | {"load": loads[one["staff_id"]]}) for one in instance["markers"]]
        scripts = [about(one, given[one["id"]]) for one in instance["scripts"]]
        for placed in allocate(scripts, markers, seed="bench"):
            if placed.staff_id is not None:
                given[placed.script_id].append(placed.staff_id)
                loads[placed.staff_id] += 1
    return given, time.perf_counter() - began


def about(one: dict[str, Any], had: list[str]) -> Unplaced:
    rest = {name: value for name, value in one.items() if name not in ("id", "needs")}
    return Unplaced(script_id=one["id"], marked_by=frozenset(had), **rest)


def crossed(instance: dict[str, Any], given: dict[str, list[str]]) -> int:
    """Places given against a conflict, or twice to one marker, or past a capacity."""
    markers = {one["staff_id"]: Marker(**one) for one in instance["markers"]}
    wrong = 0
    for one in instance["scripts"]:
        here = given[one["id"]]
        wrong += len(here) - len(set(here))
        wrong += sum(conflict(markers[who], about(one, [])) is not None for who in here)
    got = Counter(who for here in given.values() for who in here)
    wrong += sum(max(0, number - (markers[who].capacity or 0)) for who, number in got.items())
    return wrong


def uneven(instance: dict[str, Any], given: dict[str, list[str]]) -> float:
    """The variance of loads in shares of capacity, in scripts of an average capacity."""
    got = Counter(who for here in given.values() for who in here)
    capacities = {one["staff_id"]: one["capacity"] for one in instance["markers"]}
    average = sum(capacities.values()) / len(capacities)
    return pvariance([got[who] / room * average for who, room in capacities.items()])
