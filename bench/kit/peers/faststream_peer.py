"""FastStream, used as well as one can: publishes gathered 500 at a time, consumers with prefetch.

Runs in a virtual environment of its own. `publish URI COUNT QUEUE` and `roundtrip URI COUNT QUEUE
CONSUMERS` print `{"per_second": …}`; `consume` is what `roundtrip` starts.
"""

import asyncio
import json
import sys
import time
from asyncio.subprocess import PIPE, Process
from contextlib import suppress

from faststream.rabbit import Channel, QueueType, RabbitBroker, RabbitQueue

BODY = {"application_id": "0" * 36, "state": "accepted", "filler": "x" * 400}
GATHERED = 500


def _queue(name: str) -> RabbitQueue:
    return RabbitQueue(name, queue_type=QueueType.QUORUM, durable=True)


async def _publish(broker: RabbitBroker, queue: RabbitQueue, count: int) -> None:
    for first in range(0, count, GATHERED):
        batch = range(first, min(first + GATHERED, count))
        await asyncio.gather(
            *(broker.publish(BODY | {"n": n}, queue=queue, persist=True) for n in batch)
        )


async def publish(uri: str, count: int, name: str) -> None:
    async with RabbitBroker(uri, logger=None) as broker:
        queue = _queue(name)
        await broker.declare_queue(queue)
        began = time.perf_counter()
        await _publish(broker, queue, count)
        _tell(count, began)


async def consume(uri: str, name: str) -> None:
    """Count messages until stdin closes, telling the count whenever it has grown."""
    broker = RabbitBroker(uri, logger=None, default_channel=Channel(prefetch_count=200))
    seen = 0

    @broker.subscriber(_queue(name))
    async def count(body: dict) -> None:
        nonlocal seen
        seen += 1

    await broker.start()
    print("ready", flush=True)
    told = 0
    while True:
        await asyncio.sleep(0.02)
        if seen != told:
            told = seen
            print(told, flush=True)


async def roundtrip(uri: str, count: int, name: str, consumers: int) -> None:
    started = [
        await asyncio.create_subprocess_exec(
            sys.executable, __file__, "consume", uri, name, stdout=PIPE
        )
        for _ in range(consumers)
    ]
    try:
        for process in started:
            await _line(process)
        async with RabbitBroker(uri, logger=None) as broker:
            began = time.perf_counter()
            counts = [0] * consumers

            async def follow(number: int, process: Process) -> None:
                while sum(counts) < count:
                    counts[number] = int(await _line(process))

            followers = [asyncio.create_task(follow(n, p)) for n, p in enumerate(started)]
            await _publish(broker, _queue(name), count)
            await asyncio.wait(followers, return_when=asyncio.FIRST_COMPLETED)
            _tell(count, began)
            for follower in followers:
                follower.cancel()
    finally:
        for process in started:
            with suppress(ProcessLookupError):  # it may have ended by itself
                process.kill()
            await process.wait()


async def _line(process: Process) -> str:
    assert process.stdout is not None
    return (await process.stdout.readline()).decode().strip()


def _tell(count: int, began: float) -> None:
    print(json.dumps({"per_second": count / (time.perf_counter() - began)}), flush=True)


def main() -> None:
    what, uri, *rest = sys.argv[1:]
    if what == "publish":
        asyncio.run(publish(uri, int(rest[0]), rest[1]))
    elif what == "consume":
        asyncio.run(consume(uri, rest[0]))
    else:
        asyncio.run(roundtrip(uri, int(rest[0]), rest[1], int(rest[2])))


if __name__ == "__main__":
    main()
