"""All assignments that cost no more than a target, looked through without touching most of them."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from assessment.domain.assignment.instance import Numbers
from assessment.domain.assignment.knapsacks import Knapsacks
from assessment.domain.assignment.part import Part, look

ROUNDS = 4
"""Of better prices for a part: more make fewer parts, and take longer for all of them."""

STEEPNESS = 20.0
"""How much smaller what is to be looked at gets as a bound nears the target: e to this power."""


@dataclass(frozen=True)
class Searched:
    """`agents`: of an assignment within the target; `through`: whether there is no other."""

    agents: Numbers | None
    through: bool


def search(
    knapsacks: Knapsacks,
    starts: Sequence[Part],
    target: int,
    end: float,
    most_parts: int | None = None,
) -> Searched:
    """An assignment of one of these parts that costs no more than the target.

    It gives up at `end` (monotonic), or when it has looked at `most_parts`.
    """
    limit = target * knapsacks.parts
    waiting, seen = list(starts), 0
    begun: list[Part] = []
    while waiting or begun:
        if time.monotonic() > end or (most_parts is not None and seen > most_parts):
            return Searched(None, through=False)
        fresh = min(len(waiting), knapsacks.at_once - len(begun))
        begun += [waiting.pop() for _ in range(fresh)]  # the last ones first: the most divided
        seen += fresh
        looked = look(knapsacks, begun, limit)
        if looked.found:
            return Searched(looked.found[0], through=False)
        for part in looked.over:
            room = limit - (part.best_bound or 0) + knapsacks.parts / 10
            waiting += part.divided(room / STEEPNESS, ROUNDS)
        begun = looked.going_on
    return Searched(None, through=True)
