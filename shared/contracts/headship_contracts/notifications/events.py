"""Facts that notifications tells."""

from dataclasses import dataclass
from uuid import UUID

from headship_contracts.messages import Event


@dataclass(frozen=True, kw_only=True)
class MessageFailed(Event, source="notifications", heard_by=("enrolment",)):
    """A message did not reach someone. `revision` is the message's."""

    message_id: UUID
    person_id: UUID
    template: str
    permanent: bool
