"""A good assignment where there are too many to look through: only the likeliest parts go on.

Level by level every part gives one job to each of its agents, and of all that come of it those of
the least bounds are kept (beam search: Ow and Morton, International Journal of Production Research
26, 1988, 35-62). The bounds are those of prices made better for each part, so what is chosen early
is judged by the whole of the jobs. Pairs whose bound is far above the part's are left out: levels
are several times faster so. Nothing is proven here.
"""

import time

import numpy as np

from assessment.domain.assignment.instance import Instance, Numbers
from assessment.domain.assignment.part import Part, look
from assessment.domain.assignment.relaxation import Relaxation

NARROWEST, WIDEST = 8, 512
"""Parts on a level of the first beam, and of the last; each is twice as wide as the one before."""

LIKELY = (0.35, 0.5)
"""The share of all pairs whose bounds are near enough, for one beam and the next in turn."""

AGENTS_AT_LEAST = 2
"""So many agents are left to a job however far above their bounds are."""

ROUNDS_AT_FIRST, ROUNDS = 100, 2
"""Of better prices, for the whole and for each part of it."""

STEEPNESS = 1.5
"""How much smaller what is to be looked at gets where a bound is just near enough: e to this."""


def beams(
    instance: Instance, relaxed: Relaxation, agents: Numbers, bound: int, end: float
) -> Numbers:
    """The best assignment that wider and wider beams find until `end` (monotonic), or this one.

    They are done when the cost is the bound's.
    """
    width, turn, excess = NARROWEST, 0, relaxed.with_pair[relaxed.possible]
    bottom = relaxed.bound * relaxed.knapsacks.parts
    while instance.cost_of(agents) > bound and width <= WIDEST and time.monotonic() < end:
        near = int(np.quantile(excess, LIKELY[turn % len(LIKELY)])) - bottom
        near = max(near, relaxed.knapsacks.parts)
        agents = _beam(instance, relaxed, agents, near, width, end)
        width, turn = width * 2, turn + 1
    return agents


def _beam(
    instance: Instance, relaxed: Relaxation, agents: Numbers, near: int, width: int, end: float
) -> Numbers:
    knapsacks, cost = relaxed.knapsacks, instance.cost_of(agents)
    level = [Part(relaxed.kept(cost - 1), relaxed.prices, ROUNDS_AT_FIRST)]
    while level and time.monotonic() < end:
        waiting, begun, over = level, list[Part](), list[Part]()
        while (waiting or begun) and time.monotonic() < end:
            fresh = knapsacks.at_once - len(begun)
            begun, waiting = begun + waiting[:fresh], waiting[fresh:]
            looked = look(knapsacks, begun, (cost - 1) * knapsacks.parts, near)
            for found in looked.found:
                if instance.cost_of(found) < cost:
                    agents, cost = found, instance.cost_of(found)
            over += looked.over
            begun = looked.going_on
        for part in over:
            part.pairs = part.pairs & _likely(part, near)
        parts = [new for part in over for new in part.divided(near / STEEPNESS, ROUNDS)]
        level = sorted(parts, key=lambda part: part.promised)[:width]
    return agents


def _likely(part: Part, near: int) -> Numbers:
    """Pairs whose bound is near the part's, and of each job those with the least bounds."""
    bounds = np.where(part.pairs, part.with_pair, np.iinfo(np.int64).max)
    least = np.sort(bounds, axis=0)[:AGENTS_AT_LEAST].max(axis=0)
    likely: Numbers = bounds <= np.maximum(least, (part.best_bound or 0) + near)
    return likely
