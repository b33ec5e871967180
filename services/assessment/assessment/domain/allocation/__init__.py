"""Who marks which script: conflicts are never crossed, loads are level, what is started stays."""

from assessment.domain.allocation.choosing import Placement, allocate
from assessment.domain.allocation.conflicts import Marker, Role, Unplaced, conflict, hindrance
from assessment.domain.allocation.planning import plan

__all__ = [
    "Marker",
    "Placement",
    "Role",
    "Unplaced",
    "allocate",
    "conflict",
    "hindrance",
    "plan",
]
