"""What every service answers about people's data: who saw it, and whether that list is whole.

These are bases: `enrolment.protection` and its neighbours say whom each is for.
"""

from datetime import date, datetime
from uuid import UUID

from headship_contracts.messages import ListRequest, Page, Request
from headship_contracts.shape import Shape, items, number, shape, text


@shape
class AuditEntry(Shape):
    """One record that was read or changed in one call. `at` is wall time."""

    entry_id: int
    at: datetime
    caller: str  # kind:name, e.g. staff:anna
    through: str  # rpc get_application
    act: str  # read | change
    kind: str  # application | person | script | ...
    record_id: UUID
    correlation_id: str  # the same in the service's log


@shape
class AuditPage(Page):
    """A page of the audit trail, newest first."""

    items: list[AuditEntry]


@shape
class ListAudit(ListRequest[AuditPage]):
    """Who read or changed the records of these people and applications in one service, and the
    records that hang on them there (scripts, messages, fees). At least one id is needed."""

    person_ids: list[UUID] = items(most=100, default_factory=list)
    application_ids: list[UUID] = items(most=100, default_factory=list)
    since: datetime | None = None
    until: datetime | None = None


@shape
class AuditFlaw(Shape):
    """Where the trail is not what was sealed: the seal, and the rows under it."""

    number: int
    what: str
    first_id: int
    last_id: int


@shape
class AuditCheck(Shape):
    """What was found for some seals, in order. `head` is the hash of the last one looked at; the
    service's log names it, so that a trail that was cut short can be told."""

    seals: int
    rows: int
    last_number: int
    head: str
    more: bool
    flaws: list[AuditFlaw]


@shape
class VerifyAudit(Request[AuditCheck]):
    """Hold the seals after number `after` against their rows."""

    after: int = number(least=0, default=0)
    limit: int = number(least=1, most=500, default=100)


@shape
class ExportedRow(Shape):
    """A row about the person: what kind of thing it is in words, and its fields as JSON."""

    table: str
    title: str
    content: str = text(longest=4_000_000)


@shape
class ExportedDocument(Shape):
    """A file of the person's. `size` in bytes."""

    name: str
    sha256: str
    size: int


@shape
class PersonExport(Page):
    """A page of all that one service holds about a person; the first one lists their files."""

    items: list[ExportedRow]
    documents: list[ExportedDocument]


@shape
class ExportPerson(ListRequest[PersonExport]):
    """All that one service holds about a person: by each of their ids and applications."""

    person_ids: list[UUID] = items(most=100, default_factory=list)
    application_ids: list[UUID] = items(most=100, default_factory=list)


@shape
class DocumentPiece(Shape):
    """A piece of a file, in base64. `last`: the file has ended before it."""

    content: str = text(longest=2_000_000)
    last: bool = False


@shape
class ExportDocument(Request[DocumentPiece]):
    """Piece number `position` of a file that `export_person` named, counted from 0."""

    sha256: str = text(longest=64, pattern=r"[0-9a-f]{64}\Z")
    position: int = number(least=0, default=0)
    person_ids: list[UUID] = items(most=100, default_factory=list)
    application_ids: list[UUID] = items(most=100, default_factory=list)


@shape
class ErasedRecords(Shape):
    """Records that are gone."""

    kind: str
    rows: int


@shape
class KeptRecords(Shape):
    """Records that have to stay, until which day and why."""

    kind: str
    rows: int
    until: date
    why: str


@shape
class RetentionDue(Shape):
    """Records whose time is over: kept `months` after the end of training, or of their making."""

    kind: str
    table: str
    rows: int
    months: int


@shape
class RetentionReport(Shape):
    """What the retention job of a service would delete or blank now."""

    at: datetime
    due: list[RetentionDue]
    erasures_due: int


@shape
class ReportRetention(Request[RetentionReport]):
    """What would go now, if the retention job ran? Nothing is changed."""
