"""Asking enrolment, by the broker or in this process."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from cli import addresses
from cli.errors import CommandError
from headship_contracts.messages import Request
from headship_contracts.shape import Shape

SECONDS = 600.0
"""A file of ten thousand rows takes some of them; nobody waits for longer."""

Ask = Callable[[Request[Any]], Any]


@contextmanager
def asking(broker: str | None, *, embedded: bool) -> Iterator[Ask]:
    """Gives what asks a request and gives back its reply. Raises ServiceError."""
    if embedded:
        with _embedded() as ask:
            yield ask
        return
    from kit.transport.rpc_client import RpcClient

    client = RpcClient(addresses.amqp_uri(broker))
    try:
        yield lambda request: _asked(client, request)
    finally:
        client.close()


@contextmanager
def _embedded() -> Iterator[Ask]:
    from cli.embedded import directory_of, settings_for
    from cli.services import service_classes
    from kit.transport.embedded import AlreadyRunning, Embedded

    directory = directory_of(os.environ)
    try:
        with Embedded(service_classes(), directory, settings_for(directory)) as platform:
            yield lambda request: _asked(platform.client, request)
    except AlreadyRunning as error:
        raise CommandError(str(error)) from error


def _asked(client: Any, request: Request[Any]) -> Shape:
    reply: Shape = client.call(request, seconds=SECONDS)
    return reply
