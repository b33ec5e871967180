"""Calls by what a hub installs: `… -m bench.hub.client ADDRESS APPLICATION_ID CALLS CALLERS`."""

import json
import sys
import threading
import time
from uuid import UUID

from headship_hub import Hub


def main(address: str, application_id: UUID, calls: int, callers: int) -> None:
    each = calls // callers
    with Hub(address) as hub:
        ready = threading.Barrier(callers + 1)

        def caller() -> None:
            for _ in range(5):  # warm, each with a line of its own
                hub.participant(application_id)
            ready.wait()
            for _ in range(each):
                hub.participant(application_id)

        threads = [threading.Thread(target=caller) for _ in range(callers)]
        for thread in threads:
            thread.start()
        ready.wait()
        began = time.perf_counter()
        for thread in threads:
            thread.join()
        print(json.dumps({"per_second": each * callers / (time.perf_counter() - began)}))


if __name__ == "__main__":
    main(sys.argv[1], UUID(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
