"""Writes that do not stop while something is restarted, and whether any was lost or doubled."""

import json
import secrets
import threading
import time
from collections import Counter
from itertools import count
from typing import Any

from ground import Ground
from sqlalchemy import Engine, text

from cli.demo.ledger import Ledger
from cli.demo.stage import subscribers
from cli.services import SERVICES
from headship_contracts.enrolment.organisations import AddDeliveryPartner
from headship_contracts.errors import Unavailable
from kit.db.engine import begin, open_engine
from kit.transport.rpc_client import RpcClient

WRITERS = 3
PAUSE = 0.1
CALL_SECONDS = 5
PATIENCE = 60.0
QUIET_SECONDS = 120


class Load:
    """For the time of a block: hubs are added, each under a key, repeated until it is answered.

    What repeats the key may be a second delivery of the first call: it must not be done twice.
    """

    def __init__(self, client: RpcClient) -> None:
        self.answered: dict[str, str] = {}
        """Name of the hub → its id, as it was answered."""
        self.repeated = 0
        self.errors: list[Exception] = []
        self._client = client
        self._campaign = secrets.token_hex(3)
        self._numbers = count(1)
        self._stop = threading.Event()
        self._writers = [threading.Thread(target=self._write) for _ in range(WRITERS)]

    def __enter__(self) -> "Load":
        for writer in self._writers:
            writer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for writer in self._writers:
            writer.join()

    def _write(self) -> None:
        try:
            while not self._stop.is_set():
                self._add(f"Hub {self._campaign} {next(self._numbers)}")
                time.sleep(PAUSE)
        except Exception as error:
            self.errors.append(error)

    def _add(self, name: str) -> None:
        adding = AddDeliveryPartner(name=name)
        end = time.monotonic() + PATIENCE
        while True:
            try:
                told = self._client.call(adding, seconds=CALL_SECONDS, idempotency_key=name)
            except Unavailable:
                self.repeated += 1
                if time.monotonic() > end:
                    raise
                continue
            self.answered[name] = str(told.delivery_partner_id)
            return


class Books:
    """What the four databases say, as their administrator reads them."""

    def __init__(self, ground: Ground) -> None:
        self.engines: dict[str, Engine] = {
            name: open_engine(ground.database(name)) for name in SERVICES
        }
        self.ledger = Ledger(self.engines, subscribers())

    def settle(self) -> None:
        """Wait until every event has been handled by all who take it."""
        end = time.monotonic() + QUIET_SECONDS
        while left := self.ledger.under_way():
            assert time.monotonic() < end, f"{left} events are still under way"
            time.sleep(0.2)

    def balance(self, load: Load) -> None:
        """Raises AssertionError if anything was lost or done twice."""
        assert not load.errors, load.errors
        self.settle()
        assert self.ledger.unhandled() == []
        assert self.ledger.parked() == 0
        told = "SELECT body FROM outbox WHERE name = 'delivery_partner_changed'"
        bodies = [row.body for row in self._rows("enrolment", told)]
        names = Counter(json.loads(body)["body"]["name"] for body in bodies)
        assert {name: names[name] for name in load.answered} == dict.fromkeys(load.answered, 1)
        ids = dict.fromkeys(SERVICES, "delivery_partner_id") | {"enrolment": "id"}
        for service, column in ids.items():
            rows = self._rows(service, f"SELECT {column} AS id FROM delivery_partners")
            assert set(load.answered.values()) <= {str(row.id) for row in rows}, service

    def close(self) -> None:
        for engine in self.engines.values():
            engine.dispose()

    def _rows(self, service: str, question: str) -> list[Any]:
        with begin(self.engines[service]) as connection:
            return list(connection.execute(text(question)))
