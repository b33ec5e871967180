"""Who a session is for, as its `audience` says it."""

from uuid import UUID

COHORT = "cohort"


def of_group(group_id: UUID) -> str:
    """The audience that a group is."""
    return f"group {group_id}"


def of_hub(delivery_partner_id: UUID) -> str:
    """The audience that the participants of a hub are."""
    return f"hub {delivery_partner_id}"


def of_extra(session_id: UUID) -> str:
    """The audience of a session of which only those are who book a seat in it."""
    return f"extra {session_id}"
