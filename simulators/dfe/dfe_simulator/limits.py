"""DfE's limits on requests, in five minutes: 1,000 for a token, and 1,500 for an address.

Source: `config/initializers/rack_attack.rb`. Its guidance says other numbers: the code decides.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable

REQUESTS_OF_A_TOKEN = 1_000
REQUESTS_OF_AN_ADDRESS = 1_500
SECONDS = 300.0


class RateLimit:
    """Counts in fixed windows, as DfE's does, before anything else is looked at.

    `of_a_token` is None where nothing is limited. `clock` tells seconds; a stopped one keeps all
    requests in one window.
    """

    def __init__(self, of_a_token: int | None, of_an_address: int = REQUESTS_OF_AN_ADDRESS) -> None:
        self.of_a_token = of_a_token
        self._of_an_address = of_an_address
        self.clock: Callable[[], float] = time.monotonic
        self._lock = threading.Lock()
        self._window = -1
        self._counts: Counter[tuple[str, str]] = Counter()

    def allows(self, authorization: str, address: str) -> bool:
        """Counts one request; False when it is one too many."""
        if self.of_a_token is None:
            return True
        with self._lock:
            window = int(self.clock() / SECONDS)
            if window != self._window:
                self._window, self._counts = window, Counter()
            if authorization and self._count("token", authorization) > self.of_a_token:
                return False
            return self._count("address", address) <= self._of_an_address

    def _count(self, kind: str, name: str) -> int:
        self._counts[kind, name] += 1
        return self._counts[kind, name]
