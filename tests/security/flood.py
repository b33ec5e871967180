"""A hub that sends as fast as it can: `python flood.py ADDRESS METHOD SECONDS`; tells in JSON."""

import json
import sys
import time
from collections import Counter

from stranger import Stranger

AT_ONCE = 20


def main(address: str, method: str, seconds: float) -> None:
    sent, end = 0, time.monotonic() + seconds
    with Stranger(address) as hub:
        while time.monotonic() < end:
            for _ in range(AT_ONCE):
                hub.send(method, {"limit": 1})
            sent += AT_ONCE
            hub.answer("none", seconds=0.01)
        hub.answer("none", seconds=1)
        codes = Counter(
            told["error"]["code"] if told["error"] else "answered" for told in hub.replies.values()
        )
    json.dump({"sent": sent, "codes": codes}, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]))
