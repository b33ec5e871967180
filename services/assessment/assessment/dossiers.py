"""The record of a script, whole, and whether every row is as it was sealed."""

import json
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import inspect

from assessment import files, gone_scripts, queries, roles, scripts, seal_keys, sealing
from assessment.domain import seals as rules
from assessment.domain.windows import WindowState
from assessment.models import Base, Script, SimilarityCase, Submission
from assessment.sealed_rows import FORM, SEALED, name_of, values_of
from headship_contracts.assessment.dossiers import (
    Dossier,
    DossierCheck,
    DossierCheckPage,
    DossierDocument,
    DossierFlaw,
    GetDossier,
    PrintDossier,
    SignDossier,
    VerifyDossier,
    VerifyDossiers,
)
from headship_contracts.errors import NotFound, Refused
from kit import Caller, Transaction
from kit.db import ServiceDatabase

READERS = ("lead", "moderator")
LONGEST = 980_000
"""Characters of a dossier, or of its PDF in base64: a reply must fit a message."""

MOST_GONE = 100
"""Missing scripts that are named where none is left: the first of them tell enough."""

LARGEST_KEY = 2**63
"""What a database takes for a number ends before."""

PAIRS = f"{SimilarityCase.__tablename__}/"

TABLES = {model.__tablename__: model for model in SEALED}

Print = Callable[[dict[str, Any]], bytes]
"""Runs `documents.dossier:make` in a child process."""


def get(tx: Transaction, request: GetDossier) -> Dossier:
    """The whole record as JSON."""
    script = _lock_for_reader(tx, request.script_id)
    told = _whole(tx, script)
    content = json.dumps(told, ensure_ascii=False, sort_keys=True)
    if len(content) > LONGEST:
        raise Refused("dossier_too_long", f"it has {len(content)} characters; {LONGEST} travel")
    return Dossier(
        script_id=script.id,
        number=script.number,
        batch=script.window.batch,
        seals=len(told["chain"]),
        head=told["head"],
        content=content,
    )


def printed(
    db: ServiceDatabase, request: PrintDossier, caller: Caller, make: Print
) -> DossierDocument:
    """The record as PDF, made outside of any transaction."""
    with db.transaction(caller=caller) as tx:
        script = _lock_for_reader(tx, request.script_id)
        told = _whole(tx, script)
        name = f"dossier-{script.window.batch.replace('/', '-')}-{script.number}.pdf"
    document = make(told)
    content = b64encode(document).decode()
    if len(content) > LONGEST:
        raise Refused("dossier_too_long", "its PDF does not fit a message: take get_dossier")
    return DossierDocument(
        script_id=request.script_id,
        filename=name,
        sha256=sha256(document).hexdigest(),
        content=content,
    )


def sign(tx: Transaction, request: SignDossier) -> DossierCheck:
    """A lead confirms what was sealed before there were signatures, or with a lost secret.

    Only what has no seal or no signature can be confirmed, and not where seals are gone that were
    signed; the act is a step of the record itself.
    """
    roles.require(tx, roles.LEADS)
    script = queries.marking.lock_script(tx, request.script_id)
    chain = queries.dossiers.chain_of(tx, script.id)
    rows = {name_of(row): row for row in _rows(tx, script, chain)}
    without = _flaws(tx, script, chain, _digests(rows.values(), chain))
    unsigned = _unsigned(tx, script, chain)
    cut = rules.is_cut(chain, queries.dossiers.head_of(tx, script.id))
    damaged = [
        *(unsigned if cut else ()),
        *(flaw for flaw in without if flaw.what != rules.WITHOUT_SEAL),
        *_damaged_files(tx, script.submission),
    ]
    if damaged:
        told = ", ".join(f"{flaw.row} {flaw.what}" for flaw in damaged[:10])
        raise Refused("dossier_does_not_fit", told)
    flaws = [*without, *unsigned]
    if flaws:
        found = [f"{flaw.row} {flaw.what}" for flaw in flaws]
        why = {"reason": request.reason, "found": found}
        scripts.record(tx, script, "dossier_signed", "confirmed", **why)
        tx.flush()
    sealing.append(tx, {script.id: [rows[flaw.row] for flaw in without]}, confirmed=True)
    return _check(tx, script)


def verify(tx: Transaction, request: VerifyDossier) -> DossierCheck:
    """Hold the rows of one script against their seals."""
    roles.require(tx, READERS)
    return _check(tx, queries.marking.lock_script(tx, request.script_id))


def verify_window(tx: Transaction, request: VerifyDossiers) -> DossierCheckPage:
    """The same for a page of a window's scripts."""
    roles.require(tx, READERS)
    found, cursor = queries.dossiers.page_of_scripts(tx, request)
    missing, erased = gone_scripts.find(tx, request.window_id)
    items = [
        _check(tx, one, missing.pop(one.number, ()), erased.pop(one.number, ())) for one in found
    ]
    if request.cursor is None and (None in missing or None in erased):
        items.append(
            DossierCheck(  # of a window without any script
                script_id=request.window_id,
                number=0,
                seals=0,
                head=rules.BEGINNING,
                flaws=_told(missing.get(None, [])[:MOST_GONE]),
                erased=_told(erased.get(None, [])[:MOST_GONE]),
            )
        )
    return DossierCheckPage(items=items, next_cursor=cursor)


def _lock_for_reader(tx: Transaction, script_id: UUID) -> Script:
    """A script whose record the caller may read: a moderator not before the results are out, since
    they mark blind until then."""
    roles.require(tx, READERS)
    script = queries.marking.lock_script(tx, script_id)
    if script.window.state != WindowState.RELEASED:
        roles.require(tx, roles.LEADS)
    return script


def _whole(tx: Transaction, script: Script) -> dict[str, Any]:
    chain = queries.dossiers.chain_of(tx, script.id)
    form = _forms(chain)
    rows = {
        name_of(row): values_of(row, form.get(name_of(row), FORM))
        for row in _rows(tx, script, chain)
    }
    return {
        "script_id": str(script.id),
        "number": script.number,
        "batch": script.window.batch,
        "head": chain[-1].sha256 if chain else rules.BEGINNING,
        "chain": [vars(seal) for seal in chain],
        "rows": rows,
        "text": _text(tx, script.submission),
    }


def _check(
    tx: Transaction,
    script: Script,
    beside: Iterable[rules.Flaw] = (),
    erased: Iterable[rules.Flaw] = (),
) -> DossierCheck:
    chain = queries.dossiers.chain_of(tx, script.id)
    rows = _rows(tx, script, chain)
    found = [
        *beside,
        *_flaws(tx, script, chain, _digests(rows, chain)),
        *_unsigned(tx, script, chain),
        *_damaged_files(tx, script.submission),
    ]
    return DossierCheck(
        script_id=script.id,
        number=script.number,
        seals=len(chain),
        head=chain[-1].sha256 if chain else rules.BEGINNING,
        flaws=_told(found),
        erased=_told(erased),
    )


def _told(flaws: Iterable[rules.Flaw]) -> list[DossierFlaw]:
    return [DossierFlaw(row=flaw.row, what=flaw.what) for flaw in flaws]


def _flaws(
    tx: Transaction, script: Script, chain: Sequence[rules.Seal], digests: Mapping[str, str]
) -> list[rules.Flaw]:
    """What does not fit; a pair that was erased with the other one's record is no flaw of this."""
    return [
        flaw
        for flaw in rules.flaws(chain, digests)
        if not (flaw.row.startswith(PAIRS) and flaw.what == rules.MISSING)
        or queries.dossiers.sealed_elsewhere(tx, flaw.row, script.id)
    ]


def _digests(rows: Iterable[Base], chain: Sequence[rules.Seal]) -> dict[str, str]:
    form = _forms(chain)
    return {
        name_of(row): rules.digest_of(values_of(row, form.get(name_of(row), FORM))) for row in rows
    }


def _forms(chain: Sequence[rules.Seal]) -> dict[str, int]:
    """In which form each row was sealed last."""
    return {seal.row: seal.form for seal in chain}


def _unsigned(tx: Transaction, script: Script, chain: Sequence[rules.Seal]) -> list[rules.Flaw]:
    head = queries.dossiers.head_of(tx, script.id)
    return rules.unsigned(chain, script.id, head, seal_keys.secrets())


def _rows(tx: Transaction, script: Script, chain: Iterable[rules.Seal]) -> list[Base]:
    """Every row that is sealed, and every row that should be, in the order of the tables."""
    found = {name_of(row): row for row in queries.dossiers.rows_about(tx, script)}
    for seal in chain:
        if seal.row not in found:
            row = _fetched(tx, seal.row)
            if row is not None:
                found[seal.row] = row
    order = list(SEALED)
    return sorted(found.values(), key=lambda row: (order.index(type(row)), name_of(row)))


def _fetched(tx: Transaction, name: str) -> Base | None:
    table, _, key = name.partition("/")
    model = TABLES.get(table)
    if model is None:
        return None
    columns = inspect(model).primary_key
    try:
        values = [
            column.type.python_type(value)
            for column, value in zip(columns, key.split("/"), strict=True)
        ]
    except ValueError:  # somebody changed the seal: no row has such a key
        return None
    if any(isinstance(value, int) and not 0 < value < LARGEST_KEY for value in values):
        return None
    found: Base | None = tx.get(model, tuple(values), populate_existing=True)
    return found


def _damaged_files(tx: Transaction, submission: Submission) -> Iterable[rules.Flaw]:
    if rules.is_erased(submission.filename):
        return  # its texts went with its name, when their time was over
    for digest in (submission.sha256, submission.text_sha256):
        if digest is None:
            continue
        try:
            content = files.get(tx, digest)
        except NotFound:
            yield rules.Flaw(f"files/{digest}", "is missing")
            continue
        if sha256(content).hexdigest() != digest:
            yield rules.Flaw(f"files/{digest}", "was changed")


def _text(tx: Transaction, submission: Submission) -> str:
    if submission.text_sha256 is None or rules.is_erased(submission.filename):
        return ""
    return files.get(tx, submission.text_sha256).decode(errors="replace")
