"""A hub's calls: who calls, what comes back, and that it is the hub's own."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from types import SimpleNamespace
from uuid import uuid4

import amqp
import pytest
from hub_ground import REVISION, Ground
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from stranger import Stranger

from enrolment.models import Application, Participant
from kit.transport.hub_consumer import HubConsumer

LIST, GET = "enrolment.list_hub_participants", "enrolment.get_hub_participant"


def test_a_hub_reads_its_own_participants_a_page_at_a_time(
    hubs_ground: Ground, as_hub: Callable[[str], Stranger]
) -> None:
    ours, found, cursor = as_hub("Ours"), [], None
    for _ in range(3):
        page = ours.ask(LIST, {"limit": 2, "cursor": cursor})["result"]
        found += [item["application_id"] for item in page["items"]]
        cursor = page["next_cursor"]

    assert cursor is None
    assert found == [str(id) for id in hubs_ground.people[hubs_ground.hub("Ours")]]


def test_a_hub_is_told_what_has_changed_since_an_instant(
    hubs_ground: Ground, as_hub: Callable[[str], Stranger]
) -> None:
    since = datetime.fromtimestamp(REVISION / 1_000_000 + 3, UTC)
    began = datetime.now(UTC)

    page = as_hub("Ours").ask(LIST, {"updated_since": since.isoformat()})["result"]

    assert len(page["items"]) == 2
    assert datetime.fromisoformat(page["updated_since"]) < began


def test_another_hubs_participant_is_not_found_as_one_that_never_was(
    hubs_ground: Ground, as_hub: Callable[[str], Stranger]
) -> None:
    ours, ground = as_hub("Ours"), hubs_ground
    mine, other = (ground.people[ground.hub(name)][0] for name in ("Ours", "Theirs"))

    assert ours.ask(GET, {"application_id": str(mine)})["result"]["full_name"] == "Person 0"
    for application_id in (other, ground.people[None][0], uuid4()):
        told = ours.ask(GET, {"application_id": str(application_id)})["error"]
        assert (told["kind"], told["code"]) == ("NotFound", "participant_not_found")


def test_a_cursor_of_another_hub_leads_to_ones_own_records(
    hubs_ground: Ground, as_hub: Callable[[str], Stranger]
) -> None:
    cursor = as_hub("Theirs").ask(LIST, {"limit": 1})["result"]["next_cursor"]

    page = as_hub("Ours").ask(LIST, {"cursor": cursor})["result"]

    own = {str(id) for id in hubs_ground.people[hubs_ground.hub("Ours")]}
    assert {item["application_id"] for item in page["items"]} <= own


def test_a_delivery_partner_in_the_body_is_no_field(as_hub: Callable[[str], Stranger]) -> None:
    told = as_hub("Ours").ask(LIST, {"delivery_partner_id": str(uuid4())})["error"]

    assert told["code"] == "invalid_fields"
    assert told["fields"] == {"delivery_partner_id": ["is not known"]}


def test_who_does_not_say_who_they_are_is_refused(as_hub: Callable[[str], Stranger]) -> None:
    assert as_hub("Ours").code(LIST, {}, user_id=None) == "no_caller"


def test_the_broker_refuses_who_says_to_be_another(
    hubs_ground: Ground, as_hub: Callable[[str], Stranger]
) -> None:
    liar = as_hub("Ours")
    other = f"hub.{hubs_ground.hub('Theirs')}.1"

    with pytest.raises(amqp.PreconditionFailed, match="user_id"):
        liar.ask(LIST, {}, user_id=other)


def test_a_user_who_is_no_delivery_partner_is_refused(hubs_ground: Ground) -> None:
    hub = uuid4()
    user, password = hubs_ground.access.add(hub)
    address = hubs_ground.hubs_operator.partition("@")[2]
    try:
        with Stranger(f"amqp://{user}:{password}@{address}") as unknown:
            assert unknown.code(LIST, {}) == "unknown_caller"
    finally:
        hubs_ground.access.remove(user)


@pytest.mark.parametrize(
    ("body", "properties", "code"),
    [
        (b"{", {}, "not_json"),
        (b"\xff\xfe", {}, "not_json"),
        (b"[]", {}, "not_an_object"),
        (b'{"limit": NaN}', {}, "not_json"),
        (b"[" * 100_000, {}, "not_json"),
        (b"[" * 40 + b"]" * 40, {}, "not_json"),
        (b'{"limit": 0}', {}, "invalid_fields"),
        (b'{"cursor": "rubbish"}', {}, "invalid_fields"),
        (b"{}", {"content_type": "application/x-python-serialize"}, "wrong_content_type"),
        (b"{}", {"content_type": "application/x-yaml"}, "wrong_content_type"),
        (b"{}", {"content_type": None}, "wrong_content_type"),
        (b"{}", {"content_encoding": "zlib"}, "wrong_content_encoding"),
        (b" " * 1_048_577, {}, "too_large"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(
    body: bytes, properties: dict[str, str], code: str, as_hub: Callable[[str], Stranger]
) -> None:
    assert as_hub("Ours").code(LIST, body, **properties) == code


def test_an_answer_too_long_for_the_broker_says_so_and_shorter_ones_go_on(
    hubs_ground: Ground, as_hub: Callable[[str], Stranger]
) -> None:
    people = hubs_ground.participants(hubs_ground.a_hub("Long"), 380)
    with Session(hubs_ground.database("enrolment").engine) as tx, tx.begin():
        theirs = select(Application.participant_id).where(Application.id.in_(people))
        of_them = update(Participant).where(Participant.id.in_(theirs))
        tx.execute(of_them.values(full_name="ŵ" * 2_000))
    long = as_hub("Long")

    error = long.ask(LIST, {"limit": 500})["error"]

    assert (error["kind"], error["code"]) == ("Refused", "reply_too_large")
    assert len(long.ask(LIST, {"limit": 100})["result"]["items"]) == 100


def test_a_reply_goes_to_who_asks_and_to_no_queue(
    hubs_ground: Ground, as_hub: Callable[[str], Stranger]
) -> None:
    ours = as_hub("Ours")
    ours.send(LIST, {}, reply_to="hub-enrolment")
    ours.send(LIST, {}, reply_to="rpc-enrolment")
    ours.send(LIST, {}, reply_to=None)

    assert ours.ask(LIST, {})["result"]["items"]
    told = hubs_ground.log()
    assert "no_reply_to" not in told  # counted, and no noise


@pytest.mark.parametrize("header", ["CC", "BCC"])
def test_further_addresses_in_a_header_lead_to_nothing_that_is_not_for_hubs(
    header: str, hubs_ground: Ground, as_hub: Callable[[str], Stranger]
) -> None:
    """The broker checks the routing key that it delivers, and not these."""
    hubs_ground.need("sessions")
    ours, told = as_hub("Ours"), []
    more = ["sessions.list_hub_groups", "sessions.add_venue", "enrolment.add_staff", "people"]
    call_id = ours.send(LIST, {"limit": 1}, application_headers={header: more})
    while answer := ours.answer(call_id, seconds=1.0 if len(told) > 1 else 10.0):
        told.append(answer["error"] and answer["error"]["code"])

    assert sorted(told, key=str) == [None, "no_such_method"]


def test_a_service_goes_on_after_properties_that_cannot_be_read(
    hubs_ground: Ground,
    as_hub: Callable[[str], Stranger],
    request: pytest.FixtureRequest,
) -> None:
    request.addfinalizer(partial(sys.setrecursionlimit, sys.getrecursionlimit()))
    sys.setrecursionlimit(20_000)  # this program's own, which writes the deep one
    ours = as_hub("Ours")
    deep: dict[str, object] = {}
    for _ in range(1_500):
        deep = {"d": deep}
    for headers in ({"t": datetime.max.replace(tzinfo=UTC)}, {"compression": "zlib"}, deep):
        ours.send(LIST, {}, application_headers=headers)
    ours.send(LIST, {}, timestamp=2**64 - 1)

    assert as_hub("Theirs").ask(LIST, {})["result"]["items"]
    assert hubs_ground.processes[0].poll() is None


def test_the_hubs_host_is_reached_as_its_own_address_says() -> None:
    consumer = HubConsumer()
    options = {"server_hostname": "broker.headship", "ca_certs": "/authorities/ca.crt"}
    consumer.container = SimpleNamespace(config={"AMQP_SSL": options})
    settings = SimpleNamespace(hubs_amqp_uri="amqp://enrolment:secret@127.0.0.1:5672/hubs")
    consumer.resources = SimpleNamespace(settings=settings)

    assert not consumer.connection.ssl
