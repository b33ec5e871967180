"""All services in one process, while nothing happens: `python -m bench.kit.embedded`.

Prints the share of a processor that it takes, and its resident bytes.
"""

import kit.transport.patch  # noqa: F401  before anything opens a socket

# isort: split
import os
import sys
import tempfile
import time
from pathlib import Path

import eventlet

from cli.embedded import DEFAULTS
from cli.services import service_classes
from kit.transport.embedded import Embedded

IDLE_SECONDS = 10


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = DEFAULTS | {"MAIL_DIRECTORY": f"{folder}/mail", "LOG_LEVEL": "error"}
        with Embedded(service_classes(), Path(folder) / "data", settings):
            eventlet.sleep(5)  # whatever they do right after their start
            before = time.process_time()
            eventlet.sleep(IDLE_SECONDS)
            busy = (time.process_time() - before) / IDLE_SECONDS
            resident = int(Path("/proc/self/statm").read_text().split()[1])
    sys.stdout.write(f"{busy} {resident * os.sysconf('SC_PAGE_SIZE')}\n")


if __name__ == "__main__":
    main()
