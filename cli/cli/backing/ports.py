"""Free loopback ports, kept from other runs until the server that they are for has bound them."""

import contextlib
import random
import socket
from collections.abc import Iterable, Iterator

# Below what Linux hands out by itself (32768 and up), so that no client connection takes one.
LOWEST, HIGHEST = 20_000, 32_000


@contextlib.contextmanager
def reserved(count: int) -> Iterator[list[int]]:
    """`count` free ports, not given to another run on this machine while the block lasts.

    A claim is an abstract Unix socket: seen by every user, and gone with the process that holds it.
    """
    with contextlib.ExitStack() as claims:
        ports: list[int] = []
        while len(ports) < count:
            port = random.randint(LOWEST, HIGHEST)  # nosec B311 # any free port will do
            claim = _claim(port)
            if claim is not None:
                claims.callback(claim.close)
                if _is_free(port):
                    ports.append(port)
        yield ports


@contextlib.contextmanager
def kept(ports: Iterable[int]) -> Iterator[None]:
    """A running server's ports stay its own while the block lasts, also while it is away: another
    run would take one, and the server could not come back."""
    claims = [_claim(port) for port in ports]
    try:
        yield
    finally:
        for claim in claims:
            if claim is not None:
                claim.close()


def _claim(port: int) -> socket.socket | None:
    claim = socket.socket(socket.AF_UNIX)
    try:
        claim.bind(f"\0headship-port-{port}")
    except OSError:
        claim.close()
        return None
    return claim


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def answers(port: int) -> bool:
    """Whether somebody accepts connections on this loopback port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
