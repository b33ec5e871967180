"""Who marks which script: conflicts are never crossed, loads are level, what is started stays.

`planning` is not among these names: its solver takes 30 MiB, and only the job that plans needs it.
"""

from assessment.domain.allocation.choosing import Placement, allocate
from assessment.domain.allocation.conflicts import Marker, Role, Unplaced, conflict, hindrance

__all__ = [
    "Marker",
    "Placement",
    "Role",
    "Unplaced",
    "allocate",
    "conflict",
    "hindrance",
]
