"""Who calls: taken from the user that the broker has checked, never from a message's body."""

from dataclasses import dataclass

SERVICES = frozenset({"enrolment", "sessions", "assessment", "notifications"})
STAFF_PREFIX = "staff."


@dataclass(frozen=True)
class Caller:
    """`kind` is service, staff, hub or operator; `name` is the broker user without its prefix."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}"


def caller_of(user_id: str | None) -> Caller:
    """The caller behind a broker user.

    Each service has a broker user of its own name, each member of staff one named `staff.<name>`.
    A call that names no user (a plain nameko proxy's), or another user, is an operator's.
    """
    if user_id is None:
        return Caller("operator", "unnamed")
    if user_id in SERVICES:
        return Caller("service", user_id)
    if user_id.startswith(STAFF_PREFIX):
        return Caller("staff", user_id.removeprefix(STAFF_PREFIX))
    return Caller("operator", user_id)
