"""One marker for each of a few scripts, chosen as they come up.

Scripts of a whole batch are planned instead (`planning`).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from assessment.domain.allocation.conflicts import Marker, Unplaced, hindrance


@dataclass(frozen=True)
class Placement:
    """Which marker got the script and why; no marker when nobody can have it.

    `possible` has, for each who could, how many scripts lay with them; `excluded` why others could
    not, and `conflicts` how many for each reason.
    """

    script_id: str
    staff_id: str | None
    possible: dict[str, int] = field(default_factory=dict)
    excluded: dict[str, str] = field(default_factory=dict)

    @property
    def eligible(self) -> int:
        return len(self.possible)

    @property
    def load_before(self) -> int:
        return self.possible.get(self.staff_id or "", 0)

    @property
    def conflicts(self) -> dict[str, int]:
        return dict(Counter(self.excluded.values()))


def allocate(
    scripts: Iterable[Unplaced],
    markers: Sequence[Marker],
    *,
    seed: str,
    met: Mapping[str, Mapping[str, int]] | None = None,
) -> list[Placement]:
    """One marker for each script, in the order of the scripts given.

    Scripts with the fewest possible markers are placed first, each with whoever has the least to
    do, and of those with whom `met` says has been paired least; the seed decides between equals,
    so that the same input gives the same allocation. Nobody is given more than they have room for.
    """
    scripts = list(scripts)
    load = {marker.staff_id: marker.load for marker in markers}
    rank = {marker.staff_id: marker.rank for marker in markers}
    room = {marker.staff_id: marker.capacity for marker in markers}
    possible: dict[str, list[str]] = {}
    excluded: dict[str, dict[str, str]] = {}
    for script in scripts:
        found = [(marker.staff_id, hindrance(marker, script)) for marker in markers]
        possible[script.script_id] = [staff_id for staff_id, why in found if why is None]
        excluded[script.script_id] = {one: why for one, why in found if why is not None}

    placed: dict[str, Placement] = {}
    for script_id in sorted(possible, key=lambda one: (len(possible[one]), _lot(seed, one))):
        pairs = (met or {}).get(script_id, {})
        burdens = {
            one: (rank[one], load[one], pairs.get(one, 0))
            for one in possible[script_id]
            if room[one] is None or load[one] < (room[one] or 0)
        }
        staff_id = _least_burdened(burdens, seed, script_id)
        placed[script_id] = Placement(
            script_id,
            staff_id,
            possible={one: load[one] for one in burdens},
            excluded=excluded[script_id]
            | dict.fromkeys(set(possible[script_id]) - set(burdens), "full"),
        )
        if staff_id is not None:
            load[staff_id] += 1
    return [placed[script.script_id] for script in scripts]


def _least_burdened(
    burdens: Mapping[str, tuple[int, int, int]], seed: str, script_id: str
) -> str | None:
    if not burdens:
        return None
    least = min(burdens.values())
    equals = [staff_id for staff_id, burden in burdens.items() if burden == least]
    return min(equals, key=lambda staff_id: _lot(seed, script_id, staff_id))


def _lot(*parts: str) -> str:
    return sha256("\n".join(parts).encode()).hexdigest()
