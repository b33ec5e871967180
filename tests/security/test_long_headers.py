"""A hub that hangs long headers on its messages: they are not read, and cost nobody's time."""

import secrets
import struct
from collections.abc import Callable

import pytest
from amqp import method_framing, spec
from amqp.basic_message import Message
from hub_ground import Ground
from stranger import Stranger

from kit.transport.strangers import MOST_HUB_HEADERS

LIST, RENEW = "enrolment.list_hub_participants", "sessions.hub_calendar_link"
LONG = {f"k{number}": {"a": [1, 2, 3, "x" * 10]} for number in range(1_200)}
"""Half of what fits into a frame: 13 ms to read, of each message, refused or not."""


def header_frame(headers: dict[str, object]) -> bytes:
    """As a hub's request has it."""
    given = {"content_type": "application/json", "content_encoding": "utf-8", "user_id": "hub.a.1"}
    told = Message(b"{}", application_headers=headers, **given)._serialize_properties()
    return struct.pack(">HHQ", 60, 0, 2) + told


def read(headers: dict[str, object], exchange: bytes, method: object) -> dict[str, object]:
    deliver = b"\0<\0<\x03tag" + bytes(9) + bytes([len(exchange)]) + exchange + b"\x01k"
    message = method_framing.Message(frame_method=method, frame_args=deliver)
    message.inbound_header(header_frame(headers))
    found: dict[str, object] = message.properties
    return found


def test_long_headers_of_a_hub_are_left_out_and_the_other_properties_read() -> None:
    found = read(LONG, b"hub", spec.Basic.Deliver)

    assert found == {
        "content_type": "application/json",
        "content_encoding": "utf-8",
        "application_headers": {},
        "user_id": "hub.a.1",
    }


@pytest.mark.parametrize(
    ("headers", "exchange", "method"),
    [
        ({"idempotency_key": "ŵ" * 128, "traceparent": "0" * 55}, b"hub", spec.Basic.Deliver),
        (LONG, b"events", spec.Basic.Deliver),
        (LONG, b"hub", spec.Basic.Return),
        (LONG, b"", spec.Basic.Deliver),
    ],
    ids=["a hub's key", "an event", "a return", "a letter"],
)
def test_all_other_headers_are_read(
    headers: dict[str, object], exchange: bytes, method: object
) -> None:
    assert read(headers, exchange, method)["application_headers"] == headers


def test_a_request_with_long_headers_is_answered_and_an_order_needs_its_key(
    hubs_ground: Ground, as_hub: Callable[[str], Stranger]
) -> None:
    hubs_ground.need("sessions")
    ours, key = as_hub("Ours"), {"idempotency_key": secrets.token_hex(64)}
    filled = key | {"more": "x" * (MOST_HUB_HEADERS - 200)}

    assert ours.ask(LIST, {}, application_headers=LONG)["result"]["items"]
    assert ours.ask(RENEW, {}, application_headers=filled)["result"]["url"]
    told = ours.ask(RENEW, {}, application_headers=LONG | key)["error"]
    assert (told["kind"], list(told["fields"])) == ("Invalid", ["idempotency_key"])
