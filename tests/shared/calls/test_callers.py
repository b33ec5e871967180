"""Who calls is what the broker has checked, whatever the message says."""

import secrets
from collections.abc import Callable, Iterator
from urllib.parse import quote, urlsplit, urlunsplit

import pytest
from desk.requests import Close, Say
from desk.running import Desk

from cli.backing.management import Management
from headship_contracts.errors import Refused, Unavailable
from kit.transport.rpc_client import RpcClient


@pytest.fixture
def as_user(open_desk: Desk, management_url: str) -> Iterator[Callable[[str], RpcClient]]:
    """Makes a client that is connected as a broker user of this name."""
    management = Management(management_url)
    server = urlsplit(open_desk.amqp_uri)
    made: list[str] = []
    clients: list[RpcClient] = []

    def make(name: str) -> RpcClient:
        password = secrets.token_hex(8)
        management.create_user(name, password)
        made.append(name)
        replies = rf"^rpc\.reply-{name}-.*"
        management.permit(
            name,
            server.path[1:],
            configure=replies,
            write=f"{replies}|^nameko-rpc$",
            read=f"{replies}|^nameko-rpc$",
        )
        login = f"{quote(name)}:{password}@{server.hostname}:{server.port}"
        client = RpcClient(urlunsplit(server._replace(netloc=login)))
        clients.append(client)
        return client

    yield make
    for client in clients:
        client.close()
    for name in made:
        management.delete_user(name)


def test_staff_are_known_by_their_broker_user(
    open_desk: Desk, as_user: Callable[[str], RpcClient]
) -> None:
    name = f"anna{secrets.token_hex(4)}"
    anna = as_user(f"staff.{name}")

    said = anna.call(Say(words="who am I?"))

    assert said.caller == f"staff:{name}"
    assert anna.call(Close()).done


def test_any_other_user_is_an_operator(
    open_desk: Desk, as_user: Callable[[str], RpcClient]
) -> None:
    name = f"root-{secrets.token_hex(4)}"

    said = as_user(name).call(Say(words="who am I?"))

    assert said.caller == f"operator:{name}"
    with pytest.raises(Refused, match="not_permitted"):
        as_user(name).call(Close())


def test_the_broker_refuses_a_user_who_says_to_be_another(
    open_desk: Desk, as_user: Callable[[str], RpcClient]
) -> None:
    liar = as_user(f"liar-{secrets.token_hex(4)}")
    liar.call(Say(words="I am a liar"))
    liar._user = "enrolment"

    with pytest.raises(Unavailable) as refused:
        liar.call(Say(words="I am enrolment"), seconds=5)

    assert refused.value.code == "broker_away"
    assert "PreconditionFailed" in refused.value.detail
    assert "I am enrolment" not in open_desk.log()
