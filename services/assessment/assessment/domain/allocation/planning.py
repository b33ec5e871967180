"""Who marks which of a batch's scripts: the best allocation there is, and how that is known.

`plan` takes and gives plain values, so that it runs as a job, away from the service's event loop.
"""

import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from assessment.domain.allocation.conflicts import Marker, Unplaced, conflict
from assessment.domain.allocation.flow import MOVE, Desk, Flow, Kind, counts, flow
from assessment.domain.allocation.linking import components, deal, link, mix


@dataclass(frozen=True)
class _Script:
    id: str
    needs: int
    beside: frozenset[int]  # markers who have it already, in another role or since they started
    keeps: tuple[int, ...]  # markers who have it and can lose it
    excluded: Mapping[int, str]


def plan(data: dict[str, Any]) -> dict[str, Any]:
    """Markers for scripts.

    `data`: `scripts`, each with `id`, `needs` (how many markers), `beside` (who has it already and
    keeps it), `keeps` (who has it and can lose it, counted in `needs`) and the fields of Unplaced;
    `markers`, each with the fields of Marker, `load` counting what lies with them beside the
    scripts given; `seed`.

    Gives `scripts` (`id`, `staff`, `excluded` by marker, `short`: how many markers lack, `why`),
    `markers` (`staff_id`, `load_before`, `load_after`, `room`, `price` of one more script,
    `last_price` of their last one), `cost`, `bound` (no allocation that places so many costs less),
    `gap`, `moved`, `linked_by` (scripts that changed hands to link the markers), `parts` (markers
    whom shared scripts link), `partners` (the fewest that a marker has) and `seconds`.
    """
    began = time.monotonic()
    markers = [_marker(one) for one in data["markers"]]
    scripts = _scripts(data["scripts"], markers)
    order = sorted(range(len(scripts)), key=lambda n: _lot(data["seed"], scripts[n].id))
    scripts = [scripts[n] for n in order]
    desks = _desks(markers, scripts)
    kinds, members = _kinds(scripts, len(markers))
    found = flow(kinds, desks)
    given = _deal(found, kinds, members, scripts, data["seed"])
    room = [
        desk.room - number
        for desk, number in zip(desks, counts(found.shares, len(desks)), strict=True)
    ]
    beside = [sorted(script.beside) for script in scripts]
    linked_by = link(given, beside, _may(scripts), room)
    return {
        "scripts": [
            _placed(script, here, markers, desks, given)
            for script, here in zip(scripts, given, strict=True)
        ],
        "markers": _told(markers, desks, given),
        "cost": _cost(desks, scripts, given),
        "bound": found.bound,
        "gap": _gap(_cost(desks, scripts, given), found.bound),
        "moved": sum(_moves(script, here) for script, here in zip(scripts, given, strict=True)),
        "linked_by": linked_by,
        "parts": [
            [markers[m].staff_id for m in sorted(part)] for part in components(given, beside)
        ],
        "partners": _fewest_partners(given, beside),
        "seconds": round(time.monotonic() - began, 3),
    }


def _marker(one: dict[str, Any]) -> Marker:
    return Marker(**one | {"declared": frozenset(one.get("declared", ()))})


def _scripts(given: Sequence[dict[str, Any]], markers: Sequence[Marker]) -> list[_Script]:
    number = {marker.staff_id: n for n, marker in enumerate(markers)}
    found = []
    for one in given:
        about = Unplaced(
            script_id=one["id"],
            marked_by=frozenset(one.get("marked_by", ())),
            author=frozenset(one.get("author", ())),
            **{name: one.get(name) for name in _CONNECTIONS},
        )
        excluded = {
            n: why
            for n, marker in enumerate(markers)
            if (why := marker.barred or conflict(marker, about)) is not None
        }
        beside = frozenset(number[who] for who in one.get("beside", ()) if who in number)
        excluded |= dict.fromkeys(beside, "has_it")
        keeps = tuple(
            number[who]
            for who in one.get("keeps", ())
            if who in number and number[who] not in excluded
        )
        found.append(_Script(one["id"], one["needs"], beside, keeps, excluded))
    return found


_CONNECTIONS = ("school_urn", "trust_id", "delivery_partner_id", "coach_staff_id")


def _desks(markers: Sequence[Marker], scripts: Sequence[_Script]) -> list[Desk]:
    """Room and share of the work: who takes twice as many is level with twice as many."""
    wanted = sum(script.needs for script in scripts)
    named = [marker.capacity for marker in markers if marker.capacity]
    average = sum(named) / len(named) if named else 1.0
    return [
        Desk(
            room=wanted if marker.capacity is None else max(0, marker.capacity - marker.load),
            load=marker.load,
            weight=1.0 if marker.capacity is None else max(marker.capacity, 1) / average,
            rank=marker.rank,
        )
        for marker in markers
    ]


def _kinds(scripts: Sequence[_Script], markers: int) -> tuple[list[Kind], list[list[int]]]:
    """Scripts that the same markers can have, and that the same markers have, are of one kind."""
    alike: dict[Any, list[int]] = defaultdict(list)
    for number, script in enumerate(scripts):
        alike[frozenset(script.excluded), script.needs, script.keeps].append(number)
    kinds = [
        Kind(
            key=number,
            size=len(mine),
            each=needs,
            possible=tuple(m for m in range(markers) if m not in excluded),
            keeps=frozenset(keeps),
        )
        for number, ((excluded, needs, keeps), mine) in enumerate(alike.items())
    ]
    return kinds, list(alike.values())


def _deal(
    found: Flow,
    kinds: Sequence[Kind],
    members: Sequence[Sequence[int]],
    scripts: Sequence[_Script],
    seed: str,
) -> list[list[int]]:
    given: list[list[int]] = [[] for _ in scripts]
    met: Counter[frozenset[int]] = Counter()
    for number, mine in enumerate(members):
        share = found.shares.get(number, {})
        dealt = deal(share, len(mine), kinds[number].each, met)
        for script, here in zip(mine, dealt, strict=True):
            given[script] = here
    if any(len(here) > 1 for here in given) and not any(script.keeps for script in scripts):
        mix(given, _may(scripts), met, seed)
    return given


def _may(scripts: Sequence[_Script]) -> Any:
    return lambda script, marker: marker not in scripts[script].excluded


def _placed(
    script: _Script,
    here: Sequence[int],
    markers: Sequence[Marker],
    desks: Sequence[Desk],
    given: Sequence[Sequence[int]],
) -> dict[str, Any]:
    short = script.needs - len(here)
    why = None
    if short:
        free = len(markers) - len(script.excluded)
        why = "no_marker_without_conflict" if free < script.needs else "no_marker_with_room"
    return {
        "id": script.id,
        "staff": [markers[m].staff_id for m in here],
        "excluded": {markers[m].staff_id: why for m, why in script.excluded.items()},
        "short": short,
        "why": why,
    }


def _told(
    markers: Sequence[Marker], desks: Sequence[Desk], given: Sequence[Sequence[int]]
) -> list[dict[str, Any]]:
    got = Counter(marker for here in given for marker in here)
    return [
        {
            "staff_id": marker.staff_id,
            "load_before": desk.load,
            "load_after": desk.load + got[n],
            "room": desk.room - got[n],
            "price": desk.price(got[n]),
            "last_price": desk.price(got[n] - 1) if got[n] else None,
        }
        for n, (marker, desk) in enumerate(zip(markers, desks, strict=True))
    ]


def _cost(
    desks: Sequence[Desk], scripts: Sequence[_Script], given: Sequence[Sequence[int]]
) -> float:
    got = Counter(marker for here in given for marker in here)
    level = sum(desks[m].price(more) for m, number in got.items() for more in range(number))
    moves = sum(
        sum(marker not in script.keeps for marker in here)
        for script, here in zip(scripts, given, strict=True)
        if script.keeps
    )
    return float(level + MOVE * moves)


def _gap(cost: float, bound: float) -> float:
    return max(0.0, cost - bound) / max(1.0, cost)


def _moves(script: _Script, here: Sequence[int]) -> int:
    """How many of those who had it lose it."""
    return sum(marker not in here for marker in script.keeps)


def _fewest_partners(given: Sequence[Sequence[int]], beside: Sequence[Sequence[int]]) -> int:
    partners: dict[int, set[int]] = defaultdict(set)
    for here, others in zip(given, beside, strict=True):
        for marker in here:
            partners[marker] |= {*here, *others} - {marker}
    return min((len(those) for those in partners.values()), default=0)


def _lot(*parts: str) -> str:
    return sha256("\n".join(parts).encode()).hexdigest()
