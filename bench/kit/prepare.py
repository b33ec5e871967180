"""Gives the gauge its tables and queues."""

import sys

from bench.kit.ground import SERVICES, Ground

sys.path.insert(0, str(SERVICES))

from gauge.messages import measured as measured_event
from gauge.service import GaugeService

from kit.bus.retry import RetryPolicy
from kit.config import KitSettings
from kit.db.engine import open_engine
from kit.db.migrate import migrate
from kit.topology import topology_of
from kit.transport.declare import declare

__all__ = ["measured_event", "prepare_gauge"]


def prepare_gauge(ground: Ground) -> None:
    """What `headship migrate` and `headship topology` do for a real service."""
    engine = open_engine(ground.database_url)
    migrate(engine, "gauge")
    engine.dispose()
    delays = KitSettings(amqp_uri="", database_url="").retry_delays
    declare(topology_of([GaugeService], RetryPolicy.of_seconds(delays)), ground.amqp_uri)
