"""People's data in enrolment: its audit trail, who is who, and the erasure of a person."""

from datetime import date, datetime
from uuid import UUID

from headship_contracts import protection
from headship_contracts.messages import ListRequest, Page, Request
from headship_contracts.shape import Shape, shape, text


@shape
class ListAudit(protection.ListAudit, to="enrolment"):
    """Who read or changed these people's records in enrolment."""


@shape
class VerifyAudit(protection.VerifyAudit, to="enrolment"):
    """Is the audit trail of enrolment what was sealed?"""


@shape
class ExportPerson(protection.ExportPerson, to="enrolment"):
    """All that enrolment holds about a person."""


@shape
class ReportRetention(protection.ReportRetention, to="enrolment"):
    """What would enrolment's retention job delete now?"""


@shape
class PersonIds(Shape):
    """Every id of a person, former ones of people merged into them too, and their applications."""

    kind: str  # participant | staff
    person_ids: list[UUID]
    application_ids: list[UUID]


@shape
class IdentifyPerson(Request[PersonIds], to="enrolment"):
    """By which ids is somebody known? Found by any of their own, or by one of an application."""

    person_id: UUID


@shape
class ErasedIn(Shape):
    """Records that are gone from a service."""

    service: str
    kind: str
    rows: int


@shape
class KeptIn(Shape):
    """Records that a service has to keep, until which day and why."""

    service: str
    kind: str
    rows: int
    until: date
    why: str


@shape
class ErasureCertificate(Shape):
    """What was erased, and what was kept and why. `state`: under_way while `awaited` names services
    that have not told yet; kept: some records wait for their day; complete: nothing is left."""

    erasure_id: UUID
    person_id: UUID
    state: str
    reason: str
    ended_on: date
    decided_at: datetime
    decided_by: str
    awaited: list[str]
    erased: list[ErasedIn]
    kept: list[KeptIn]


@shape
class DecideErasure(Request[ErasureCertificate], to="enrolment", writes=True):
    """Erase a person in all services, as far as no rule says that something must be kept.

    `reason` is the ground in UK GDPR Article 17(1): no_longer_needed | consent_withdrawn |
    objection | unlawful | legal_obligation. Refused while the person is in training, or works here.
    """

    person_id: UUID
    reason: str = text(
        longest=30,
        pattern=r"(no_longer_needed|consent_withdrawn|objection|unlawful|legal_obligation)\Z",
    )


@shape
class GetErasure(Request[ErasureCertificate], to="enrolment"):
    """The certificate of an erasure, as it stands now; by its id or by the person's."""

    erasure_id: UUID | None = None
    person_id: UUID | None = None


@shape
class ErasureRecord(Shape):
    """An erasure in short."""

    erasure_id: UUID
    person_id: UUID
    state: str
    decided_at: datetime


@shape
class ErasurePage(Page):
    """A page of erasures, the latest first."""

    items: list[ErasureRecord]


@shape
class ListErasures(ListRequest[ErasurePage], to="enrolment"):
    """All erasures."""
