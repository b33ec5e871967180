"""How many there may be."""

from enrolment import places
from headship_contracts.enrolment.applications import (
    ListPlaces,
    PlacesList,
    PlacesRecord,
    SetPlaces,
)
from kit import Transaction, rpc


class Places:
    @rpc(SetPlaces)
    def set_places(self, tx: Transaction, request: SetPlaces) -> PlacesRecord:
        """Set a cap."""
        return places.set_places(tx, request)

    @rpc(ListPlaces)
    def list_places(self, tx: Transaction, request: ListPlaces) -> PlacesList:
        """The caps of a cohort and course."""
        return places.list_places(tx, request)
