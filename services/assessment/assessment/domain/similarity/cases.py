"""What may be decided about a pair of scripts that are alike."""

from enum import StrEnum

from headship_contracts.errors import Invalid, Refused


class Status(StrEnum):
    """Where a pair is. Only a person moves it on."""

    FLAGGED = "flagged"
    UNDER_INVESTIGATION = "under_investigation"
    NO_CASE = "no_case"
    UPHELD = "upheld"


HOLDS = (Status.UNDER_INVESTIGATION, Status.UPHELD)
"""While a pair is in one of these, neither script's result is released by itself."""

_NEXT = {
    Status.FLAGGED: (Status.UNDER_INVESTIGATION, Status.NO_CASE),
    Status.UNDER_INVESTIGATION: (Status.NO_CASE, Status.UPHELD),
    Status.NO_CASE: (Status.UNDER_INVESTIGATION,),
    Status.UPHELD: (Status.UNDER_INVESTIGATION,),
}


def require_step(now: str, wanted: str) -> Status:
    """The status that was asked for. Raises Invalid for an unknown one, Refused for a jump."""
    words = ", ".join(status for status in Status if status is not Status.FLAGGED)
    if wanted not in set(map(str, Status)) or wanted == Status.FLAGGED:
        raise Invalid("invalid_fields", "no such status", {"status": [f"is one of {words}"]})
    if wanted not in _NEXT[Status(now)]:
        told = " or ".join(_NEXT[Status(now)])
        raise Refused(f"pair_{now}", f"from here it goes to {told}")
    return Status(wanted)
