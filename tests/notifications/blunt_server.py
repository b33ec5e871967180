"""A mail server of few words, with limits: at loopback, on a free port."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from loopback import served_by

ENOUGH = b"421 4.7.0 enough"


class Blunt:
    """`rcpt`: its answer to each recipient, in turn; then it takes all. `at_once`: connections that
    it allows, `each`: mails in each of them.
    """

    def __init__(self, *rcpt: bytes, at_once: int = 100, each: int = 1_000) -> None:
        self.answers, self.at_once, self.each = list(rcpt), at_once, each
        self.taken = self.turned_away = 0
        self.greeted: list[bytes] = []
        self.port = 0
        self._open = 0
        self._lock = threading.Lock()

    def serve(self, connection: socket.socket) -> None:
        with self._lock:
            self._open += 1
            is_one_too_many = self._open > self.at_once
            self.turned_away += is_one_too_many
        try:
            with connection.makefile("rwb") as lines:
                if is_one_too_many:
                    say(lines, ENOUGH)
                else:
                    self._talk(lines)
        finally:
            with self._lock:
                self._open -= 1

    def _talk(self, lines: IO[bytes]) -> None:
        say(lines, b"220 blunt.test")
        begun = 0
        while line := lines.readline():
            word = line[:4].upper()
            begun += word == b"MAIL"
            if word in (b"EHLO", b"HELO"):
                self.greeted.append(line[5:].strip())
            if begun > self.each:
                say(lines, ENOUGH)
                return
            say(lines, self._answer(word))
            if word == b"QUIT":
                return
            if word == b"DATA":
                while lines.readline() != b".\r\n":
                    pass
                with self._lock:
                    self.taken += 1
                say(lines, b"250 taken")

    def _answer(self, word: bytes) -> bytes:
        with self._lock:
            if word == b"RCPT" and self.answers:
                return self.answers.pop(0)
        return b"354 go on" if word == b"DATA" else b"250 fine"


def say(lines: IO[bytes], words: bytes) -> None:
    lines.write(words + b"\r\n")
    lines.flush()


@contextmanager
def running(*rcpt: bytes, **limits: int) -> Iterator[Blunt]:
    """A server for the block."""
    server = Blunt(*rcpt, **limits)
    with served_by(server.serve) as server.port:
        yield server
