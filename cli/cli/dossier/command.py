"""`headship dossier`: give a script's whole record, and check it, here or from a file."""

import base64
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from assessment.domain import seals
from cli.errors import CommandError
from cli.imports.asking import Ask, asking
from cli.printing import console
from headship_contracts.assessment.dossiers import (
    DossierCheck,
    GetDossier,
    PrintDossier,
    SignDossier,
    VerifyDossier,
    VerifyDossiers,
)
from headship_contracts.errors import Refused

app = typer.Typer(
    help="Gives the record of a script, and holds it against its seals.", no_args_is_help=True
)

PARTS: dict[str, type] = {
    **dict.fromkeys(("script_id", "batch", "head", "text"), str),
    **{"number": int, "chain": list, "rows": dict},
}
"""What a saved dossier consists of."""

Here = Annotated[bool, typer.Option("--embedded", help="Ask the services of this machine.")]
Broker = Annotated[str | None, typer.Option("--amqp-uri", help="Which broker.")]


@app.command()
def save(
    script: Annotated[str, typer.Argument(help="The script's id.")],
    to: Annotated[Path, typer.Argument(help="A file that ends in .json or .pdf.")],
    embedded: Here = False,
    broker: Broker = None,
) -> None:
    """Write a script's whole record: as JSON to be checked, as PDF to be read."""
    script_id = _id(script, "SCRIPT")
    if to.suffix not in (".json", ".pdf"):
        raise CommandError(f"{to}: the file's name ends in .json or in .pdf")
    with asking(broker, embedded=embedded) as ask:
        if to.suffix == ".pdf":
            to.write_bytes(base64.b64decode(ask(PrintDossier(script_id=script_id)).content))
            return
        dossier = ask(GetDossier(script_id=script_id))
    to.write_text(dossier.content + "\n", encoding="utf-8")
    console().print(f"last seal {dossier.head}", soft_wrap=True)


@app.command()
def verify(
    what: Annotated[str, typer.Argument(help="A script's id, or a file that `save` wrote.")] = "",
    window: Annotated[str | None, typer.Option(help="All scripts of this window.")] = None,
    against: Annotated[
        Path | None, typer.Option(help="A file saved before: what it holds must still stand.")
    ] = None,
    embedded: Here = False,
    broker: Broker = None,
) -> None:
    """Hold every row against its seal, and name those that do not fit; then it exits 1.

    A file needs no platform, and shows by itself only that it is whole: the signature is checked
    where the secret is. `--against` finds out whether the chain was made anew since.
    """
    if bool(what) == bool(window):
        raise CommandError("give a script's id, a file, or --window WINDOW_ID: one of them")
    if what and Path(what).suffix == ".json":
        _tell([check_file(Path(what))])
        return
    chosen = _id(window, "--window") if window else _id(what, "SCRIPT")
    with asking(broker, embedded=embedded) as ask:
        checks = _of_window(ask, chosen) if window else [ask(VerifyDossier(script_id=chosen))]
        if against is not None and not window:
            told = ask(GetDossier(script_id=chosen))
            checks = [_with_older(checks[0], _read(against), json.loads(told.content))]
    _tell(checks)


@app.command()
def sign(
    script: Annotated[str, typer.Argument(help="The script's id.")] = "",
    window: Annotated[str | None, typer.Option(help="All scripts of this window.")] = None,
    reason: Annotated[str, typer.Option(help="Why what has no signature is confirmed.")] = "",
    embedded: Here = False,
    broker: Broker = None,
) -> None:
    """Confirm records that were begun before there were signatures, and sign with the newest
    secret. A record with a changed or missing row is refused. What was confirmed, by whom and why,
    is a step of the record."""
    if bool(script) == bool(window):
        raise CommandError("give a script's id or --window WINDOW_ID: one of them")
    if not reason.strip():
        raise CommandError("--reason is missing: it becomes part of the record")
    chosen = _id(window, "--window") if window else _id(script, "SCRIPT")
    with asking(broker, embedded=embedded) as ask:
        if not window:
            _tell([ask(SignDossier(script_id=chosen, reason=reason))])
            return
        _tell([_signed(ask, one, reason) for one in _of_window(ask, chosen)])


def _signed(ask: Ask, check: DossierCheck, reason: str) -> DossierCheck:
    """What it is like once it is signed, or as it was if it is refused: the others go on."""
    try:
        signed: DossierCheck = ask(SignDossier(script_id=check.script_id, reason=reason))
    except Refused as error:
        if error.code != "dossier_does_not_fit":
            raise
        return check
    return signed


def check_file(path: Path) -> DossierCheck:
    """Check a saved dossier by itself. Raises CommandError for what is none."""
    told = _read(path)
    chain = _chain(told)
    digests = {name: seals.digest_of(row) for name, row in told["rows"].items()}
    found = seals.flaws(chain, digests)
    if told["head"] != (chain[-1].sha256 if chain else seals.BEGINNING):
        found.append(seals.Flaw("head", "is not the last seal"))
    if not chain:
        found.append(seals.Flaw("chain", "is empty: a script is sealed as soon as there is one"))
    found += [seals.Flaw(name, "is not what the rows say") for name in _beside_the_rows(told)]
    return DossierCheck.load(
        {
            "script_id": told["script_id"],
            "number": told["number"],
            "seals": len(chain),
            "head": told["head"],
            "flaws": [vars(flaw) for flaw in found],
        }
    )


def _beside_the_rows(told: dict[str, Any]) -> list[str]:
    """What a dossier says outside of its rows, which alone are sealed, and they do not."""
    script = told["rows"].get(f"scripts/{told['script_id']}", {})
    window = told["rows"].get(f"windows/{script.get('window_id')}", {})
    sent = told["rows"].get(f"submissions/{script.get('submission_id')}", {})
    batch = "/".join(str(window.get(name)) for name in ("course", "cohort", "number"))
    digest = hashlib.sha256(str(told["text"]).encode()).hexdigest()
    return [
        name
        for name, holds in {
            "script_id": bool(script),
            "number": script.get("number") == told["number"],
            "batch": batch == told["batch"],
            # a text that was erased when its time was over is left out
            "text": told["text"] == "" or sent.get("text_sha256") == digest,
        }.items()
        if not holds
    ]


def _with_older(check: DossierCheck, older: dict[str, Any], now: dict[str, Any]) -> DossierCheck:
    """The chain must begin as it did when the file was saved."""
    before, after = _chain(older), _chain(now)
    differs = [
        {"row": f"seals/{seal.position}", "what": f"was made anew; it sealed {seal.row}"}
        for n, seal in enumerate(before)
        if n >= len(after) or after[n] != seal
    ]
    told = check.dump()
    return DossierCheck.load(told | {"flaws": [*told["flaws"], *differs[:1]]})


def _chain(told: dict[str, Any]) -> list[seals.Seal]:
    """Its seals. Raises CommandError, naming what is none."""
    found = []
    for number, seal in enumerate(told["chain"]):
        try:
            made = seals.Seal(**seal)
        except TypeError as error:
            raise CommandError(f"chain.{number} is no seal: {error}") from error
        for name, value in vars(made).items():
            wanted = int if name in ("position", "form") else str
            if type(value) is not wanted:
                raise CommandError(f"chain.{number}.{name} is {value!r}, not {wanted.__name__}")
        found.append(made)
    return found


def _read(path: Path) -> dict[str, Any]:
    try:
        told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        json.dumps(told, ensure_ascii=False).encode()  # half a pair of UTF-16 has no digest
        if not set(PARTS) <= told.keys():
            raise CommandError(f"{path} is no dossier: `headship dossier save` writes one")
        for name, wanted in PARTS.items():
            if not isinstance(told[name], wanted):
                raise CommandError(f"{path}: {name} is not {wanted.__name__}")
        for name, row in told["rows"].items():
            if not isinstance(row, dict):
                raise CommandError(f"{path}: rows.{name} is not dict")
        _id(told["script_id"], f"{path}: script_id")
    except OSError as error:
        raise CommandError(f"cannot read {path}: {error}") from error
    except (ValueError, AttributeError, RecursionError) as error:
        raise CommandError(f"{path} is no JSON: {error}") from error
    return told


def _of_window(ask: Ask, window_id: UUID) -> list[DossierCheck]:
    found: list[DossierCheck] = []
    cursor: str | None = None
    while True:
        page = ask(VerifyDossiers(window_id=window_id, cursor=cursor, limit=50))
        found += page.items
        cursor = page.next_cursor
        if cursor is None:
            return found


def _tell(checks: Sequence[DossierCheck]) -> None:
    for check in checks:
        for flaw in check.flaws:
            console().print(f"script {check.number}: {flaw.row} {flaw.what}", soft_wrap=True)
        for gone in check.erased:
            console().print(f"{gone.row}: {gone.what}", soft_wrap=True)
    erased = sum(len(check.erased) for check in checks)
    flawed = sum(bool(check.flaws) for check in checks)
    sealed = sum(check.seals for check in checks)
    told = f"{len(checks)} dossiers, {sealed} seals, {flawed} that do not fit"
    console().print(told + (f"; {erased} scripts lawfully erased" if erased else ""))
    if flawed:
        raise typer.Exit(1)


def _id(text: str, what: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise CommandError(f"{what} is {text!r}, which is no id") from error
