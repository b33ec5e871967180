"""Facts that notifications tells."""

from uuid import UUID

from headship_contracts.messages import Event
from headship_contracts.protection import ErasedRecords, KeptRecords
from headship_contracts.shape import shape


@shape
class MessageFailed(Event, source="notifications", heard_by=("enrolment",)):
    """A message did not reach someone. `revision` is the message's."""

    message_id: UUID
    person_id: UUID
    template: str
    permanent: bool  # nothing will arrive at their address


@shape
class PersonErased(Event, source="notifications", heard_by=("enrolment",)):
    """What notifications did about an erasure, the first time and whenever more may go."""

    erasure_id: UUID
    erased: list[ErasedRecords]
    kept: list[KeptRecords]
