"""Whether somebody may come into a coaching group, or sit in one of its sessions."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

Belongs = tuple[str | None, str | None]
"""Somebody's school and trust, as far as they are known."""


@dataclass(frozen=True)
class Coach:
    """A coach's own school and trust."""

    school_urn: str | None
    trust_id: str | None


def obstacles(
    person: Belongs,
    members: Sequence[Belongs],
    coach: Coach | None,
    *,
    slot: str | None = None,
    slots: Collection[str] | None = None,
    needs: Collection[str] = (),
    provides: Collection[str] = (),
) -> list[str]:
    """Why not, as codes: slot | school | trust | coach | access. None of it: they may.

    `slots` are those that the person can do; None, where they have not said, is no obstacle.
    `needs` are what they need to take part, `provides` what the coach's sessions have of it.
    """
    school, trust = person
    found = []
    if slot is not None and slots is not None and slot not in slots:
        found.append("slot")
    if school is not None and school in {theirs for theirs, _ in members}:
        found.append("school")
    if trust is not None and trust in {theirs for _, theirs in members}:
        found.append("trust")
    if coach is not None and (
        (school is not None and school == coach.school_urn)
        or (trust is not None and trust == coach.trust_id)
    ):
        found.append("coach")
    if not set(needs) <= set(provides):
        found.append("access")
    return found


WORDS = {
    "slot": "cannot do its slot",
    "school": "has someone of the same school in it",
    "trust": "has someone of the same trust in it",
    "coach": "has a coach of the same school or trust",
    "access": "does not provide what they need to take part",
}
