"""Answers have the shapes of DfE's own OpenAPI document, but for where its code differs from it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from dfe_simulator.routes import ROUTES

TYPES = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "array": list,
    "object": dict,
}
CODE_DIFFERS = {
    "has_passed": {"type": "boolean", "nullable": True},
    "cohort_of_partner": {"type": "array", "items": {"type": "integer"}},
    "school_urn": {"type": "string", "nullable": True},
}


def problems(
    schema: dict[str, Any], value: Any, document: dict[str, Any], at: str = ""
) -> Iterator[str]:
    """Where a value does not have the shape of a schema: type, null, enum, required, extra."""
    name = at.rsplit(".", 1)[-1]
    if name == "cohort" and isinstance(value, list):
        name = "cohort_of_partner"
    schema = CODE_DIFFERS.get(name, schema)
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
    if value is None:
        if not schema.get("nullable"):
            yield f"{at} is null"
        return
    kind = schema.get("type", "object" if "properties" in schema else None)
    if kind and not isinstance(value, TYPES[kind]):
        yield f"{at} is {value!r}, not {kind}"
        return
    if (
        "enum" in schema
        and value not in schema["enum"]
        and value.replace("-", "_") not in (schema["enum"])
    ):
        yield f"{at} is {value!r}, not one of {schema['enum']}"
    if kind == "object" and "properties" in schema:
        yield from (f"{at}.{missing} is missing" for missing in schema["properties"].keys() - value)
        yield from (f"{at}.{extra} is not DfE's" for extra in value.keys() - schema["properties"])
        for key in value.keys() & schema["properties"].keys():
            yield from problems(schema["properties"][key], value[key], document, f"{at}.{key}")
    if kind == "array":
        for number, item in enumerate(value):
            yield from problems(schema["items"], item, document, f"{at}[{number}]")


@pytest.mark.parametrize(
    ("path", "schema"),
    [
        ("npq-applications", "ApplicationsResponse"),
        ("participants/npq", "ParticipantsResponse"),
        ("participant-declarations", "ParticipantDeclarationsResponse"),
        ("participants/npq/outcomes", "ParticipantOutcomesResponse"),
        ("delivery-partners", "DeliveryPartnersResponse"),
        ("statements", "StatementsResponse"),
    ],
)
def test_a_list_has_the_documented_shape(dfe, dfe_document, path, schema):
    for action in ("defer", "withdraw"):
        accepted = dfe.an_accepted_application()
        dfe.declare(accepted)
        dfe.declare(accepted, declaration_type="completed", has_passed="true")
        person = accepted["attributes"]["participant_id"]
        dfe.put(
            f"participants/npq/{person}/{action}", course_identifier="npq-headship", reason="other"
        )

    answer = dfe.get(path).json()

    assert answer["data"]
    assert list(problems({"$ref": f"#/components/schemas/{schema}"}, answer, dfe_document)) == []


def test_every_route_is_one_of_dfes(dfe_document):
    ours = {
        (method.lower(), re.sub("<.*>", "{id}", rule.rule))
        for rule in ROUTES.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    theirs = {
        (method, path) for path in dfe_document["paths"] for method in dfe_document["paths"][path]
    }

    assert ours - theirs == {("get", "/api/v3/delivery-partners/{id}")}  # code without document
    assert theirs - ours == set()
