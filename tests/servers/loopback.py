"""Servers of few words for tests: at loopback, on a free port, gone when the test is over."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


@contextmanager
def served_by(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """The port of a server that has each connection talked to in a thread of its own.

    Nobody waits for any of its sockets afterwards. Eventlet's loop would take the next one of the
    same number, a later test's, for the one that is waited for.
    """
    connections: list[socket.socket] = []
    threads: list[threading.Thread] = []

    def accept(listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                connections.append(connection)
                threads.append(threading.Thread(target=serve, args=(connection,), daemon=True))
                threads[-1].start()

    def serve(connection: socket.socket) -> None:
        with suppress(OSError), connection:
            talk(connection)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        accepting = threading.Thread(target=accept, args=(listener,), daemon=True)
        accepting.start()
        try:
            yield listener.getsockname()[1]
        finally:
            _hang_up(listener)
            accepting.join()
            for connection in connections:
                _hang_up(connection)
            for thread in threads:
                thread.join()


def _hang_up(line: socket.socket) -> None:
    """Whoever reads or accepts there hears of it; closing alone wakes nobody."""
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
