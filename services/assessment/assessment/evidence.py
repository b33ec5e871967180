"""Files that come with circumstances and appeals."""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from uuid import uuid4

from assessment import files, queries, roles
from assessment.models import CaseEvidence
from headship_contracts.assessment.circumstances import (
    AddEvidence,
    EvidenceFile,
    EvidencePage,
    EvidenceRecord,
    GetEvidence,
    ListEvidence,
)
from headship_contracts.errors import Invalid, NotFound, Refused
from kit import Transaction

WHO_DECIDES = (*roles.LEADS, "moderator")


def add(tx: Transaction, request: AddEvidence) -> EvidenceRecord:
    """Keep a file with a case that is not decided yet."""
    roles.require(tx, WHO_DECIDES)
    content = _content(request)
    _require_one_case(request)
    if request.circumstances_id is not None:
        case = queries.cases.require_circumstances(tx, request.circumstances_id, lock=True)
        if case.state != "filed":
            raise Refused(f"already_{case.state}", "evidence comes before the decision")
    elif request.appeal_id is not None:
        appeal = queries.cases.require_appeal(tx, request.appeal_id)
        queries.marking.lock_script(tx, appeal.result.script_id)
        if appeal.state != "open":
            raise Refused(f"already_{appeal.state}", "evidence comes before the decision")
    digest = files.put(tx, content)
    tx.flush()
    kept = CaseEvidence(
        id=uuid4(),
        circumstances_id=request.circumstances_id,
        appeal_id=request.appeal_id,
        filename=request.filename,
        sha256=digest,
        note=request.note,
        added_at=tx.at,
        added_by=str(tx.caller),
    )
    tx.add(kept)
    return _record(kept)


def list_all(tx: Transaction, request: ListEvidence) -> EvidencePage:
    """A case's evidence, oldest first."""
    roles.require(tx, WHO_DECIDES)
    _require_one_case(request)
    found, cursor = queries.cases.page_of_evidence(tx, request)
    return EvidencePage(items=[_record(one) for one in found], next_cursor=cursor)


def get(tx: Transaction, request: GetEvidence) -> EvidenceFile:
    """The file, for who decides."""
    roles.require(tx, WHO_DECIDES)
    found = tx.get(CaseEvidence, request.evidence_id)
    if found is None:
        raise NotFound("evidence_not_found", str(request.evidence_id))
    content = b64encode(files.get(tx, found.sha256)).decode()
    return EvidenceFile(filename=found.filename, content=content)


def _content(request: AddEvidence) -> bytes:
    try:
        content = b64decode(request.content, validate=True)
    except (NotBase64, ValueError) as error:
        problem = {"content": ["is no base64"]}
        raise Invalid("invalid_fields", "the file did not arrive whole", problem) from error
    if not content:
        raise Refused("file_empty", "the file holds nothing")
    return content


def _require_one_case(request: AddEvidence | ListEvidence) -> None:
    if (request.circumstances_id is None) == (request.appeal_id is None):
        told = ["give this or appeal_id, one of the two"]
        raise Invalid("invalid_fields", "whose evidence is it?", {"circumstances_id": told})


def _record(kept: CaseEvidence) -> EvidenceRecord:
    return EvidenceRecord(
        evidence_id=kept.id,
        filename=kept.filename,
        sha256=kept.sha256,
        note=kept.note,
        added_at=kept.added_at,
        added_by=kept.added_by,
    )
