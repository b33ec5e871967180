"""Who marks which script: conflicts are never crossed, loads stay level, the seed breaks ties."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256


class Role(StrEnum):
    """As what someone marks a script."""

    FIRST = "first"
    SECOND = "second"
    ADJUDICATOR = "adjudicator"


@dataclass(frozen=True)
class Marker:
    """Someone who may mark, and how many scripts of the batch lie with them already.

    Those of a lower `rank` are asked first, however much they have.
    """

    staff_id: str
    school_urn: str | None = None
    trust_id: str | None = None
    delivery_partner_id: str | None = None
    load: int = 0
    rank: int = 0


@dataclass(frozen=True)
class Unplaced:
    """A script that needs a marker, and what makes for a conflict with its author.

    `marked_by` holds who marked this script or an earlier attempt of the same application.
    """

    script_id: str
    school_urn: str | None = None
    trust_id: str | None = None
    delivery_partner_id: str | None = None
    coach_staff_id: str | None = None
    marked_by: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Placement:
    """Which marker got the script and why; no marker when all have a conflict."""

    script_id: str
    staff_id: str | None
    eligible: int
    load_before: int = 0
    conflicts: dict[str, int] = field(default_factory=dict)


def conflict(marker: Marker, script: Unplaced) -> str | None:
    """Why this marker may not mark this script. An unknown school is nobody's own school."""
    if marker.staff_id in script.marked_by:
        return "marked_before"
    if marker.staff_id == script.coach_staff_id:
        return "coach"
    if marker.school_urn is not None and marker.school_urn == script.school_urn:
        return "same_school"
    if marker.trust_id is not None and marker.trust_id == script.trust_id:
        return "same_trust"
    partner = marker.delivery_partner_id
    if partner is not None and partner == script.delivery_partner_id:
        return "same_delivery_partner"
    return None


def allocate(
    scripts: Iterable[Unplaced], markers: Sequence[Marker], *, seed: str
) -> list[Placement]:
    """One marker for each script, in the order of the scripts given.

    Scripts with the fewest possible markers are placed first, each with whoever has the least to
    do; the seed decides between equals, so that the same input gives the same allocation.
    """
    scripts = list(scripts)
    load = {marker.staff_id: marker.load for marker in markers}
    rank = {marker.staff_id: marker.rank for marker in markers}
    possible: dict[str, list[str]] = {}
    conflicts: dict[str, Counter[str]] = {}
    for script in scripts:
        found = [(marker.staff_id, conflict(marker, script)) for marker in markers]
        possible[script.script_id] = [staff_id for staff_id, why in found if why is None]
        conflicts[script.script_id] = Counter(why for _, why in found if why is not None)

    placed: dict[str, Placement] = {}
    for script_id in sorted(possible, key=lambda one: (len(possible[one]), _lot(seed, one))):
        burdens = {one: (rank[one], load[one]) for one in possible[script_id]}
        staff_id = _least_burdened(burdens, seed, script_id)
        placed[script_id] = Placement(
            script_id,
            staff_id,
            eligible=len(possible[script_id]),
            load_before=load[staff_id] if staff_id else 0,
            conflicts=dict(conflicts[script_id]),
        )
        if staff_id is not None:
            load[staff_id] += 1
    return [placed[script.script_id] for script in scripts]


def _least_burdened(
    burdens: Mapping[str, tuple[int, int]], seed: str, script_id: str
) -> str | None:
    if not burdens:
        return None
    least = min(burdens.values())
    equals = [staff_id for staff_id, burden in burdens.items() if burden == least]
    return min(equals, key=lambda staff_id: _lot(seed, script_id, staff_id))


def _lot(*parts: str) -> str:
    return sha256("\n".join(parts).encode()).hexdigest()
