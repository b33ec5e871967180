"""A hub with real credentials that means harm: all it tries is refused, by the layer named."""

import secrets
from collections.abc import Callable

import amqp
import pytest
from hub_ground import Ground, wait_until
from sqlalchemy import func, select
from stranger import Stranger

from cli.backing.management import in_vhost
from cli.hubs.access import CONNECTIONS
from headship_contracts.enrolment.hub import ListHubParticipants
from headship_contracts.errors import Unavailable
from headship_hub import Hub
from kit.config import HUB_REQUEST_MOST_BYTES
from sessions.models import CalendarToken

LIST, GET = "enrolment.list_hub_participants", "enrolment.get_hub_participant"
RENEW = "sessions.hub_calendar_link"

Hubs = Callable[[str], Stranger]


def is_answered(hub: Stranger) -> bool:
    """Whoever makes up addresses for replies gets none for a second."""
    return hub.answer(hub.send(LIST, {}), seconds=1) is not None


@pytest.mark.parametrize(
    ("exchange", "routing_key"),
    [
        ("", "hub-enrolment"),
        ("", "rpc-enrolment"),
        ("amq.topic", "enrolment.list_hub_participants"),
        ("amq.direct", "hub-enrolment"),
        ("amq.rabbitmq.trace", "publish"),
    ],
)
def test_the_broker_lets_it_publish_to_no_other_exchange(
    exchange: str, routing_key: str, as_hub: Hubs
) -> None:
    thief = as_hub("Ours")

    with pytest.raises(amqp.AccessRefused):
        thief.answer(thief.send(routing_key, {}, exchange=exchange))


@pytest.mark.parametrize(
    "routing_key",
    [
        "enrolment.list_applications",
        "enrolment.people",
        "sessions.record_hub_attendance",
        "enrolment.list_hub_participants.more",
        "ENROLMENT.list_hub_participants",
        "enrolment.#",
        "",
    ],
)
def test_the_broker_lets_it_ask_only_what_is_for_hubs(routing_key: str, as_hub: Hubs) -> None:
    thief = as_hub("Ours")

    with pytest.raises(amqp.AccessRefused):
        thief.answer(thief.send(routing_key, {}))


@pytest.mark.parametrize(
    "attempt",
    [
        lambda channel: channel.basic_get("hub-enrolment"),
        lambda channel: channel.basic_consume("hub-enrolment"),
        lambda channel: channel.queue_purge("hub-enrolment"),
        lambda channel: channel.queue_delete("hub-enrolment"),
        lambda channel: channel.queue_declare("mine"),
        lambda channel: channel.queue_bind("hub-enrolment", "hub", "#"),
        lambda channel: channel.exchange_declare("mine", "topic"),
        lambda channel: channel.exchange_delete("hub"),
        lambda channel: channel.exchange_bind("hub", "amq.topic", "#"),
    ],
    ids=["get", "consume", "purge", "delete", "declare", "bind", "exchange", "drop", "tap"],
)
def test_the_broker_lets_it_touch_no_queue_and_no_exchange(
    attempt: Callable[[amqp.Channel], object], as_hub: Hubs
) -> None:
    with pytest.raises(amqp.AccessRefused):
        attempt(as_hub("Ours").channel)


def test_the_broker_lets_it_into_no_other_virtual_host(hubs_ground: Ground) -> None:
    address = hubs_ground.hubs[hubs_ground.hub("Ours")]

    for vhost in (hubs_ground.name, "/"):
        with pytest.raises(amqp.NotAllowed):
            Stranger(in_vhost(address, vhost))


def test_the_reply_queue_of_another_can_be_neither_read_nor_guessed(as_hub: Hubs) -> None:
    theirs = as_hub("Theirs")
    theirs.ask(LIST, {})
    thief = as_hub("Ours")

    with pytest.raises(amqp.AMQPError):
        thief.channel.basic_consume("amq.rabbitmq.reply-to.g2dkABByZXBseUBoZWFkc2hpcA", no_ack=True)
    spared = as_hub("Ours")
    guess = "amq.rabbitmq.reply-to.g2dkABByZXBseUBoZWFkc2hpcAAAAAEAAAAA.Zm9yZ2Vk"
    spared.send(LIST, {}, reply_to=guess)
    assert theirs.ask(LIST, {})["result"]["items"]
    assert theirs.replies == {}
    wait_until(lambda: is_answered(spared))


def test_made_up_addresses_for_replies_cost_no_other_hub_an_answer(as_hub: Hubs) -> None:
    """The broker ends the connection over which such a reply is sent, with all that is on it."""
    thief, theirs = as_hub("Ours"), as_hub("Theirs")
    answered = 0
    for number in range(60):
        thief.send(LIST, {}, reply_to=f"amq.rabbitmq.reply-to.{secrets.token_hex(8)}.{number}")
        answered += theirs.ask(LIST, {}) is not None

    assert answered == 60
    wait_until(lambda: is_answered(thief))


@pytest.mark.parametrize("story", ["a\x00b", "x" * 200, "Seren Yarrowdale"])
def test_a_strange_correlation_id_comes_back_and_travels_no_further(
    story: str, as_hub: Hubs
) -> None:
    ours = as_hub("Ours")

    ours.send(LIST, {}, correlation_id=story)

    assert ours.answer(story)["result"]["items"]


def test_internal_queues_named_in_reply_to_get_nothing(hubs_ground: Ground, as_hub: Hubs) -> None:
    thief, ground = as_hub("Ours"), hubs_ground
    for target in ("hub-enrolment", "rpc-enrolment", "enrolment.dead"):
        for _ in range(20):
            thief.send(LIST, {}, reply_to=target)

    assert thief.ask(LIST, {})["result"]["items"]
    wait_until(lambda: depth(ground, "hub-enrolment") == 0)
    assert depth(ground, "hub-enrolment") == 0


def test_a_replayed_request_reads_again(as_hub: Hubs) -> None:
    ours, key = as_hub("Ours"), secrets.token_hex(8)

    told = [ours.ask(LIST, {}, message_id=key)["result"]["items"] for _ in range(2)]

    assert told[0] == told[1]


def test_a_replayed_order_is_answered_as_at_first_and_carried_out_once(
    hubs_ground: Ground, as_hub: Hubs
) -> None:
    hubs_ground.need("sessions")
    ours, theirs = as_hub("Ours"), as_hub("Theirs")
    order = {"application_headers": {"idempotency_key": secrets.token_hex(8)}}
    before = addresses(hubs_ground, "Ours")

    first, *replayed = [ours.ask(RENEW, {"renew": True}, **order)["result"] for _ in range(3)]
    of_another = theirs.ask(RENEW, {"renew": True}, **order)["result"]

    assert replayed == [first, first]
    assert addresses(hubs_ground, "Ours") == before + 1
    assert of_another != first
    assert ours.code(RENEW, {"renew": False}, **order) == "idempotency_key_reused"


def test_an_order_without_a_key_is_not_carried_out_however_often_it_comes(
    hubs_ground: Ground, as_hub: Hubs
) -> None:
    hubs_ground.need("sessions")
    ours, before = as_hub("Ours"), addresses(hubs_ground, "Ours")

    told = [ours.ask(RENEW, {"renew": True})["error"] for _ in range(2)]

    assert [error["code"] for error in told] == ["invalid_fields"] * 2
    assert told[0]["fields"].keys() == {"idempotency_key"}
    assert addresses(hubs_ground, "Ours") == before


def addresses(ground: Ground, hub: str) -> int:
    """How many addresses of its own calendar a hub was ever given."""
    of_hub = CalendarToken.delivery_partner_id == ground.hub(hub)
    with ground.database("sessions").engine.connect() as connection:
        return int(connection.scalar(select(func.count()).where(of_hub)) or 0)


def test_a_body_of_many_megabytes_is_refused_and_ends_nothing(
    hubs_ground: Ground, as_hub: Hubs
) -> None:
    ours = as_hub("Ours")
    for _ in range(3):
        assert ours.code(LIST, b" " * 3_000_000) == "too_large"
    assert as_hub("Theirs").ask(LIST, {})["result"]["items"]
    assert hubs_ground.processes[0].poll() is None


def test_the_broker_takes_no_larger_message_than_it_must(as_hub: Hubs) -> None:
    ours = as_hub("Ours")

    with pytest.raises(amqp.PreconditionFailed, match="larger than"):
        ours.code(LIST, b" " * (HUB_REQUEST_MOST_BYTES + 1))


def test_a_hub_opens_only_so_many_connections(hubs_ground: Ground, as_hub: Hubs) -> None:
    address = hubs_ground.hubs[hubs_ground.hub("Ours")]
    opened: list[Stranger] = []
    try:
        while len(opened) < CONNECTIONS + 5:
            try:
                opened.append(Stranger(address))
            except (amqp.AMQPError, OSError):
                break
        assert len(opened) == CONNECTIONS
        assert as_hub("Theirs").ask(LIST, {})["result"]["items"]
        with Hub(address) as one_more, pytest.raises(Unavailable, match="too_many_connections"):
            one_more.call(ListHubParticipants(), seconds=1)
        opened.pop().__exit__()
        with Hub(address) as again:
            assert again.call(ListHubParticipants()).items
    finally:
        for one in opened:
            one.__exit__()


def test_what_the_feed_of_changes_tells_is_the_callers_own(as_hub: Hubs) -> None:
    told = as_hub("Ours").ask("enrolment.list_hub_changes", {"since": "0.1900000000"})["result"]

    assert told["items"] == []
    for since in ("9999999999999.1900000000", "0.1"):
        error = as_hub("Theirs").ask("enrolment.list_hub_changes", {"since": since})["error"]
        assert error["code"] in ("position_unknown", "position_too_old")


def test_a_suspended_hub_is_cut_off_and_comes_back_with_the_same_credential(
    hubs_ground: Ground,
) -> None:
    ground = hubs_ground
    hub = ground.a_hub(f"Suspended {secrets.token_hex(4)}")
    (user,) = ground.access.users_of(hub)
    with Stranger(ground.hubs[hub]) as one:
        assert one.ask(LIST, {})["result"]["items"] == []
        wait_until(lambda: user.name in connected(ground))
        ground.access.forbid([user.name])
        with pytest.raises((amqp.AMQPError, OSError)):
            one.ask(LIST, {})
    with pytest.raises(amqp.NotAllowed):
        Stranger(ground.hubs[hub])

    ground.access.permit(user.name)
    with Stranger(ground.hubs[hub]) as one:
        assert one.ask(LIST, {})["result"]["items"] == []


def test_two_credentials_are_live_during_a_rotation_and_only_the_new_one_afterwards(
    hubs_ground: Ground,
) -> None:
    ground = hubs_ground
    hub = ground.a_hub(f"Rotating {secrets.token_hex(4)}")
    name, password = ground.access.add(hub, 2)
    address = ground.hubs_operator.partition("@")[2]
    new = f"amqp://{name}:{password}@{address}"
    with Stranger(ground.hubs[hub]) as first, Stranger(new) as second:
        assert first.ask(LIST, {})["error"] is None
        assert second.ask(LIST, {})["error"] is None

        ground.access.remove(ground.access.users_of(hub)[0].name)

        with pytest.raises((amqp.AMQPError, OSError)):
            first.ask(LIST, {})
        assert second.ask(LIST, {})["error"] is None
    with pytest.raises(amqp.AccessRefused):
        Stranger(ground.hubs[hub])


def connected(ground: Ground) -> set[str]:
    return {str(one.get("user")) for one in ground.management.connections(ground.vhost)}


def depth(ground: Ground, queue: str) -> int:
    """Messages that wait, as the queue itself says."""
    from kombu import Connection

    with Connection(ground.hubs_operator) as connection:
        return int(connection.channel().queue_declare(queue, passive=True).message_count)
