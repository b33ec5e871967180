"""Facts that assessment tells."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from headship_contracts.messages import Event
from headship_contracts.protection import ErasedRecords, KeptRecords
from headship_contracts.shape import shape


@shape
class CandidateEntered(Event, source="assessment", heard_by=("sessions", "notifications")):
    """A participant may sit in a window. `revision` is the candidate's.

    `because` says why it is told again: of an `extension`, `extension_granted` tells the person.
    """

    candidate_id: UUID
    application_id: UUID
    participant_id: UUID
    window_id: UUID
    attempt: int
    opens_at: datetime
    closes_at: datetime
    word_limit: int
    because: str | None = None  # extension | adjustment


@shape
class CandidateRemoved(Event, source="assessment", heard_by=("sessions", "notifications")):
    """A participant will not sit in a window after all."""

    candidate_id: UUID
    application_id: UUID
    participant_id: UUID
    window_id: UUID
    reason: str


@shape
class WindowOpened(Event, source="assessment", heard_by=("notifications",)):
    """A window is open: its candidates may see the case study. `revision` is the window's."""

    window_id: UUID
    course: str
    cohort: str
    opens_at: datetime
    closes_at: datetime


@shape
class SubmissionReceived(Event, source="assessment", heard_by=("enrolment", "notifications")):
    """A script arrived in time. `revision` is the submission's.

    `fee`: of an attempt after a fail, as the failed paper has it; owed once for the attempt,
    however often the script is replaced, and by those only for whom DfE does not pay.
    """

    submission_id: UUID
    application_id: UUID
    participant_id: UUID
    window_id: UUID
    received_at: datetime
    words: int
    word_limit: int
    sha256: str
    attempt: int = 1
    fee: Decimal | None = None


@shape
class SubmissionRefused(Event, source="assessment", heard_by=("notifications",)):
    """A file could not be taken; `reason` is a code, no text of the file."""

    submission_id: UUID
    application_id: UUID
    participant_id: UUID
    window_id: UUID
    reason: str


@shape
class SubmissionMissed(Event, source="assessment", heard_by=("enrolment", "notifications")):
    """The window closed and no script had come."""

    candidate_id: UUID
    application_id: UUID
    participant_id: UUID
    window_id: UUID


@shape
class ScriptAllocated(Event, source="assessment", heard_by=("notifications",)):
    """A script lies with an assessor. `revision` is the allocation's."""

    allocation_id: UUID
    script_id: UUID
    staff_id: UUID
    role: str  # first | second | adjudicator
    due_on: date


@shape
class ScriptWithdrawn(Event, source="assessment", heard_by=("notifications",)):
    """A script does not lie with an assessor any more, unmarked. `revision` is the allocation's."""

    allocation_id: UUID
    script_id: UUID
    staff_id: UUID
    role: str
    reason: str  # lead_decides | marker_drops_out | lease_lost | returned


@shape
class MarkingOverdue(Event, source="assessment", heard_by=("notifications",)):
    """A reminder: so many of a marker's scripts are due soon, or overdue, on this day."""

    staff_id: UUID
    window_id: UUID
    on: date
    due_soon: int
    overdue: int
    due_on: date  # of the earliest


@shape
class ResubmissionOffered(Event, source="assessment", heard_by=("notifications",)):
    """A failed participant may submit again, as this attempt; `candidate_entered` tells when.

    `window_id` is None until that window is scheduled. `revision` is the failed result's.
    """

    application_id: UUID
    participant_id: UUID
    window_id: UUID | None = None
    attempt: int
    not_before: date | None = None
    fee: Decimal | None = None


@shape
class ExtensionGranted(Event, source="assessment", heard_by=("notifications",)):
    """A candidate's window closes later, for them alone. `revision` is the candidate's."""

    candidate_id: UUID
    extension_id: UUID
    application_id: UUID
    participant_id: UUID
    window_id: UUID
    former_closes_at: datetime
    closes_at: datetime


@shape
class CircumstancesDecided(Event, source="assessment", heard_by=("notifications",)):
    """Extenuating circumstances were decided. `revision` is the case's."""

    circumstances_id: UUID
    application_id: UUID
    participant_id: UUID
    window_id: UUID
    outcome: str  # extend | defer | disregard_attempt | refuse


@shape
class CaseOverdue(Event, source="assessment", heard_by=("notifications",)):
    """Circumstances, or a stage of an appeal, should have been decided; told on each day until they
    are. `revision` is the case's; `week` is this week's Monday.
    """

    case_id: UUID
    kind: str  # circumstances | appeal
    stage: str | None = None  # of an appeal
    due_on: date
    week: date


@shape
class AppealReceived(Event, source="assessment", heard_by=("notifications",)):
    """An appeal, or its next stage, has begun; `due_on` is when this stage is decided."""

    appeal_id: UUID
    application_id: UUID
    participant_id: UUID
    result_id: UUID
    stage: str
    due_on: date


@shape
class AppealDecided(Event, source="assessment", heard_by=("notifications",)):
    """A stage of an appeal was decided; a changed result is told by `result_released`.

    `next_by` is the last day to ask for the next stage.
    """

    appeal_id: UUID
    application_id: UUID
    participant_id: UUID
    result_id: UUID
    stage: str
    decision: str  # upheld | dismissed
    remedy: str | None = None  # result_changed | another_attempt
    next_by: date | None = None


@shape
class ResultReleased(
    Event, source="assessment", heard_by=("enrolment", "sessions", "notifications")
):
    """A result stands. Sent again, with the same `result_id` and `replaces`, when it changes."""

    result_id: UUID
    application_id: UUID
    participant_id: UUID
    attempt: int
    state: str  # passed | failed
    completion_date: date
    replaces: int | None = None  # the revision that this one replaces


@shape
class PersonErased(Event, source="assessment", heard_by=("enrolment",)):
    """What assessment did about an erasure, the first time and whenever more may go."""

    erasure_id: UUID
    erased: list[ErasedRecords]
    kept: list[KeptRecords]
