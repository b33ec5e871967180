"""The feed of what has changed for a hub: each service has one, and a hub merges the four."""

from datetime import datetime
from uuid import UUID

from headship_contracts.messages import Request
from headship_contracts.shape import Shape, number, shape, text

POSITION = r"^\d{1,18}\.\d{1,12}$"


@shape
class HubChange(Shape):
    """That something has happened; the record as it is now is asked for by its id.

    `name` is the event's, `record_id` that of the record named first in it, `application_id` whom
    it is about and `session_id` in which session, if any. `since` is where a
    call goes on after this change. An unknown name may be passed over.
    """

    name: str
    record_id: UUID
    application_id: UUID | None = None
    session_id: UUID | None = None
    occurred_at: datetime
    since: str


@shape
class HubChanges(Shape):
    """Changes in the order in which they became known. `since` is where the next call goes on.

    `more`: there are more just now.
    """

    items: list[HubChange]
    since: str
    more: bool = False


@shape
class HubChangesRequest(Request[HubChanges]):
    """What has changed since a position; without one, only the position of this moment.

    Nothing is ever left out, and nothing comes twice. A position is good for 35 days: then it is
    `Refused`, `position_too_old`, and the hub reads its lists anew.
    """

    since: str | None = text(longest=40, pattern=POSITION, default=None)
    limit: int = number(least=1, most=500, default=200)
