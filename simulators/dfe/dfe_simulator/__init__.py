"""A stand-in for the Department for Education's NPQ service: its API v3 over HTTP.

For development, the demo and tests. Everybody in it is made up. What it decides is decided by
`enrolment.domain.dfe`, the same rules that the enrolment service checks before it calls.
"""

from dfe_simulator.planning import SeedPlan
from dfe_simulator.seeding import seed
from dfe_simulator.server import Simulator
from dfe_simulator.world import World

__all__ = ["SeedPlan", "Simulator", "World", "seed"]
