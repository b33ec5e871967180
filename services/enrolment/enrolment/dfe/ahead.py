"""Pages of a list are fetched and read while the database takes in the one before them."""

import threading
from collections.abc import Callable, Iterator, Sized
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, Generic, Self, TypeVar

AHEAD: Final = 2
"""Pages: one is fetched while another is read, and both while a third is taken in."""

RecordsT = TypeVar("RecordsT", bound=Sized)
PageT = TypeVar("PageT")


@dataclass
class _List(Generic[RecordsT, PageT]):
    """How the pages of a list are fetched and read, and for how many there is room."""

    fetch: Callable[[int], RecordsT]
    read: Callable[[RecordsT], PageT]
    room: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(AHEAD))
    ended: bool = False


class _Coming(Generic[RecordsT, PageT]):
    """One page, on its way; the next one follows when it has been fetched and was not empty.

    `asked_at` is wall time.
    """

    def __init__(self, of: _List[RecordsT, PageT], number: int) -> None:
        self.number = number
        self.next: Self | None = None
        self.asked_at: datetime
        self._list = of
        self._page: PageT
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        self._list.room.acquire()
        if self._list.ended:
            return
        self.asked_at = datetime.now(UTC)
        try:
            records = self._list.fetch(self.number)
            if records:
                self.next = type(self)(self._list, self.number + 1)
            self._page = self._list.read(records)
        except Exception as error:
            self._error = error

    def wait(self) -> None:
        """Until it is there, or has failed."""
        self._thread.join()

    def get(self) -> PageT:
        """What was fetched. Raises what fetching or reading it raised."""
        self.wait()
        if self._error is not None:
            raise self._error
        return self._page


def pages(
    fetch: Callable[[int], RecordsT], read: Callable[[RecordsT], PageT], first: int
) -> Iterator[tuple[int, datetime, PageT]]:
    """Each page from `first` on, with when it was asked for, up to the first empty one.

    No two are fetched at once, at most two ahead, and none is on its way any more when this ends.
    """
    of = _List(fetch, read)
    coming: _Coming[RecordsT, PageT] | None = _Coming(of, first)
    try:
        while coming is not None:
            page = coming.get()
            of.room.release()
            yield coming.number, coming.asked_at, page
            coming = coming.next
    finally:
        of.ended = True
        while coming is not None:
            of.room.release()
            coming.wait()
            coming = coming.next
