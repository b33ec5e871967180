"""The next page of a list is fetched while the one before it is taken in."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

Fetch = Callable[[int], list[Any]]


class _Fetched:
    """One page, on its way. `asked_at` is wall time."""

    def __init__(self, fetch: Fetch, page: int) -> None:
        self.asked_at = datetime.now(UTC)
        self._records: list[Any] = []
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._run, args=(fetch, page), daemon=True)
        self._thread.start()

    def _run(self, fetch: Fetch, page: int) -> None:
        try:
            self._records = fetch(page)
        except Exception as error:
            self._error = error

    def wait(self) -> None:
        """Until it is there, or has failed."""
        self._thread.join()

    def get(self) -> list[Any]:
        """Its records. Raises what fetching it raised."""
        self.wait()
        if self._error is not None:
            raise self._error
        return self._records


def pages(fetch: Fetch, first: int) -> Iterator[tuple[int, datetime, list[Any]]]:
    """Each page from `first` on, with when it was asked for, up to the first empty one.

    At most one is fetched ahead, and none is on its way any more when this ends.
    """
    number, coming = first, _Fetched(fetch, first)
    try:
        while True:
            asked_at, records = coming.asked_at, coming.get()
            if records:
                coming = _Fetched(fetch, number + 1)
            yield number, asked_at, records
            if not records:
                return
            number += 1
    finally:
        coming.wait()
