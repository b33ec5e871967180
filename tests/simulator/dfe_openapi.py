"""DfE's OpenAPI document, put right where DfE's code differs from it, for the test against it.

The simulator does as the code does. Each difference is one line here, with its reason.
"""

import copy
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

Json = dict[str, Any]

API = "/api/v3/"
UNKNOWN_ID = "00000000-0000-4000-8000-000000000000"


class Difference(NamedTuple):
    """A part of a schema that the code does not keep to, and what it keeps to instead."""

    schema: str
    attribute: str
    keeps_to: Json
    reason: str


class Status(NamedTuple):
    """An answer that the document does not name."""

    status: str
    shape: str
    operations: Callable[[str, str], bool]
    reason: str


def _is_list(method: str, path: str) -> bool:
    return method == "get" and (not path.endswith("{id}"))


ONE_PARTICIPANT = (API + "participants/npq/{id}", API + "participants/npq/{id}/outcomes")
STATES = ["submitted", "eligible", "payable", "paid", "voided", "ineligible"]
REFUNDS = ["awaiting-clawback", "clawed-back"]

DIFFERENCES = [
    Difference("ParticipantDeclaration", "state", {"enum": STATES + REFUNDS}, "sent with hyphens"),
    Difference("ParticipantDeclaration", "has_passed", {"type": "boolean"}, "it is no string"),
    Difference("DeliveryPartner", "cohort", {"items": {"type": "integer"}}, "years are numbers"),
    Difference("Application", "school_urn", {"nullable": True}, "not everybody works in a school"),
]

STATUSES = [
    Status("400", "BadRequestResponse", _is_list, "filters and pages are checked"),
    Status(
        "422",
        "UnprocessableEntityResponse",
        lambda method, path: path.endswith(("/reject", "/void")),
        "these are refused by rules, too",
    ),
    Status(
        "422",
        "UnprocessableEntityResponse",
        lambda method, path: (method, path) == ("get", API + "participants/npq"),
        "an unknown training status is not a 400",
    ),
    Status(
        "403",
        "UnprocessableEntityResponse",
        lambda method, path: path.endswith(("/void", "/change-delivery-partner")),
        "another provider's declaration can be seen, but not changed",
    ),
    Status(
        "410",
        "UnprocessableEntityResponse",
        lambda method, path: method == "get" and path in ONE_PARTICIPANT,
        "an id that was merged away is gone",
    ),
]


def as_the_code_has_it(document: Json) -> Json:
    """The document with the differences put right, and what is no OpenAPI in it."""
    told = copy.deepcopy(document)
    _drop_required_flags(told)  # `required: true` at a property; OpenAPI has lists of names
    told["paths"][API + "statements"]["get"]["parameters"][0]["style"] = "deepObject"  # left out
    for schema, attribute, keeps_to, _reason in DIFFERENCES:
        attributes = told["components"]["schemas"][schema]["properties"]["attributes"]
        attributes["properties"][attribute] |= keeps_to
    for status, shape, applies, reason in STATUSES:
        for method, path, operation in operations(told):
            if applies(method, path):
                schema = {"$ref": f"#/components/schemas/{shape}"}
                content = {"application/json": {"schema": schema}}
                operation["responses"][status] = {"description": reason, "content": content}
    return told


def operations(document: Json) -> Iterable[tuple[str, str, Json]]:
    """Method, path and content of each operation."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def _drop_required_flags(part: Any) -> None:
    if isinstance(part, dict):
        if isinstance(part.get("required"), bool) and "in" not in part and "content" not in part:
            del part["required"]
        for inner in part.values():
            _drop_required_flags(inner)
    elif isinstance(part, list):
        for inner in part:
            _drop_required_flags(inner)


def with_known_values(
    document: Json, ids: Mapping[str, list[str]], values: Mapping[str, list[Any]]
) -> Json:
    """The document with ids that exist in paths, and values that exist in bodies, so that what is
    drawn from it is not all refused. `ids`: the first word of a path → ids; `values`: property →
    values.
    """
    told = copy.deepcopy(document)
    for _method, path, operation in operations(told):
        known = ids.get(path.removeprefix(API).partition("/")[0])
        for parameter in operation.get("parameters", []):
            if parameter["in"] == "path" and known:
                parameter["schema"] = {"type": "string", "enum": [*known, UNKNOWN_ID]}
    for name, schema in told["components"]["schemas"].items():
        if name.endswith("Request"):
            _set_values(schema, values)
    return told


def _set_values(part: Any, values: Mapping[str, list[Any]]) -> None:
    if isinstance(part, dict):
        for name, schema in part.get("properties", {}).items():
            if name in values:
                schema.pop("format", None)
                schema["enum"] = values[name]
        for inner in part.values():
            _set_values(inner, values)
    elif isinstance(part, list):
        for inner in part:
            _set_values(inner, values)
