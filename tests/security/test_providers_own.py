"""What a provider has on its broker already is never changed by an installation of ours."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from typing import Any
from urllib.parse import urlsplit

import amqp
import pytest
import requests

from cli.backing.management import Management
from cli.errors import CommandError
from cli.stack.ours import MARK
from cli.stack.provision import broker_logins, make_user

Make = Callable[[str], str]


@pytest.fixture
def management(management_url: str) -> Management:
    return Management(management_url)


@pytest.fixture
def a_name(management: Management) -> Iterator[Make]:
    """Names for a user or virtual host of this test's own, which is removed after it."""
    with ExitStack() as afterwards:

        def make(kind: str) -> str:
            name = f"{kind}-{secrets.token_hex(6)}"
            afterwards.callback(management.delete_vhost, name)
            afterwards.callback(management.delete_user, name)
            return name

        yield make


def test_what_a_provider_has_on_its_broker_stays_as_it_is(
    management: Management, admin_amqp_uri: str, a_name: Make
) -> None:
    theirs, user, stack = a_name("theirs"), a_name("user"), a_name("stack")
    management.create_vhost(theirs)
    management.create_user(user, "their password", tag="monitoring")
    management.permit(user, theirs, configure="^a$", write="^b$", read="^c$")
    management.permit_topics(user, theirs, "amq.topic", write="^d$", read="^e$")
    _declare(admin_amqp_uri, theirs)
    limit = {"pattern": "^theirs$", "definition": {"max-length": 7}}
    requests.put(f"{management.url}/api/policies/{theirs}/limit", json=limit, timeout=30)
    before = _about(management, theirs, user)

    for _ in range(2):
        broker_logins(admin_amqp_uri, management.url, stack)

    assert _about(management, theirs, user) == before
    assert [len(before[kind]) for kind in ("users", "policies", "queues")] == [1, 1, 1]


def test_a_virtual_host_that_is_there_keeps_what_its_administrator_may(
    management: Management, a_name: Make
) -> None:
    name = a_name("theirs")
    administrator = str(urlsplit(management.url).username)
    management.create_vhost(name)
    management.permit(administrator, name, configure="^a$", write="^b$", read="^c$")
    before = _about(management, name, administrator)["permissions"]

    management.create_vhost(name)

    assert _about(management, name, administrator)["permissions"] == before


def test_a_user_of_somebody_else_with_a_services_name_is_left_alone(
    management: Management, a_name: Make
) -> None:
    name = a_name("billing")
    management.create_user(name, "their password", tag="monitoring")
    before = management.user(name)

    with pytest.raises(CommandError, match=f"a user {name} that headship did not make"):
        make_user(management, name, "ours")

    assert management.user(name) == before


def test_our_own_user_gets_the_new_password_when_the_administrators_has_changed(
    management: Management, a_name: Make
) -> None:
    name = a_name("service")
    make_user(management, name, "the old one")
    before = management.user(name)
    make_user(management, name, "the old one")
    assert management.user(name) == before, "nothing to change"

    make_user(management, name, "the new one")

    after = management.user(name)
    assert after is not None
    assert after["password_hash"] != (before or {})["password_hash"]
    assert MARK in after["tags"]


def _declare(amqp_uri: str, vhost: str) -> None:
    parts = urlsplit(amqp_uri)
    with closing(
        amqp.Connection(
            f"{parts.hostname}:{parts.port or 5672}",
            parts.username,
            parts.password,
            virtual_host=vhost,
        )
    ) as connection:
        connection.connect()
        connection.channel().queue_declare("theirs", durable=True, auto_delete=False)


def _about(management: Management, vhost: str, user: str) -> dict[str, Any]:
    """All definitions of a virtual host, and a user's own."""
    return {
        kind: [
            one
            for one in found
            if one.get("vhost") == vhost
            or (kind == "vhosts" and one["name"] == vhost)
            or (kind == "users" and one["name"] == user)
        ]
        for kind, found in management.definitions().items()
        if isinstance(found, list)
    }
