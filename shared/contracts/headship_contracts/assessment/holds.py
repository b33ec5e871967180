"""What can be asked about results that are kept back, and what comes of a doubt."""

from uuid import UUID

from headship_contracts.messages import Done, Request
from headship_contracts.shape import shape, text


@shape
class HoldScript(Request[Done], to="assessment", writes=True):
    """Keep back a script's result, and so its window's release, with the reason.

    With `integrity` in doubt the script is marked by two, now or when its first marks come in.
    """

    script_id: UUID
    integrity: bool = False
    reason: str = text(longest=500, pattern=r"\S")


@shape
class LiftHold(Request[Done], to="assessment", writes=True):
    """Let a held script's result go.

    Where its integrity was in doubt, `outcome` says what comes of that: `as_marked`, the marks
    decide; `fail`, the attempt fails whatever they say. Refused (`outcome_needed`) without one
    where a pair of the script was upheld. It is part of the script's record, and stays until
    another one is given, a further pair of the script is upheld, or an upheld one is investigated
    anew.
    """

    script_id: UUID
    reason: str = text(longest=500, pattern=r"\S")
    outcome: str | None = text(pattern=r"^(as_marked|fail)$", default=None)
