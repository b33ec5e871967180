"""The desk: every way in, and every kind of trouble."""

import os
import signal
import time
from datetime import datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path

from sqlalchemy import select

from desk import models
from desk.requests import (
    Close,
    Lend,
    LendSlowly,
    ListLoans,
    Loan,
    Loans,
    PassOn,
    Reopen,
    Reserve,
    Said,
    Say,
)
from headship_contracts.errors import NotFound, Refused
from headship_contracts.messages import Done
from kit import Ask, Caller, Database, Transaction, http, rpc, timer
from kit.correlation import current_correlation
from kit.paging import page

IN_TROUBLE = Path("in-trouble")
"""Appears where the process runs, so that a test knows when the trouble has begun."""


HOLD, HELD = Path("hold"), Path("held")
"""While there is the first, a timer sticks, and makes the second."""

GRUMPY = Path("grumpy")
"""While it is there, a timer fails."""


def _not_bert(tx: Transaction) -> None:
    if tx.caller.name == "bert":
        raise Refused("not_permitted", "Bert brings no books back")


class DeskService:
    """Lends books."""

    name = "desk"
    db = Database()
    ask = Ask(Say)

    @rpc(Say, transaction=False)
    def say(self, request: Say, caller: Caller) -> Said:
        time.sleep(request.pause / 1000)
        return Said(words=request.words, caller=str(caller), correlation_id=current_correlation())

    @rpc(PassOn, transaction=False)
    def pass_on(self, request: PassOn) -> Said:
        say = Say(words=request.words, pause=request.pause)
        said: Said = self.ask(say, seconds=request.seconds)
        return said

    @rpc(Lend)
    def lend(self, tx: Transaction, request: Lend) -> Loan:
        if request.trouble == "anna only" and tx.caller.name != "anna":
            raise Refused("not_permitted", "this is Anna's book")
        loan = _lend(tx, request.book)
        _get_into_trouble(request.trouble)
        return loan

    @rpc(LendSlowly, transaction=False, permits=_not_bert)
    def lend_slowly(self, request: LendSlowly) -> Loan:
        time.sleep(request.pause / 1000)
        with self.db.transaction() as tx:
            return _lend(tx, request.book)

    @rpc(Close, allowed=("staff",))
    def close(self, tx: Transaction, request: Close) -> Done:
        return Done()

    @rpc(ListLoans)
    def list_loans(self, tx: Transaction, request: ListLoans) -> Loans:
        found, cursor = page(
            tx,
            select(models.Loan),
            keys=(models.Loan.id,),
            cursor=request.cursor,
            limit=request.limit,
        )
        return Loans(items=[Loan(number=x.id, book=x.book) for x in found], next_cursor=cursor)

    @rpc(Reserve)
    def reserve(self, tx: Transaction, request: Reserve) -> Done:
        if tx.get(models.Reservation, request.book):
            raise Refused("is_reserved")
        time.sleep(0.2)  # a gap for others to slip into
        tx.add(models.Reservation(book=request.book))
        return Done()

    @rpc(Reopen)
    def reopen(self, tx: Transaction, request: Reopen) -> Done:
        tx.wake("tidy")
        return Done()

    @timer(every=timedelta(seconds=1))
    def tick(self, at: datetime) -> None:
        self._write_down("tick", at)

    @timer(every=timedelta(seconds=1), everywhere=True)
    def look_round(self, at: datetime) -> None:
        self._write_down("look_round", at)

    @timer(every=timedelta(days=1), at=time_of_day(6, 0), missed="catch_up")
    def count_the_books(self, at: datetime) -> None:
        self._write_down("count_the_books", at)

    @timer(every=timedelta(days=1), at=time_of_day(7, 30))
    def open_the_door(self, at: datetime) -> None:
        if HOLD.exists():
            HELD.touch()
            time.sleep(60)
        self._write_down("open_the_door", at)

    @timer(every=timedelta(days=1))
    def grumble(self, at: datetime) -> None:
        if GRUMPY.exists():
            raise RuntimeError("the desk is in a bad mood")
        self._write_down("grumble", at)

    @timer(every=timedelta(days=365))
    def tidy(self, at: datetime) -> None:
        time.sleep(0.2)
        self._write_down("tidy", at)

    @http("GET", "/loans/<book>")
    def show_loan(self, request: http.Request, book: str) -> http.Response:
        if book == "jammed":
            raise RuntimeError("the drawer is jammed: secret")
        if book == "expired":
            raise Refused("link_expired", "it was good until yesterday")
        if book != "emma":
            raise NotFound("book_not_found")
        return http.Response(200, f"<p>{book}</p>")

    @http("GET", "/slow")
    def keep_waiting(self, request: http.Request) -> http.Response:
        _get_into_trouble("slow:1")
        return http.Response(200, "at last")

    @http("POST", "/loans", most_bytes=1_000)
    def return_book(self, request: http.Request) -> http.Response:
        return http.Response(200, f"{request.form['book']} is back", content_type="text/plain")

    def _write_down(self, timer: str, at: datetime) -> None:
        with self.db.transaction() as tx:
            tx.add(models.Run(timer=timer, at=at.isoformat(), process=os.getpid()))


def _lend(tx: Transaction, book: str) -> Loan:
    loan = models.Loan(book=book, lent_by=str(tx.caller))
    tx.add(loan)
    tx.flush()
    return Loan(number=loan.id, book=book)


def _get_into_trouble(trouble: str) -> None:
    kind, _, how = trouble.partition(":")
    if kind == "slow":
        IN_TROUBLE.touch()
        time.sleep(float(how))
    if kind == "refused":
        raise Refused("book_is_out", "come back on Monday")
    if kind == "bug":
        raise RuntimeError("a secret of the desk")
    if kind == "dies":
        os.kill(os.getpid(), signal.SIGKILL)
