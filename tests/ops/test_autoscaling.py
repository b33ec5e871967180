"""What the autoscaler asks the broker, asked as KEDA does: how much waits for each service."""

import secrets
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from kombu import Connection
from rendered import overlay

from cli.backing.databases import with_login
from cli.backing.directly import asking
from cli.backing.management import Management
from cli.backing.processes import wait_until
from cli.services import SERVICES, service_classes
from cli.stack.prepare import whole_topology
from kit.topology import hub_queue, hub_topology_of
from kit.transport.declare import declare

HUBS_REQUESTS = 2
"""In each queue; of anything else one message is in each."""

Broker = dict[str, str]


@pytest.fixture
def broker(a_vhost: Callable[[], str]) -> Broker:
    """The two virtual hosts of the manifests, with something in every queue."""
    places = {"headship": a_vhost(), "hubs": a_vhost()}
    topologies = {"headship": whole_topology(), "hubs": hub_topology_of(service_classes())}
    for name, topology in topologies.items():
        declare(topology, places[name])
        with Connection(places[name]) as connection, connection.Producer() as producer:
            for queue in topology.queues:
                if ".delay." not in queue.name:  # they let go of it in seconds
                    for _ in range(HUBS_REQUESTS if name == "hubs" else 1):
                        producer.publish("", routing_key=queue.name)
    return places


@pytest.fixture
def autoscaler(broker: Broker, management_url: str) -> Iterator[str]:
    """The management API as the user of the manifests."""
    management, name = Management(management_url), f"autoscaling-{secrets.token_hex(4)}"
    rendered = overlay("production")
    (user,) = (one for one in rendered.of("User") if one["metadata"]["name"] == "autoscaling")
    (tag,) = user["spec"]["tags"]
    password = secrets.token_hex(8)
    management.create_user(name, password, tag=tag)
    for one in rendered.of("Permission"):
        if one["spec"]["userReference"]["name"] == "autoscaling":
            place = urlsplit(broker[one["spec"]["vhost"]]).path.lstrip("/")
            management.permit(name, place, **one["spec"]["permissions"])
    yield with_login(management_url, name, password)
    management.delete_user(name)


def test_it_counts_events_calls_and_requests_of_hubs_but_neither_pauses_nor_dead_letters(
    broker: Broker, autoscaler: str
) -> None:
    for service in SERVICES:
        inside, of_hubs = triggers(service)
        handled = {
            queue.name
            for queue in whole_topology().queues
            if queue.name.startswith(f"{service}.")
            and ".delay." not in queue.name
            and queue.name != f"{service}.dead"
        }
        assert told(autoscaler, broker, inside) == dict.fromkeys({*handled, f"rpc-{service}"}, 1)
        assert told(autoscaler, broker, of_hubs) == {hub_queue(service): HUBS_REQUESTS}


def triggers(service: str) -> list[dict[str, str]]:
    """What the ScaledObject of a service has KEDA ask."""
    (one,) = (
        each
        for each in overlay("production").of("ScaledObject")
        if each["metadata"]["name"] == service
    )
    return [trigger["metadata"] for trigger in one["spec"]["triggers"]]


def told(management_url: str, broker: Broker, trigger: dict[str, str]) -> dict[str, int]:
    """Queue → messages, as KEDA asks (its rabbitmq_scaler.go); what is new is told late."""
    place = urlsplit(broker[trigger.get("vhostName", "headship")]).path.lstrip("/")
    found: dict[str, int] = {}

    def ask() -> bool:
        url = f"{management_url}/api/queues/{place}"
        words = {"page": 1, "use_regex": trigger["useRegex"], "pagination": "false"}
        words |= {"name": trigger["queueName"], "page_size": trigger["pageSize"]}
        answer = asking(url).get(url, params=words, timeout=10)
        assert answer.ok, answer.text
        assert answer.json()["page_count"] == 1
        found.update({one["name"]: one.get("messages", 0) for one in answer.json()["items"]})
        return bool(found) and all(found.values())

    assert wait_until(ask, 30, every=0.5), found
    return found
