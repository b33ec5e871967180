"""Who may not mark what, and why."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """As what someone marks a script."""

    FIRST = "first"
    SECOND = "second"
    ADJUDICATOR = "adjudicator"


@dataclass(frozen=True)
class Marker:
    """Someone who may mark, and how many scripts of the batch lie with them already.

    `capacity` is how many of a batch they take in all (None: as many as come). Those of a lower
    `rank` are asked first, however much they have. `barred` says why they take none at all: not
    trained for the course, not standardised, stopped, gone. `declared` holds what they declared a
    conflict with, as `kind:key`.
    """

    staff_id: str
    school_urn: str | None = None
    trust_id: str | None = None
    delivery_partner_id: str | None = None
    load: int = 0
    rank: int = 0
    capacity: int | None = None
    barred: str | None = None
    declared: frozenset[str] = frozenset()

    @property
    def full(self) -> bool:
        return self.capacity is not None and self.load >= self.capacity


@dataclass(frozen=True)
class Unplaced:
    """A script that needs a marker, and what makes for a conflict with its author.

    `marked_by` holds who marked this script or an earlier attempt of the same application;
    `author`, application and participant, is compared with declared conflicts only.
    """

    script_id: str
    school_urn: str | None = None
    trust_id: str | None = None
    delivery_partner_id: str | None = None
    coach_staff_id: str | None = None
    marked_by: frozenset[str] = frozenset()
    author: frozenset[str] = frozenset()

    @property
    def connections(self) -> frozenset[str]:
        """What a declared conflict can be with, as `kind:key`."""
        kinds = (
            ("school", self.school_urn),
            ("trust", self.trust_id),
            ("delivery_partner", self.delivery_partner_id),
        )
        return self.author | {f"{kind}:{key}" for kind, key in kinds if key is not None}


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
    if marker.declared and not marker.declared.isdisjoint(script.connections):
        return "declared"
    return None


def hindrance(marker: Marker, script: Unplaced) -> str | None:
    """Why this marker cannot be given this script now: barred, in conflict, or full."""
    return marker.barred or conflict(marker, script) or ("full" if marker.full else None)
