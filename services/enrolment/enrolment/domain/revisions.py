"""Writes that say which state of a record they were decided on."""

from headship_contracts.errors import Conflict


def check_revision(current: int, expected: int | None) -> None:
    """Raises Conflict, naming the current revision, where the record has changed since."""
    if expected is not None and expected != current:
        problem = {"if_revision": [f"is {expected}, the record is at {current}"]}
        raise Conflict("stale_revision", f"it has changed: it is at revision {current}", problem)
