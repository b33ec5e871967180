"""A hub that sends as fast as it can: `python flood.py ADDRESS METHOD SECONDS`; tells in JSON.

With a kind behind (see KINDS) it sends what nobody may ask.
"""

import json
import sys
import threading
import time
from collections import Counter
from typing import Any

import amqp
from stranger import Stranger

AT_ONCE = 20

CONNECTIONS, MOST = 10, 60_000
"""Of a flood in vain: it is over after so many messages, if it is quicker than its time."""

KINDS: dict[str, dict[str, Any]] = {
    "nameless": {"body": b"{}", "user_id": None},
    "unanswerable": {"body": b"{}", "reply_to": None},
    "large": {"body": b" " * 3_000_000, "user_id": None},
}


def main(address: str, method: str, seconds: float) -> None:
    sent, end = 0, time.monotonic() + seconds
    with Stranger(address) as hub:
        while time.monotonic() < end:
            for _ in range(AT_ONCE):
                hub.send(method, {"limit": 1})
            sent += AT_ONCE
            hub.answer("none", seconds=0.01)
        hub.answer("none", seconds=1)
        codes = Counter(
            told["error"]["code"] if told["error"] else "answered" for told in hub.replies.values()
        )
    json.dump({"sent": sent, "codes": codes}, sys.stdout)


def in_vain(address: str, method: str, seconds: float, kind: str) -> None:
    """Over many connections at once. Says in a line of its own when it is under way."""
    sent, end, under_way = Counter[str](), time.monotonic() + seconds, threading.Event()
    most = min(MOST, 300_000_000 // len(KINDS[kind]["body"]))

    def send() -> None:
        with Stranger(address) as hub:
            try:
                while time.monotonic() < end and sent["messages"] < most:
                    hub.send(method, **KINDS[kind])
                    sent["messages"] += 1
                    under_way.set()
            except (amqp.AMQPError, OSError):  # the broker has read no more for a while
                sent["connections lost"] += 1

    threads = [threading.Thread(target=send) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    under_way.wait(seconds)
    print("under way", flush=True)  # noqa: T201
    for thread in threads:
        thread.join()
    json.dump(sent, sys.stdout)


if __name__ == "__main__":
    if len(sys.argv) > 4:
        in_vain(sys.argv[1], sys.argv[2], float(sys.argv[3]), sys.argv[4])
    else:
        main(sys.argv[1], sys.argv[2], float(sys.argv[3]))
