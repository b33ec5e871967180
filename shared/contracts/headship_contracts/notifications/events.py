"""Facts that notifications tells."""

from dataclasses import dataclass
from uuid import UUID

from headship_contracts.messages import Event
from headship_contracts.protection import ErasedRecords, KeptRecords


@dataclass(frozen=True, kw_only=True)
class MessageFailed(Event, source="notifications", heard_by=("enrolment",)):
    """A message did not reach someone. `revision` is the message's."""

    message_id: UUID
    person_id: UUID
    template: str
    permanent: bool


@dataclass(frozen=True, kw_only=True)
class PersonErased(Event, source="notifications", heard_by=("enrolment",)):
    """What notifications did about an erasure, the first time and whenever more may go."""

    erasure_id: UUID
    erased: list[ErasedRecords]
    kept: list[KeptRecords]
