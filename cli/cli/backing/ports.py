"""Free loopback ports, kept from other runs until the server that they are for has bound them."""

import contextlib
import random
import socket
from collections.abc import Iterator

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
            claim = socket.socket(socket.AF_UNIX)
            try:
                claim.bind(f"\0headship-port-{port}")
            except OSError:
                claim.close()
                continue
            claims.callback(claim.close)
            if _is_free(port):
                ports.append(port)
        yield ports


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
