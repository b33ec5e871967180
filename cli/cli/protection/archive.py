"""The archive that a person gets: a page to read, the same as JSON, and their files."""

import base64
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any, Final

import headship_contracts.catalogue  # noqa: F401 - importing it registers every request
from cli.imports.asking import Ask
from cli.services import SERVICES
from cli.whole_files import written
from headship_contracts.enrolment.protection import PersonIds
from headship_contracts.messages import REQUESTS
from headship_contracts.protection import ExportedDocument, PersonExport

ROWS: Final = 200

_STYLE: Final = (
    "body{font:16px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em}"
    "dl{border-top:1px solid #bbb;padding:.5em 0;display:grid;grid-template-columns:14em 1fr}"
    "dt{color:#505a5f}dd{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}"
)


@dataclass
class Held:
    """What one service holds: title → rows, and files."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    documents: list[ExportedDocument] = field(default_factory=list)


def gather(ask: Ask, service: str, who: PersonIds) -> Held:
    """All of one service, page by page."""
    held = Held()
    for page in _pages(ask, service, who):
        held.documents += page.documents
        for row in page.items:
            held.rows.setdefault(row.title, []).append(json.loads(row.content))
    return held


def write(ask: Ask, who: PersonIds, to: Path) -> dict[str, Held]:
    """Write the archive; it is readable by its owner alone, and is there whole or not at all."""
    found = {service: gather(ask, service, who) for service in SERVICES}
    made_at = datetime.now(UTC)
    with written(to) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("index.html", page_of(who, found, made_at))
        archive.writestr("data.json", _json(who, found, made_at))
        for service, held in found.items():
            for document in held.documents:
                with archive.open(name_of(service, document), "w") as entry:
                    for content in _contents(ask, service, document, who):
                        entry.write(content)
    return found


def name_of(service: str, document: ExportedDocument) -> str:
    """Where a file lies in the archive: unlike any other, and harmless to unpack."""
    plain = re.sub(r"[^\w.-]+", "_", Path(document.name.replace("\\", "/")).name).lstrip(".")
    return f"documents/{service}/{document.sha256[:12]}-{plain or 'file'}"


def page_of(who: PersonIds, found: dict[str, Held], made_at: datetime) -> str:
    """The page: what each service holds, in words."""
    parts = [
        "<!doctype html><html lang='en'><meta charset='utf-8'>",
        f"<title>What we hold about you</title><style>{_STYLE}</style>",
        f"<h1>What we hold about you</h1><p>As of {made_at:%d %B %Y %H:%M} UTC. ",
        "The same is in <code>data.json</code> for programs; files are in ",
        f"<code>documents</code>.</p><p>You are known by {_ids(who)}.</p>",
    ]
    for service, held in found.items():
        parts.append(f"<h2>{escape(service.capitalize())}</h2>")
        if not held.rows:
            parts.append("<p>Nothing.</p>")
        for title, rows in held.rows.items():
            parts.append(f"<h3>{escape(title)}</h3>")
            parts += [_row(row) for row in rows]
        for document in held.documents:
            name = name_of(service, document)
            parts.append(f"<p><a href='{escape(name)}'>{escape(document.name)}</a></p>")
    return "\n".join([*parts, "</html>"])


def _row(row: dict[str, Any]) -> str:
    told = "".join(
        f"<dt>{escape(name.replace('_', ' '))}</dt><dd>{escape(_words(value))}</dd>"
        for name, value in row.items()
        if value not in (None, "", [], {})
    )
    return f"<dl>{told}</dl>"


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, indent=1)
    return str(value)


def _ids(who: PersonIds) -> str:
    return ", ".join(f"<code>{one}</code>" for one in [*who.person_ids, *who.application_ids])


def _json(who: PersonIds, found: dict[str, Held], made_at: datetime) -> str:
    told = {
        "made_at": made_at.isoformat(),
        "person": who.dump(),
        "services": {
            service: {
                "records": held.rows,
                "documents": [
                    {"file": name_of(service, one), "name": one.name, "sha256": one.sha256}
                    for one in held.documents
                ],
            }
            for service, held in found.items()
        },
    }
    return json.dumps(told, ensure_ascii=False, indent=2)


def _pages(ask: Ask, service: str, who: PersonIds) -> Iterator[PersonExport]:
    request: Any = REQUESTS[service, "export_person"]
    cursor: str | None = None
    while True:
        page: PersonExport = ask(
            request(
                person_ids=who.person_ids,
                application_ids=who.application_ids,
                cursor=cursor,
                limit=ROWS,
            )
        )
        yield page
        cursor = page.next_cursor
        if cursor is None:
            return


def _contents(
    ask: Ask, service: str, document: ExportedDocument, who: PersonIds
) -> Iterator[bytes]:
    request: Any = REQUESTS[service, "export_document"]
    position = 0
    while True:
        piece = ask(
            request(
                sha256=document.sha256,
                position=position,
                person_ids=who.person_ids,
                application_ids=who.application_ids,
            )
        )
        if piece.last:
            return
        yield base64.b64decode(piece.content)
        position += 1
