"""The least that a call by direct reply costs: py-amqp on both sides, and nothing in between.

`serve URI` sends back what comes to the queue `echo`; `call URI BODY CALLS CALLERS` measures it.
"""

import json
import sys
import threading
import time
from typing import Any
from urllib.parse import unquote, urlsplit

import amqp

REPLY_TO = "amq.rabbitmq.reply-to"


def connected(uri: str) -> amqp.Connection:
    parts = urlsplit(uri)
    connection = amqp.Connection(
        host=f"{parts.hostname}:{parts.port}",
        userid=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        virtual_host=unquote(parts.path[1:]),
    )
    connection.connect()
    return connection


def serve(uri: str) -> None:
    connection = connected(uri)
    channel = connection.channel()

    def answer(message: Any) -> None:
        reply = amqp.Message(message.body, correlation_id=message.properties["correlation_id"])
        channel.basic_publish(reply, routing_key=message.properties["reply_to"])
        channel.basic_ack(message.delivery_tag)

    channel.queue_declare("echo", auto_delete=True)
    channel.basic_qos(0, 64, False)
    channel.basic_consume("echo", callback=answer)
    while True:
        connection.drain_events()


def call(uri: str, body: str, calls: int, callers: int) -> None:
    each, ready = calls // callers, threading.Barrier(callers + 1)

    def caller() -> None:
        connection = connected(uri)
        channel, came = connection.channel(), []
        channel.basic_consume(REPLY_TO, no_ack=True, callback=came.append)

        def ask(times: int) -> None:
            for number in range(times):
                came.clear()
                told = {"reply_to": REPLY_TO, "correlation_id": str(number)}
                channel.basic_publish(amqp.Message(body, **told), routing_key="echo")
                while not came:
                    connection.drain_events()

        ask(5)
        ready.wait()
        ask(each)
        connection.close()

    threads = [threading.Thread(target=caller) for _ in range(callers)]
    for thread in threads:
        thread.start()
    ready.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    print(json.dumps({"per_second": each * callers / (time.perf_counter() - began)}))


if __name__ == "__main__":
    what, *rest = sys.argv[1:]
    if what == "serve":
        serve(rest[0])
    else:
        call(rest[0], rest[1], int(rest[2]), int(rest[3]))
