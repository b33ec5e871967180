"""A service in a process that is not ours: `nameko run enrolment.service --config FILE`.

Our own runner does the same for its service before it starts.
"""

import logging
from typing import Any

from kit import clock, log, metrics
from kit.config import KitSettings


def settle_in(container: Any, settings: KitSettings) -> None:
    """Take clock, build and log from the settings, the log unless nameko's configuration has a
    LOGGING: what nameko sets up by itself would drop the fields, and quote rows with an error."""
    service = container.service_name
    if "LOGGING" not in container.config:
        log.configure([service], settings.log_level.upper())
        logging.getLogger("nameko").setLevel(logging.INFO)  # it tells what it starts
    if settings.headship_clock != "wall":
        clock.use(settings.headship_clock)
    metrics.tell_build(service, settings.headship_revision)
