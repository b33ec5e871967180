"""DfE's limit on requests: 1,000 in five minutes for a token."""

import threading
import time
from collections import Counter

REQUESTS = 1_000
SECONDS = 300.0


class RateLimit:
    """Counts in fixed windows, as DfE's does."""

    def __init__(self, requests: int = REQUESTS, seconds: float = SECONDS) -> None:
        self._requests = requests
        self._seconds = seconds
        self._lock = threading.Lock()
        self._window = -1
        self._counts: Counter[str] = Counter()

    def allows(self, token: str) -> bool:
        """Counts one request of this token; False when it is one too many."""
        with self._lock:
            window = int(time.monotonic() / self._seconds)
            if window != self._window:
                self._window, self._counts = window, Counter()
            self._counts[token] += 1
            return self._counts[token] <= self._requests
