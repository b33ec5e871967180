"""`headship lab assign FILE`: a generalised assignment problem, solved as scripts are allocated."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from headship_contracts.errors import Invalid
from kit import jobs

BAD_FILE, NO_OPTIMUM = 2, 1
LARGEST_FILE = 64 * 1024 * 1024
GRACE_SECONDS = 60.0
"""For reading the instance and the last step of the solver, beyond its own limit."""


def assign(
    file: Annotated[
        Path, typer.Argument(help="JSON: costs, resources (agents x jobs), capacities")
    ],
    seconds: Annotated[float, typer.Option(min=1, help="How long to look for a proof.")] = 300.0,
    megabytes: Annotated[int, typer.Option(min=256, help="Memory for the solver.")] = 4096,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Give each job to exactly one agent at the least cost, within the agents' capacities.

    Agents and jobs are counted from 1 in the text and from 0 in JSON. Exit code 1 where there is
    no assignment or no proof in time, 2 where the file is no instance.
    """
    try:
        instance = _read(file)
        data = {name: instance[name] for name in instance if name != "seconds"}
        found = _solve(data | {"seconds": seconds}, seconds, megabytes)
    except Invalid as error:
        sys.stderr.write(f"headship lab assign: {file}: {error}\n")
        raise typer.Exit(BAD_FILE) from error
    sys.stdout.write(json.dumps(found) + "\n" if as_json else _as_text(found))
    if found["status"] != "optimal":
        raise typer.Exit(NO_OPTIMUM)


def _read(file: Path) -> dict[str, Any]:
    """The instance in the file. Raises Invalid."""
    try:
        if file.stat().st_size > LARGEST_FILE:
            raise Invalid("not_an_instance", f"larger than {LARGEST_FILE} bytes")
        data = json.loads(file.read_bytes())
    except (ValueError, RecursionError) as error:
        raise Invalid("not_json", f"cannot be read as JSON: {error}") from error
    except OSError as error:
        raise Invalid("no_file", str(error.strerror)) from error
    if not isinstance(data, dict):
        raise Invalid("not_an_instance", "must hold an object: costs, resources, capacities")
    return data


def _solve(data: dict[str, Any], seconds: float, megabytes: int) -> dict[str, Any]:
    """The solution, from a process of its own. Raises Invalid, naming each wrong field."""
    from assessment.domain.assignment.instance import read

    read(data)  # here, where the error keeps its fields
    found: dict[str, Any] = jobs.run(
        "assessment.domain.assignment:solve",
        data,
        seconds=seconds + GRACE_SECONDS,
        megabytes=megabytes,
    )
    return found


def _as_text(found: dict[str, Any]) -> str:
    """The optimum, then who gets what."""
    if found["status"] == "infeasible":
        return "infeasible: no assignment keeps within the capacities\n"
    if found["cost"] is None:
        told = f"nothing found in time; no assignment costs less than {found['bound']}\n"
        return told
    if found["status"] == "optimal":
        lines = [f"optimum: {found['cost']} (proven)"]
    else:
        gap = f"gap {found['gap']:.3%}"
        lines = [f"best found: {found['cost']} (not proven; bound {found['bound']}, {gap})"]
    jobs_of: dict[int, list[int]] = {agent: [] for agent in range(len(found["loads"]))}
    for job, agent in enumerate(found["assignment"], start=1):
        jobs_of[agent].append(job)
    lines.append("assignment: " + " ".join(str(agent + 1) for agent in found["assignment"]))
    lines += [
        f"agent {agent + 1}: load {found['loads'][agent]}, jobs {_listed(mine)}"
        for agent, mine in jobs_of.items()
    ]
    return "\n".join([*lines, f"seconds: {found['seconds']}"]) + "\n"


def _listed(numbers: list[int]) -> str:
    return " ".join(map(str, numbers)) or "none"
