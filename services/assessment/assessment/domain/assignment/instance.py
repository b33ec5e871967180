"""A generalised assignment problem, checked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from headship_contracts.errors import Invalid

Numbers: TypeAlias = NDArray[Any]

LARGEST = 10**9
"""Of any number given: sums of them stay exact."""

MOST_DECIMALS = 6

MOST_PAIRS = 4_000_000
"""Agents times jobs."""


@dataclass(frozen=True)
class Instance:
    """Costs and resources by agent and job, capacities by agent, as whole numbers.

    `parts`: what was given counts so many of these for one, where it had decimals.
    """

    costs: Numbers
    resources: Numbers
    capacities: Numbers
    cost_parts: int = 1
    resource_parts: int = 1

    @property
    def agents(self) -> int:
        return int(self.costs.shape[0])

    @property
    def jobs(self) -> int:
        return int(self.costs.shape[1])

    @cached_property
    def possible(self) -> Numbers:
        """Whether the job alone fits the agent."""
        fits: Numbers = self.resources <= self.capacities[:, None]
        return fits

    def cost_of(self, agents: Numbers) -> int:
        """What this assignment, the agent of each job, costs."""
        return int(self.costs[agents, np.arange(self.jobs)].sum())

    def loads(self, agents: Numbers) -> list[int]:
        """What each agent's jobs take of its resource."""
        taken = np.zeros(self.agents, np.int64)
        np.add.at(taken, agents, self.resources[agents, np.arange(self.jobs)])
        return [int(load) for load in taken]


def read(data: Any) -> Instance:
    """The instance that plain values describe. Raises Invalid, naming each wrong field."""
    if not isinstance(data, dict):
        raise Invalid("instance_not_sound", "an object with costs, resources and capacities")
    problems = {
        name: ["is missing"] for name in ("costs", "resources", "capacities") if name not in data
    }
    if not problems:
        _check(problems, data["costs"], data["resources"], data["capacities"])
    if problems:
        raise Invalid("instance_not_sound", "the instance cannot be solved", problems)
    costs, resources, capacities = data["costs"], data["resources"], data["capacities"]
    cost_parts = _parts(value for row in costs for value in row)
    resource_parts = _parts([*capacities, *(value for row in resources for value in row)])
    return Instance(
        _whole(costs, cost_parts),
        _whole(resources, resource_parts),
        _whole([capacities], resource_parts)[0],
        cost_parts,
        resource_parts,
    )


def _check(problems: dict[str, list[str]], costs: Any, resources: Any, capacities: Any) -> None:
    if not isinstance(capacities, list) or not capacities:
        problems["capacities"] = ["must be a list of numbers, one for each agent"]
        return
    _check_numbers(problems, "capacities", capacities, least=0)
    first = costs[0] if isinstance(costs, list) and costs else None
    jobs = len(first) if isinstance(first, list) else 0
    if jobs * len(capacities) > MOST_PAIRS:
        problems["costs"] = [f"more than {MOST_PAIRS} pairs of agent and job"]
        return
    _check_table(problems, "costs", costs, len(capacities), jobs, least=-LARGEST)
    _check_table(problems, "resources", resources, len(capacities), jobs, least=0)


def _check_table(
    problems: dict[str, list[str]], name: str, table: Any, agents: int, jobs: int, *, least: int
) -> None:
    if not isinstance(table, list) or len(table) != agents:
        given = f"{len(table)} lists" if isinstance(table, list) else type(table).__name__
        problems[name] = [f"must be {agents} lists, one for each of capacities; not {given}"]
        return
    for agent, row in enumerate(table):
        field = f"{name}.{agent}"
        if not isinstance(row, list):
            problems[field] = ["must be a list of numbers, one for each job"]
        elif len(row) != jobs:
            problems[field] = [f"has {len(row)} jobs where costs.0 has {jobs}"]
        else:
            _check_numbers(problems, field, row, least=least)


def _check_numbers(
    problems: dict[str, list[str]], field: str, numbers: Sequence[Any], *, least: int
) -> None:
    for position, value in enumerate(numbers):
        if not _is_number(value) or not least <= value <= LARGEST:
            wanted = f"a number from {least} to {LARGEST}, of {MOST_DECIMALS} decimals at most"
            problems[f"{field}.{position}"] = [f"must be {wanted}"]
            return


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return isinstance(value, int) or value == round(value, MOST_DECIMALS)  # nan is not


def _parts(values: Iterable[int | float]) -> int:
    """The power of ten that makes whole numbers of all these."""
    decimals = max(
        (-int(Decimal(repr(value)).normalize().as_tuple().exponent) for value in values
         if isinstance(value, float) and not value.is_integer()),
        default=0,
    )  # fmt: skip
    return int(10 ** max(0, decimals))


def _whole(table: Sequence[Sequence[int | float]], parts: int) -> Numbers:
    return np.array([[round(value * parts) for value in row] for row in table], np.int64)
