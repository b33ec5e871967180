"""A change that DfE makes by itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from dfe_simulator.planning import SeedPlan
from dfe_simulator.records import Application
from dfe_simulator.world import World


@dataclass(frozen=True, kw_only=True)
class Change:
    """What is to be done, to which world, and when. `random` is the same for the same change."""

    world: World
    plan: SeedPlan
    order: Mapping[str, Any]
    at: datetime
    random: Random

    @property
    def application(self) -> Application:
        """The one that the order names. Raises ValueError."""
        record = self.world.applications.get(self.order["application_id"])
        if record is None:
            raise ValueError("there is no such application")
        return record
