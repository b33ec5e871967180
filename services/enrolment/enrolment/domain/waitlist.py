"""The waitlist: who is next, as a function of the policy, who waits, what was moved, what is free.

The same input gives the same answer at any time, so that anybody can check an offer afterwards.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from enrolment.domain.places import EVERYWHERE
from headship_contracts.errors import Invalid

STEPS = ("statement", "endorsement", "suitability")
FLAGS = ("eligible_for_funding", "works_in_england", "school_known")
VALUES = ("phase", "local_authority", "trust", "school")

NOT_ELIGIBLE = "not_eligible"
NO_PLACE_AT_PARTNER = "no_place_at_delivery_partner"
NOT_ENOUGH_FOR_ALL = "not_enough_places_for_all"

WAITING, OFFERED, TAKEN = "waiting", "offered", "taken"
DECLINED, EXPIRED, CANCELLED, LEFT = "declined", "expired", "cancelled", "left"
GONE = frozenset({DECLINED, EXPIRED, CANCELLED, LEFT})
"""Who gave a place back, let one pass or left gets none, unless they are reinstated."""


@dataclass(frozen=True, kw_only=True)
class Policy:
    """A version of a course's rules; without a version, those of a course that has published none.

    A criterion is one of FLAGS, or one of VALUES, a colon and what it must be: `phase:primary`.
    """

    version: int | None = None
    required_steps: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    bands: tuple[str, ...] = ()
    tie_break: str = "timestamp"  # timestamp | lottery
    seed: str = ""
    offer_working_days: int = 5


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What criteria look at."""

    eligible_for_funding: bool = False
    works_in_england: bool = True
    school: str | None = None
    phase: str | None = None
    local_authority: str | None = None
    trust: str | None = None

    @property
    def school_known(self) -> bool:
        """A school is named."""
        return self.school is not None


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Someone who waits or waited. `scopes` are the quotas in which a place of theirs counts."""

    application_id: UUID
    joined_at: datetime
    waits: bool = True
    together_id: UUID | None = None
    scopes: tuple[str, ...] = (EVERYWHERE,)
    facts: Facts = field(default_factory=Facts)


@dataclass(frozen=True, kw_only=True)
class Move:
    """Someone was put before another one, or after the one who was last then."""

    application_id: UUID
    before: UUID | None = None
    after: UUID | None = None


@dataclass(frozen=True)
class Turn:
    """Who is offered a place now, in order, and why others are not though it was their turn."""

    offered: list[Entry]
    passed_over: dict[UUID, str]


def check_policy(required_steps: Sequence[str], criteria: Mapping[str, Sequence[str]]) -> None:
    """Raises Invalid, naming the field, for a step or criterion that does not exist."""
    problems: dict[str, list[str]] = {}
    for step in required_steps:
        if step not in STEPS:
            problems.setdefault("required_steps", []).append(f"{step}: not one of {STEPS}")
    for name, wanted in criteria.items():
        for criterion in wanted:
            kind, colon, value = criterion.partition(":")
            if criterion not in FLAGS and not (kind in VALUES and colon and value):
                known = (*FLAGS, *(f"{kind}:…" for kind in VALUES))
                problems.setdefault(name, []).append(f"{criterion}: not one of {known}")
    if problems:
        raise Invalid("invalid_fields", "the policy is not right", problems)


def meets(facts: Facts, criterion: str) -> bool:
    """Whether a criterion holds."""
    kind, _, value = criterion.partition(":")
    if criterion in FLAGS:
        return bool(getattr(facts, criterion))
    return kind in VALUES and getattr(facts, kind) == value


def band_of(facts: Facts, policy: Policy) -> int:
    """The number of the first band whose criterion holds; those without any come last."""
    found = (number for number, band in enumerate(policy.bands) if meets(facts, band))
    return next(found, len(policy.bands))


def in_order(entries: Iterable[Entry], policy: Policy, moves: Iterable[Move] = ()) -> list[Entry]:
    """All who wait or waited, by band, then by time or by lot, then as they were moved."""
    by_policy = sorted(
        entries, key=lambda entry: (band_of(entry.facts, policy), *_tie(entry, policy))
    )
    known = {entry.application_id: entry for entry in by_policy}
    order = list(known)
    for move in moves:
        anchor = move.before or move.after
        if move.application_id not in known or anchor not in known:
            continue
        if anchor == move.application_id:
            continue
        order.remove(move.application_id)
        order.insert(order.index(anchor) + (move.before is None), move.application_id)
    return [known[application_id] for application_id in order]


def next_offers(ordered: Sequence[Entry], policy: Policy, free: Mapping[str, int | None]) -> Turn:
    """Who gets the places that are free in each scope; None: as many as come.

    Those who wait together have their turn when it is that of the last of them, and get places
    together or not at all. Whoever cannot have a place now is passed over and keeps their turn.
    """
    left = dict(free)
    sizes = Counter(entry.together_id for entry in ordered if entry.waits)
    reached: dict[UUID, list[Entry]] = defaultdict(list)
    turn = Turn([], {})
    for entry in ordered:
        if not entry.waits:
            continue
        group = [entry]
        if entry.together_id is not None:
            group = reached[entry.together_id]
            group.append(entry)
            if len(group) < sizes[entry.together_id]:
                continue
        wanted = Counter(scope for member in group for scope in member.scopes)
        if not all(meets(m.facts, c) for m in group for c in policy.conditions):
            turn.passed_over.update((m.application_id, NOT_ELIGIBLE) for m in group)
        elif short := [scope for scope, number in wanted.items() if not _room(left, scope, number)]:
            reason = _why_short(short, group, left)
            if reason is not None:
                turn.passed_over.update((m.application_id, reason) for m in group)
        else:
            for scope, number in wanted.items():
                has = left.get(scope)
                left[scope] = None if has is None else has - number
            turn.offered.extend(group)
    return turn


def _tie(entry: Entry, policy: Policy) -> tuple[str, str]:
    last = entry.application_id.hex
    if policy.tie_break == "lottery":
        lot = f"{policy.seed}{entry.application_id}"
        return hashlib.sha256(lot.encode()).hexdigest(), last
    return f"{entry.joined_at.timestamp():020.6f}", last


def _room(left: Mapping[str, int | None], scope: str, number: int) -> bool:
    has = left.get(scope)
    return has is None or has >= number


def _why_short(
    short: Sequence[str], group: Sequence[Entry], left: Mapping[str, int | None]
) -> str | None:
    """None where there is simply no place for anybody."""
    if not _room(left, EVERYWHERE, 1):
        return None
    if len(group) > 1 and all(_room(left, scope, 1) for scope in short):
        return NOT_ENOUGH_FOR_ALL
    return NO_PLACE_AT_PARTNER
