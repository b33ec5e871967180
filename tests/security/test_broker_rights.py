"""Each service may do on the broker what its code declares, and nothing else.

A real broker is booted with the definitions that the code gives; then each service's user tries
what is another's.
"""

import json
import secrets
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import amqp
import pytest
from amqp.exceptions import AccessRefused, PreconditionFailed

from cli.backing import RabbitMQ
from cli.backing.management import Management
from cli.services import SERVICES, service_class
from cli.stack.definitions import DECLARES, VHOST, definitions
from cli.stack.ours import MARK
from cli.stack.provision import hubs_place
from kit.bus.handler import handlers_of
from kit.bus.reading import MAX_BYTES
from kit.bus.retry import RetryPolicy
from kit.config import HUB_REQUEST_MOST_BYTES
from kit.topology import hub_topology_of, topology_of
from kit.transport.declare import declare, empty

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

HUBS = hubs_place(VHOST)
PASSWORD = secrets.token_hex(8)
ASKING = {"sessions", "assessment", "notifications"}
"""Who asks enrolment for people's names."""

Attempt = Callable[[Any, str, str], None]
"""Something on a channel, as a service, with something of another service's."""


@pytest.fixture(scope="module")
def management(expendable_rabbitmq: RabbitMQ) -> Management:
    """The broker, booted with the definitions, its users with a password each."""
    here = expendable_rabbitmq.directory / "node1"
    file, configuration = here / "definitions.json", here / "rabbitmq.conf"
    file.write_text(json.dumps(definitions()))
    before = configuration.read_text()
    expendable_rabbitmq.node_stop()
    configuration.write_text(f"{before}load_definitions = {file}\n")
    expendable_rabbitmq.node_start()
    configuration.write_text(before)
    found = Management(expendable_rabbitmq.management_url())
    for user in (*SERVICES, DECLARES):
        found.create_user(user, PASSWORD, tag=MARK)
    return found


@pytest.fixture
def channel_of(
    expendable_rabbitmq: RabbitMQ, management: Management
) -> Iterator[Callable[[str], Any]]:
    """Opens a channel as a user."""
    opened: list[amqp.Connection] = []

    def open_as(user: str, vhost: str = VHOST) -> Any:
        port = urlsplit(expendable_rabbitmq.amqp_uri()).port
        connection = amqp.Connection(f"127.0.0.1:{port}", user, PASSWORD, virtual_host=vhost)
        connection.connect()
        opened.append(connection)
        return connection.channel()

    yield open_as
    for connection in opened:
        connection.close()


def test_a_broker_booted_with_the_definitions_has_all_of_them(management: Management) -> None:
    asked, has = definitions(), management.definitions()
    vhosts = {one["name"] for one in asked["vhosts"]}

    def here(kind: str) -> list[dict[str, Any]]:
        return [one for one in has[kind] if one.get("vhost", VHOST) in vhosts]

    def rows(found: list[dict[str, Any]], names: list[str]) -> list[str]:
        return sorted(
            json.dumps({name: one[name] for name in names}, sort_keys=True) for one in found
        )

    for kind, wanted in asked.items():
        names = sorted(wanted[0].keys() - {"password_hash", "tags"})
        if kind in ("users", "vhosts"):
            named = {one["name"] for one in wanted}
            found = [one for one in here(kind) if one["name"] in named]
            assert rows(found, ["name"]) == rows(wanted, ["name"]), kind
        else:
            found = [one for one in here(kind) if one.get("user") != "headship"]
            assert rows(found, names) == rows(wanted, names), kind


def test_the_broker_takes_what_we_send_and_no_message_of_more_than_4_mib(
    channel_of: Callable[[str], Any],
) -> None:
    channel = channel_of("enrolment")
    channel.confirm_select()

    channel.basic_publish_confirm(amqp.Message(b"x" * MAX_BYTES), exchange="enrolment.events")
    with pytest.raises(PreconditionFailed, match="larger than"):
        channel.basic_publish_confirm(
            amqp.Message(b"x" * (HUB_REQUEST_MOST_BYTES + 1)), exchange="enrolment.events"
        )


def test_the_definitions_name_a_user_for_each_service_and_none_that_anyone_can_log_in_as() -> None:
    users = {one["name"]: one for one in definitions()["users"]}

    assert set(users) == {*SERVICES, DECLARES}
    assert all(one["password_hash"] == "" for one in users.values())


def consume_a_queue(channel: Any, _service: str, other: str) -> None:
    channel.basic_consume(f"{other}.{handlers_of(service_class(other))[0].queue}")


def read_dead_letters(channel: Any, _service: str, other: str) -> None:
    channel.basic_get(f"{other}.dead")


def take_calls(channel: Any, _service: str, other: str) -> None:
    channel.basic_consume(f"rpc-{other}")


def empty_a_queue(channel: Any, _service: str, other: str) -> None:
    channel.queue_purge(f"{other}.dead")


def tell_events(channel: Any, _service: str, other: str) -> None:
    _send(channel, f"{other}.events", "application_accepted")


def put_into_a_queue(channel: Any, _service: str, other: str) -> None:
    _send(channel, f"{other}.retry", f"{other}.dead")


def put_into_a_delay(channel: Any, _service: str, other: str) -> None:
    _send(channel, f"{other}.delay.1000", f"{other}.dead")


def use_the_default_exchange(channel: Any, _service: str, other: str) -> None:
    _send(channel, "", f"{other}.dead")


def call_what_it_does_not_ask(channel: Any, _service: str, other: str) -> None:
    method = "decide_application" if other == "enrolment" else "anything"
    _send(channel, "nameko-rpc", f"{other}.{method}")


def have_others_calls_delivered(channel: Any, service: str, other: str) -> None:
    queue = f"rpc.reply-{service}-{secrets.token_hex(16)}"
    channel.queue_declare(queue, exclusive=True)
    channel.queue_bind(queue, "nameko-rpc", f"{other}.*")


def have_events_delivered(channel: Any, service: str, other: str) -> None:
    queue = f"rpc.reply-{service}-{secrets.token_hex(16)}"
    channel.queue_declare(queue, exclusive=True)
    channel.queue_bind(queue, f"{other}.events", "#")


def make_a_queue(channel: Any, service: str, _other: str) -> None:
    channel.queue_declare(f"{service}.another", durable=True)


def take_anothers_replies(channel: Any, _service: str, other: str) -> None:
    channel.queue_declare(f"rpc.reply-{other}-{secrets.token_hex(16)}", exclusive=True)


def delete_its_own_queue(channel: Any, service: str, _other: str) -> None:
    channel.queue_delete(f"rpc-{service}")


def delete_an_exchange(channel: Any, service: str, _other: str) -> None:
    channel.exchange_delete(f"{service}.events")


ATTEMPTS: list[Attempt] = [
    consume_a_queue,
    read_dead_letters,
    take_calls,
    empty_a_queue,
    tell_events,
    put_into_a_queue,
    put_into_a_delay,
    use_the_default_exchange,
    call_what_it_does_not_ask,
    have_others_calls_delivered,
    have_events_delivered,
    make_a_queue,
    take_anothers_replies,
    delete_its_own_queue,
    delete_an_exchange,
]


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("attempt", ATTEMPTS, ids=lambda attempt: attempt.__name__)
def test_a_service_is_refused_what_is_anothers(
    channel_of: Callable[[str], Any], service: str, attempt: Attempt
) -> None:
    other = next(name for name in SERVICES if name != service)

    with pytest.raises(AccessRefused):
        attempt(channel_of(service), service, other)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_may_do_all_that_its_code_needs(
    channel_of: Callable[[str], Any], service: str
) -> None:
    channel = channel_of(service)
    replies, key = f"rpc.reply-{service}-{secrets.token_hex(16)}", secrets.token_hex(16)

    channel.queue_declare(replies, exclusive=True, auto_delete=True)
    channel.queue_bind(replies, "nameko-rpc", key)
    channel.basic_consume(replies, callback=ignore)
    for handler in handlers_of(service_class(service)):
        channel.basic_consume(handler.full_name(service), callback=ignore)
    channel.basic_consume(f"rpc-{service}", callback=ignore)
    for reply in (key, "amq.gen-an-unnamed-caller", "0c6bd9a5-3d1c-4f1c-8f4a-5f7f35f8e1b0"):
        _send(channel, "nameko-rpc", reply)
    _send(channel, f"{service}.events", "something_happened")
    _send(channel, f"{service}.retry", f"{service}.dead")
    _send(channel, f"{service}.delay.1000", f"{service}.dead")
    if service in ASKING:
        _send(channel, "nameko-rpc", "enrolment.people")


def test_who_makes_the_topology_can_neither_tell_events_nor_call(
    expendable_rabbitmq: RabbitMQ, channel_of: Callable[[str], Any]
) -> None:
    port = urlsplit(expendable_rabbitmq.amqp_uri()).port
    policy = RetryPolicy.of_seconds(["1", "77"])  # a delay that the definitions do not have

    declare(
        topology_of([service_class(name) for name in SERVICES], policy),
        f"amqp://{DECLARES}:{PASSWORD}@127.0.0.1:{port}/{VHOST}",
    )

    declare(
        hub_topology_of([service_class(name) for name in SERVICES]),
        f"amqp://{DECLARES}:{PASSWORD}@127.0.0.1:{port}/{HUBS}",
    )

    topology = topology_of([service_class(name) for name in SERVICES], policy)
    uri = f"amqp://{DECLARES}:{PASSWORD}@127.0.0.1:{port}/{VHOST}"
    empty(topology, uri)  # as a restore does
    assert empty(topology, uri) == 0

    for exchange in ("enrolment.events", "nameko-rpc", ""):
        with pytest.raises(AccessRefused):
            _send(channel_of(DECLARES), exchange, "enrolment.people")


@pytest.mark.parametrize("service", SERVICES)
def test_among_hubs_a_service_takes_its_own_calls_and_replies_and_no_more(
    channel_of: Callable[..., Any], service: str
) -> None:
    other = next(name for name in SERVICES if name != service)
    own = channel_of(service, HUBS)
    own.basic_consume(f"hub-{service}", callback=ignore)
    _send(own, "", "amq.rabbitmq.reply-to.nobody", known=f"hub-{service}")

    with pytest.raises(AccessRefused):
        channel_of(service, HUBS).basic_consume(f"hub-{other}")
    with pytest.raises(AccessRefused):
        channel_of(service, HUBS).queue_declare("another")
    with pytest.raises(AccessRefused):
        _send(channel_of(service, HUBS), "hub", f"{other}.anything", known=f"hub-{service}")


def ignore(_message: Any) -> None:
    """Take a message, and leave it at that."""


def _send(channel: Any, exchange: str, routing_key: str, known: str = "rpc-enrolment") -> None:
    """Publish, and wait until the broker has taken or refused it; `known` is a queue it has."""
    channel.basic_publish(amqp.Message("{}"), exchange=exchange, routing_key=routing_key)
    channel.queue_declare(known, passive=True)
