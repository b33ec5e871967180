"""How grave it is that something cannot be kept: four levels, of which a provider sets its own."""

from collections.abc import Mapping
from enum import StrEnum


class Severity(StrEnum):
    """block: such a session is not put into the calendar. block_release: nothing of the plan is,
    until it is mended. warn: it is, and is told of. ignore: nobody is told."""

    block = "block"
    block_release = "block_release"
    warn = "warn"
    ignore = "ignore"


USUAL: Mapping[str, Severity] = {
    "coach_twice": Severity.block,  # one person cannot be in two places
    "on_a_bank_holiday": Severity.block,
    "venue_twice": Severity.warn,  # it may have several rooms
    "schools_closed": Severity.warn,
    "beside_a_break": Severity.warn,
    "out_of_order": Severity.warn,
    "week_over_two_hours": Severity.warn,
    "notice_too_short": Severity.warn,
    "group_too_small": Severity.warn,  # of groups, since an event: so are those that follow
    "slot_not_possible": Severity.warn,
    "one_trust_twice": Severity.warn,
    "coach_too_close": Severity.warn,
    "coach_has_left": Severity.warn,
    "hub_not_active": Severity.warn,
    "access_needs": Severity.warn,
}


def read_severities(text: str) -> dict[str, Severity]:
    """`venue_twice=warn,schools_closed=block` over the usual ones. Raises ValueError, saying which
    part is wrong and what there is."""
    found = dict(USUAL)
    for part in filter(None, (part.strip() for part in text.split(","))):
        code, _, level = part.partition("=")
        if code not in USUAL or level not in list(Severity):
            raise ValueError(
                f"{part!r} is no clash=severity; clashes are {', '.join(USUAL)}, "
                f"severities {', '.join(Severity)}"
            )
        found[code] = Severity(level)
    return found
