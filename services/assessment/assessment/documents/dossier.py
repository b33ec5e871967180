"""A script's record to be read by the external moderator."""

import json
from typing import Any

from assessment.documents import page


def make(dossier: dict[str, Any]) -> bytes:
    """PDF of what `get_dossier` gives as JSON: decisions, marks, rows by kind, and the chain."""
    rows: dict[str, dict[str, Any]] = dossier["rows"]
    parts = [
        page.said(f"Dossier of script {dossier['number']} of {dossier['batch']}", page.TITLE),
        page.said(
            "Every mark, rule, version, seed and decision, in the order in which it came about. "
            "Each row is sealed: the last seal stands below, and the same record as JSON can be "
            "checked by anybody (headship dossier verify)."
        ),
        page.said(f"Last seal: {dossier['head']}", page.SMALL),
        page.said("Decisions", page.HEADING),
        page.rows(
            ("", "when", "what", "rule", "by", "facts"),
            [_step(step) for step in _of(rows, "decision_steps", "position")],
            (8, 30, 26, 30, 30, 46),
        ),
        page.said("Marks", page.HEADING),
    ]
    allocations = {
        name.partition("/")[2]: row for name, row in rows.items() if _is(name, "allocations")
    }
    for name, mark in sorted(rows.items(), key=lambda item: str(item[1].get("marked_at"))):
        if _is(name, "marks"):
            parts += _marks(allocations.get(name.partition("/")[2], {}), mark)
    for table, told in (
        ("papers", "Paper and mark scheme"),
        ("windows", "Window and draw"),
        ("submissions", "Submission"),
        ("results", "Result"),
        ("circumstances", "Extenuating circumstances"),
        ("appeals", "Appeal"),
        ("appeal_stages", "Stages of the appeal"),
    ):
        found = {name: row for name, row in rows.items() if _is(name, table)}
        if found:
            parts.append(page.said(told, page.HEADING))
            parts += [_row(row) for row in found.values()]
    parts += [
        page.said("The script, as its markers saw it", page.HEADING),
        *(page.said(text) for text in dossier["text"].split("\n") if text.strip()),
        page.said("Seals", page.HEADING),
        page.rows(
            ("", "row", "SHA-256 of the row", "SHA-256 of the seal"),
            [[s["position"], s["row"], s["row_sha256"], s["sha256"]] for s in dossier["chain"]],
            (10, 60, 50, 50),
        ),
    ]
    return page.document(f"Dossier of script {dossier['number']}", parts)


def _is(name: str, table: str) -> bool:
    return name.startswith(f"{table}/")


def _of(rows: dict[str, dict[str, Any]], table: str, by: str) -> list[dict[str, Any]]:
    return sorted((row for name, row in rows.items() if _is(name, table)), key=lambda row: row[by])


def _step(step: dict[str, Any]) -> list[Any]:
    facts = json.dumps(step["facts"], ensure_ascii=False, sort_keys=True)
    return [step["position"], step["at"], step["kind"], step["rule"], step["by"], facts]


def _marks(allocation: dict[str, Any], mark: dict[str, Any]) -> list[Any]:
    whose = f"{allocation.get('role', '')} marker {allocation.get('staff_id', '')}"
    told = f"{whose}: {mark['score']}, {mark['indicative']} (holistic {mark['holistic']})"
    given = [[one["criterion"], one["mark"], one.get("comment", "")] for one in mark["marks"]]
    parts: list[Any] = [page.said(told)]
    if mark["reason"]:
        parts.append(page.said(f"Reason: {mark['reason']}"))
    return [*parts, page.rows(("criterion", "mark", "comment"), given, (30, 20, 120)), page.gap()]


def _row(row: dict[str, Any]) -> Any:
    body = [
        [name, value if isinstance(value, str) else json.dumps(value)]
        for name, value in row.items()
    ]
    return page.rows(("", ""), [[name, _cut(value)] for name, value in body], (40, 130))


def _cut(text: str, longest: int = 3_000) -> str:
    """A cell must fit a page."""
    return text if len(text) <= longest else f"{text[:longest]} … ({len(text)} characters in all)"
