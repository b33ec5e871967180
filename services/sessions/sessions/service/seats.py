"""Seats on request, waiting for one, and changing groups: with somebody, or with one's hub."""

from datetime import datetime, time, timedelta

from headship_contracts.sessions.running import (
    BookingRecord,
    BookSeat,
    GiveUpSeat,
    ListWaiting,
    SwapGroups,
    Swapped,
    WaitPage,
)
from headship_contracts.sessions.transfers import (
    DecidePlaceProposal,
    ListPlaceProposals,
    PlaceProposal,
    PlaceProposalPage,
    ProposePlace,
)
from kit import Database, Transaction, rpc, timer
from sessions import bookings, swaps, transfers
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

    @rpc(ListPlaceProposals)
    def list_place_proposals(
        self, tx: Transaction, request: ListPlaceProposals
    ) -> PlaceProposalPage:
        """Places proposed to people who have changed hubs."""
        return transfers.list_proposals(tx, request)

    @rpc(ProposePlace)
    def propose_place(self, tx: Transaction, request: ProposePlace) -> PlaceProposal:
        """Look for a place at somebody's own hub now."""
        return transfers.propose(tx, request, self.settings)

    @rpc(DecidePlaceProposal)
    def decide_place_proposal(self, tx: Transaction, request: DecidePlaceProposal) -> PlaceProposal:
        """Confirm or decline a place."""
        return transfers.decide(tx, request, self.settings)

    @timer(every=timedelta(days=1), at=time(5, 30), missed="skip")
    def propose_places(self, at: datetime) -> None:
        """Each day, and at once after a transfer: find places for who has changed hubs."""
        transfers.propose_places(self.db, at, self.settings)

    @rpc(SwapGroups)
    def swap_groups(self, tx: Transaction, request: SwapGroups) -> Swapped:
        """Let two people change coaching groups with each other."""
        return swaps.swap(tx, request, self.settings)
