"""The next page of a list is fetched and read while the database takes in the one before it."""

import threading
from collections.abc import Callable, Iterator, Sized
from datetime import UTC, datetime
from typing import Generic, TypeVar

PageT = TypeVar("PageT", bound=Sized)


class _Fetched(Generic[PageT]):
    """One page, on its way. `asked_at` is wall time."""

    def __init__(self, fetch: Callable[[int], PageT], page: int) -> None:
        self.asked_at = datetime.now(UTC)
        self._page: PageT
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._run, args=(fetch, page), daemon=True)
        self._thread.start()

    def _run(self, fetch: Callable[[int], PageT], page: int) -> None:
        try:
            self._page = fetch(page)
        except Exception as error:
            self._error = error

    def wait(self) -> None:
        """Until it is there, or has failed."""
        self._thread.join()

    def get(self) -> PageT:
        """What was fetched. Raises what fetching it raised."""
        self.wait()
        if self._error is not None:
            raise self._error
        return self._page


def pages(fetch: Callable[[int], PageT], first: int) -> Iterator[tuple[int, datetime, PageT]]:
    """Each page from `first` on, with when it was asked for, up to the first empty one.

    At most one is fetched ahead, and none is on its way any more when this ends.
    """
    number, coming = first, _Fetched(fetch, first)
    try:
        while True:
            asked_at, page = coming.asked_at, coming.get()
            if page:
                coming = _Fetched(fetch, number + 1)
            yield number, asked_at, page
            if not page:
                return
            number += 1
    finally:
        coming.wait()
