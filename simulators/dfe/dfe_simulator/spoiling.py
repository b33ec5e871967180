"""What a fault does to an answer: see faults.py for the kinds."""

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any

from dfe_simulator.answers import PAGE_OF_HTML, RETRY_LATER, Json, Text
from dfe_simulator.errors import Unauthorised
from dfe_simulator.faults import Fault
from dfe_simulator.service import Call
from enrolment.domain.dfe.filters import read_page


class ConnectionLost(Exception):
    """The caller's connection ends without an answer."""


def refusal(kinds: Collection[str]) -> tuple[int, Json | Text] | None:
    """The answer to a request that is not carried out: or None.

    Raises ConnectionLost.
    """
    if "down" in kinds:
        raise ConnectionLost
    answers: dict[str, tuple[int, Json | Text]] = {
        "rate_limited": (429, RETRY_LATER),
        "server_error": (500, {"error": "Internal server error"}),
        "unauthorised": (401, Unauthorised().body),
        "unprocessable": (
            422,
            {"errors": [{"title": "base", "detail": "Refused by order, to see what you do."}]},
        ),
        "html": (200, PAGE_OF_HTML),
        "redirect": (302, PAGE_OF_HTML),
    }
    return next((answer for kind, answer in answers.items() if kind in kinds), None)


def spoil(fault: Fault, body: Json, call: Call, answer: Callable[[Call], tuple[int, Json]]) -> Json:
    """The body of a good answer as the fault leaves it. `answer` asks the service again."""
    data = body["data"]
    records = data if isinstance(data, list) else [data]
    if fault.kind == "missing_field":
        return {"data": _with_records(data, [_without(r, fault.field) for r in records])}
    if fault.kind == "wrong_type":
        return {"data": _with_records(data, [_with_a_list(r, fault.field) for r in records])}
    if not isinstance(data, list) or not data:
        return body
    page = _page(call)
    if fault.kind == "duplicate_page":
        before = data if page == 1 else _records(answer(_page_before(call, page)))
        return {"data": [*before, *data]}
    if fault.kind == "skipped_record" and page > 1:
        return {"data": data[1:]}
    return body


def _with_records(data: Any, records: list[Json]) -> Any:
    return records if isinstance(data, list) else records[0]


def _without(record: Json, field: str) -> Json:
    attributes = {name: told for name, told in record["attributes"].items() if name != field}
    return record | {"attributes": attributes}


def _with_a_list(record: Json, field: str) -> Json:
    attributes = record["attributes"]
    return record | {"attributes": attributes | {field: [attributes.get(field)]}}


def _page(call: Call) -> int:
    wanted = read_page(call.query.get("page[page]"), None)
    return wanted.page if wanted else 1


def _page_before(call: Call, page: int) -> Call:
    return replace(call, query={**call.query, "page[page]": str(page - 1)})


def _records(told: tuple[int, Json]) -> list[Json]:
    records: list[Json] = told[1].get("data", [])
    return records
