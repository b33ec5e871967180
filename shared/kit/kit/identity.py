"""Who calls: taken from the user that the broker has checked, never from a message's body."""

from dataclasses import dataclass
from uuid import UUID

SERVICES = frozenset({"enrolment", "sessions", "assessment", "notifications"})
STAFF_PREFIX = "staff."
HUB_PREFIX = "hub."


@dataclass(frozen=True)
class Caller:
    """`kind` is service, staff, hub or operator; `name` is the broker user without its prefix.

    A hub's name is the id of its delivery partner.
    """

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}"


def caller_of(user_id: str | None) -> Caller:
    """The caller behind a broker user.

    Each service has a broker user of its own name, each member of staff one named `staff.<name>`.
    A hub's are named as `hub_user` says. A call that names no user (a plain nameko proxy's), or
    another user, is an operator's.
    """
    if user_id is None:
        return Caller("operator", "unnamed")
    if user_id in SERVICES:
        return Caller("service", user_id)
    if user_id.startswith(STAFF_PREFIX):
        return Caller("staff", user_id.removeprefix(STAFF_PREFIX))
    hub = hub_behind(user_id)
    if hub is not None:
        return Caller("hub", str(hub))
    return Caller("operator", user_id)


def hub_user(delivery_partner_id: UUID, credential: int) -> str:
    """A hub's broker user. It has two for the time in which it changes from one to the next."""
    return f"{HUB_PREFIX}{delivery_partner_id}.{credential}"


def hub_behind(user_id: str) -> UUID | None:
    """The delivery partner whose broker user this is; None if it is no hub's."""
    told, _, credential = user_id.removeprefix(HUB_PREFIX).rpartition(".")
    if not user_id.startswith(HUB_PREFIX) or not (credential.isascii() and credential.isdigit()):
        return None
    try:
        hub = UUID(told)
    except ValueError:
        return None
    return hub if str(hub) == told else None
