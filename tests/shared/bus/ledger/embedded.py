"""Runs the ledger embedded: `python -m ledger.embedded DIRECTORY until_parked|until_entered`.

Prints what it has done as JSON.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import select

from kit.db import ServiceDatabase
from kit.transport.dead_letters import DeadLetter, letters
from kit.transport.embedded import Embedded  # isort: split  # makes the library green
from ledger.events import Posted
from ledger.models import Confirmation, Entry
from ledger.service import LedgerService

GOOD, JAMMED, LOCKED = range(1, 31), 31, 32


def main(directory: Path, until: str) -> None:
    with Embedded([LedgerService], directory, {"RETRY_DELAYS": "0.05,0.1,60"}) as embedded:
        database = embedded.databases["ledger"]
        bus = embedded._address("operator")
        if until == "until_parked":
            post(database, directory)
            wait(lambda: len(entries(database)) == len(GOOD))
            wait(lambda: [letter.error for letter in letters("ledger", bus)])
        else:
            wait(lambda: LOCKED in entries(database))
            wait(lambda: letters("ledger", bus))
        done = {
            "entries": sorted(entries(database)),
            "confirmations": sorted(entries(database, Confirmation)),
            "letters": [told(letter) for letter in letters("ledger", bus)],
        }
    json.dump(done, sys.stdout)


def post(database: ServiceDatabase, directory: Path) -> None:
    """Plain events, one that is refused, and one that waits in the bus for its next attempt."""
    with database.transaction() as tx:
        for number in GOOD:
            tx.emit(Posted(number=number, revision=1))
        tx.emit(Posted(number=JAMMED, revision=1, trouble="refused"))
        tx.emit(Posted(number=LOCKED, revision=1, trouble=f"until:{directory / 'unlocked'}"))


def entries(database: ServiceDatabase, model: type[Entry | Confirmation] = Entry) -> list[int]:
    with database.transaction() as tx:
        return list(tx.scalars(select(model.number)))


def told(letter: DeadLetter) -> list[str | int]:
    return [letter.queue, letter.error, letter.attempts]


def wait(holds: Callable[[], object]) -> None:
    end = time.monotonic() + 10
    while not holds():
        if time.monotonic() > end:
            raise AssertionError("not within 10 s")
        time.sleep(0.02)


main(Path(sys.argv[1]), sys.argv[2])
