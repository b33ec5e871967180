"""Two handlers in a row, and every kind of trouble."""

import os
import signal
import time
from pathlib import Path

from sqlalchemy import text

from headship_contracts.errors import Refused
from kit import Database, Transaction, handles
from ledger.events import Confirmed, Entered, Posted
from ledger.models import Confirmation, Entry


class LedgerService:
    """Posted → an entry, Entered → a confirmation, Confirmed."""

    name = "ledger"
    db = Database()

    @handles(Posted, queue="enter")
    def enter(self, tx: Transaction, event: Posted) -> None:
        _get_into_trouble(event)
        kind, _, how = event.trouble.partition(":")
        if kind == "full" and not Path(how).exists():
            tx.execute(text("DO $$ BEGIN RAISE EXCEPTION SQLSTATE '53100'; END $$"))
        if event.trouble == "cuts":
            tx.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        tx.add(Entry(number=event.number))
        tx.emit(Entered(number=event.number, revision=event.revision))

    @handles(Entered, queue="confirm")
    def confirm_an_entry(self, tx: Transaction, event: Entered) -> None:
        tx.add(Confirmation(number=event.number))
        tx.emit(Confirmed(number=event.number, revision=event.revision))


def _get_into_trouble(event: Posted) -> None:
    kind, _, how = event.trouble.partition(":")
    if kind == "refused":
        raise Refused("not_in_this_ledger", "it never will be")
    if kind == "always":
        raise RuntimeError("the ledger is jammed")
    if kind == "until" and not Path(how).exists():
        raise RuntimeError("the ledger is locked")
    if kind == "limps" and _attempts(Path(how)) <= 3:
        raise RuntimeError("the ledger limps")
    if kind == "dies":
        os.kill(os.getpid(), signal.SIGKILL)
    if kind == "slow":
        time.sleep(float(how))


def _attempts(path: Path) -> int:
    """How often this has been asked, across processes that die."""
    with path.open("ab") as file:
        file.write(b"|")
        return file.tell()
