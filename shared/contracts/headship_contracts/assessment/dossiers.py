"""What can be asked about the record of a script: whole, chained, and checked."""

from uuid import UUID

from headship_contracts.messages import ListRequest, Page, Request
from headship_contracts.shape import Shape, items, shape, text


@shape
class Dossier(Shape):
    """A script's whole record as JSON: `rows` by table/key, the `chain` that seals them, the text.

    `head` is the last seal's SHA-256: kept elsewhere, it proves this record at this time.
    """

    script_id: UUID
    number: int
    batch: str
    seals: int
    head: str
    content: str = text(longest=980_000)


@shape
class GetDossier(Request[Dossier], to="assessment"):
    """The record for the external moderator; it names no author, but who marked."""

    script_id: UUID


@shape
class DossierDocument(Shape):
    """A dossier as PDF, in base64."""

    script_id: UUID
    filename: str
    sha256: str
    content: str = text(longest=980_000)


@shape
class PrintDossier(Request[DossierDocument], to="assessment"):
    """The same record to be read."""

    script_id: UUID


@shape
class DossierFlaw(Shape):
    """A row that does not fit its seal: table/key, and whether changed, added or missing."""

    row: str
    what: str


@shape
class DossierCheck(Shape):
    """What the check of one script found: nothing, where all is as it was sealed.

    `erased`: scripts beside it that are not there any more, lawfully; they are no flaw.
    """

    script_id: UUID
    number: int
    seals: int
    head: str
    flaws: list[DossierFlaw]
    erased: list[DossierFlaw] = items(most=10_000, default_factory=list)


@shape
class VerifyDossier(Request[DossierCheck], to="assessment"):
    """Hold every row of a script against its seal, every file against its name."""

    script_id: UUID


@shape
class SignDossier(Request[DossierCheck], to="assessment", writes=True):
    """A lead confirms a record, part of which has no seal or is not signed, and signs it anew.

    Raises Refused `dossier_does_not_fit` where a row or a file is not as it was sealed.
    """

    script_id: UUID
    reason: str = text(longest=500, pattern=r"\S")


@shape
class DossierCheckPage(Page):
    """Checks by script number."""

    items: list[DossierCheck]


@shape
class VerifyDossiers(ListRequest[DossierCheckPage], to="assessment"):
    """The same for all scripts of a window, a page at a time."""

    window_id: UUID
