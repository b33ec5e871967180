"""The limit: kombu's own publishing with publisher confirms awaited per 500 messages.

`URI COUNT QUEUE` prints `{"per_second": …}`.
"""

import json
import sys
import time
from typing import Any

from kombu import Connection, Queue

BODY = json.dumps({"application_id": "0" * 36, "state": "accepted", "filler": "x" * 400})
BATCH = 500


def main() -> None:
    uri, count, name = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    with Connection(uri) as connection:
        channel = connection.channel()
        queue = Queue(name, durable=True, queue_arguments={"x-queue-type": "quorum"})
        queue.bind(channel).declare()
        channel.confirm_select()
        open_tags: set[int] = set()

        def settle(tag: int, multiple: bool) -> None:
            open_tags.difference_update(
                {known for known in open_tags if known <= tag} if multiple else {tag}
            )

        channel.events["basic_ack"].add(settle)
        began, published = time.perf_counter(), 0
        while published < count:
            for _ in range(min(BATCH, count - published)):
                _publish(channel, name)
                published += 1
                open_tags.add(published)
            while open_tags:
                connection.drain_events(timeout=15)
        print(json.dumps({"per_second": count / (time.perf_counter() - began)}))


def _publish(channel: Any, name: str) -> None:
    message = channel.prepare_message(
        BODY,
        content_type="application/json",
        content_encoding="utf-8",
        properties={"delivery_mode": 2},
    )
    channel._basic_publish(message, "", name, mandatory=True)


if __name__ == "__main__":
    main()
