"""Whether the service's loop goes on turning while something runs."""

import threading
import time

LOOK_SECONDS = 0.005


class LoopStall:
    """The longest time, in seconds, for which nothing else could run while the block ran."""

    def __init__(self) -> None:
        self.worst = 0.0
        self._ended = threading.Event()

    def __enter__(self) -> "LoopStall":
        self._ticking = threading.Thread(target=self._tick)
        self._ticking.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._ended.set()
        self._ticking.join()

    def _tick(self) -> None:
        while not self._ended.is_set():
            began = time.perf_counter()
            time.sleep(LOOK_SECONDS)
            self.worst = max(self.worst, time.perf_counter() - began - LOOK_SECONDS)
