"""Seats on request, waiting for one, and changing groups with somebody."""

from datetime import datetime, timedelta

from headship_contracts.sessions.running import (
    BookingRecord,
    BookSeat,
    GiveUpSeat,
    ListWaiting,
    SwapGroups,
    Swapped,
    WaitPage,
)
from kit import Database, Transaction, rpc, timer
from sessions import bookings, swaps
from sessions.settings import SessionsSettings


class Seats:
    db: Database
    settings: SessionsSettings

    @rpc(BookSeat)
    def book_seat(self, tx: Transaction, request: BookSeat) -> BookingRecord:
        """A seat in another session of a unit, or a place among who waits for one."""
        return bookings.book(tx, request, self.settings)

    @rpc(GiveUpSeat)
    def give_up_seat(self, tx: Transaction, request: GiveUpSeat) -> BookingRecord:
        """Give a booked seat back, or wait no longer."""
        return bookings.give_up(tx, request)

    @rpc(ListWaiting)
    def list_waiting(self, tx: Transaction, request: ListWaiting) -> WaitPage:
        """Who waits for a seat."""
        return bookings.list_waiting(tx, request)

    @timer(every=timedelta(minutes=5), missed="skip")
    def fill_freed_seats(self, at: datetime) -> None:
        """Give seats that came free to who waits longest; woken by each that does."""
        bookings.fill_freed_seats(self.db, at, self.settings)

    @rpc(SwapGroups)
    def swap_groups(self, tx: Transaction, request: SwapGroups) -> Swapped:
        """Let two people change coaching groups with each other."""
        return swaps.swap(tx, request)
