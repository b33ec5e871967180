"""Requests of any kind, to each method that hubs may call: all answered, none does harm.

By the schemas that hubs are given, and against them; and bytes that are nothing. The short form
sends a few of each; `make fuzz` sends a thousand to each method.
"""

import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC
from typing import Any

import pytest
from hub_ground import Ground
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stranger import Stranger

import headship_contracts.catalogue  # noqa: F401 - importing it registers every request
from cli.services import SERVICES
from headship_contracts.json_schema import for_hubs

METHODS = for_hubs()["methods"]
REQUESTS = 1_000 if os.environ.get("HEADSHIP_CAMPAIGN") == "long" else 15
AS_IT_SHOULD_BE = {"Invalid", "NotFound", "Refused", "Conflict", "Unavailable", None}

SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=50), st.uuids().map(str)
)
FORMATS = {
    "uuid": st.uuids().map(str),
    "date": st.dates().map(str),
    "date-time": st.datetimes(timezones=st.just(UTC)).map(lambda at: at.isoformat()),
}
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner),
    max_leaves=12,
)


@pytest.fixture(scope="module")
def fuzzer(hubs_ground: Ground) -> Iterator[Stranger]:
    with Stranger(hubs_ground.hubs[hubs_ground.hub("Ours")]) as one:
        yield one


def by_schema(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values that a schema of ours allows."""
    if "anyOf" in schema:
        return st.one_of([by_schema(one) for one in schema["anyOf"]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "format" in schema:
        return FORMATS[schema["format"]]
    if schema["type"] == "object":
        members = {name: by_schema(one) for name, one in schema["properties"].items()}
        needed = {name: members[name] for name in schema["required"]}
        optional = {name: one for name, one in members.items() if name not in needed}
        return st.fixed_dictionaries(needed, optional=optional)
    if schema["type"] == "array":
        return st.lists(by_schema(schema["items"]), max_size=min(5, schema["maxItems"]))
    if schema["type"] == "integer":
        return st.integers(schema["minimum"], schema["maximum"])
    if "pattern" in schema:
        return st.from_regex(schema["pattern"], fullmatch=True)
    return {
        "null": st.none(),
        "boolean": st.booleans(),
        "string": st.text(max_size=min(60, schema.get("maxLength", 60))),
    }[schema["type"]]


def bodies(method: str) -> st.SearchStrategy[bytes]:
    """What may come: as the schema says, nearly so, any JSON, any bytes."""
    schema = METHODS[method]["request"]
    names = st.sampled_from(sorted(schema["properties"])) | st.text(max_size=10)
    nearly = st.dictionaries(names, ANYTHING, max_size=6)
    texts = st.one_of(by_schema(schema), nearly, ANYTHING).map(
        lambda value: json.dumps(value).encode()
    )
    return texts | st.binary(max_size=200)


def properties() -> st.SearchStrategy[dict[str, Any]]:
    """A key or none, and sometimes properties that make no sense."""
    key = st.fixed_dictionaries(
        {"application_headers": st.fixed_dictionaries({"idempotency_key": st.uuids().map(str)})}
    )
    odd = st.fixed_dictionaries(
        {},
        optional={
            "application_headers": st.dictionaries(
                st.text(max_size=10), st.none() | st.booleans() | st.text(max_size=20), max_size=3
            ),
            "content_encoding": st.sampled_from(["utf-8", "utf-16", "zlib", "hex", ""]),
            "content_type": st.sampled_from(
                ["application/json", "text/plain", "application/x-yaml"]
            ),
            "priority": st.integers(0, 255),
            "message_id": st.text(max_size=30),
            "app_id": st.text(max_size=30),
            "type": st.text(max_size=30),
        },
    )
    return key | key | odd


@pytest.mark.parametrize("method", sorted(METHODS))
def test_every_fuzzed_request_is_answered_in_words(
    method: str, hubs_ground: Ground, fuzzer: Stranger
) -> None:
    hubs_ground.need(method.partition(".")[0])
    told = _ask_many(fuzzer, method)

    assert {kind for kind in told if kind not in AS_IT_SHOULD_BE} == set()
    assert all(process.poll() is None for process in hubs_ground.processes)


def test_after_all_that_every_service_answers_and_has_met_no_error(
    hubs_ground: Ground, fuzzer: Stranger
) -> None:
    hubs_ground.need(*SERVICES)
    for service in SERVICES:
        assert fuzzer.ask(f"{service}.list_hub_changes", {})["error"] is None

    assert '"outcome": "internal_error"' not in hubs_ground.log()
    assert '"level": "error"' not in hubs_ground.log()


def _ask_many(fuzzer: Stranger, method: str) -> set[str | None]:
    """The kinds of errors that came, None for an answer. Fails where no reply comes."""
    found: set[str | None] = set()

    @settings(
        max_examples=REQUESTS,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(body=bodies(method), told=properties())
    def ask(body: bytes, told: dict[str, Any]) -> None:
        reply = fuzzer.answer(fuzzer.send(method, body, **told))
        assert reply is not None, f"no reply to {body!r} with {told}"
        kind = reply["error"]["kind"] if reply["error"] else None
        assert kind in AS_IT_SHOULD_BE, (reply, body, told)
        found.add(kind)

    run: Callable[[], None] = ask
    run()
    return found
