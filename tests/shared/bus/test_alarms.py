"""A broker that takes nothing for want of memory: it still delivers, and counts each delivery."""

import json
import time
from pathlib import Path
from uuid import uuid4

import pytest
from ledger.running import QUEUE, Ledger, wait_until

from cli.backing import PostgreSQL, RabbitMQ
from cli.backing.databases import create_database, drop_database
from cli.backing.management import Management, in_vhost


@pytest.mark.timeout(180)
def test_a_broker_in_alarm_uses_up_no_deliveries_and_goes_on_afterwards(
    expendable_rabbitmq: RabbitMQ, expendable_postgresql: PostgreSQL, tmp_path: Path
) -> None:
    broker, name = expendable_rabbitmq, f"ledger_{time.monotonic_ns()}"
    Management(broker.management_url()).create_vhost(name)
    url = create_database(expendable_postgresql.url, name)
    ledger = Ledger(in_vhost(broker.amqp_uri(), name), url, tmp_path)
    ledger.prepare(x_delivery_limit=2)
    ledger.publish(always_in_trouble(), exchange="ledger.retry", key=QUEUE)
    broker.ctl("set_vm_memory_high_watermark", "0.000001")
    try:
        ledger.start("ledger.hasty")
        wait_until(lambda: ledger.log().count("could not be settled") > 4)
        broker.ctl("set_vm_memory_high_watermark", "absolute", "512MB")

        (letter,) = ledger.wait_for_letters(1)
    finally:
        broker.ctl("set_vm_memory_high_watermark", "absolute", "512MB")
        ledger.close()
        drop_database(expendable_postgresql.url, name)
    assert (letter.error_type, letter.attempts) == ("RuntimeError", 4)


def always_in_trouble() -> bytes:
    now = "2026-09-01T09:00:00+00:00"
    wire = {
        "event_id": str(uuid4()),
        "source": "ledger",
        "name": "posted",
        "version": 1,
        "occurred_at": now,
        "sent_at": now,
        "correlation_id": "0" * 32,
        "body": {"number": 1, "revision": 1, "trouble": "always"},
    }
    return json.dumps(wire).encode()
