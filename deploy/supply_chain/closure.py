"""Which distributions run with the platform: ours, and all that they need, tools left out."""

import re
import tomllib
from collections.abc import Iterable
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]

MADE_HERE = {".venv", "var"}
"""Folders of what can be made again: a former release's tree, say."""


def ours() -> list[str]:
    """The names of this repository's own distributions."""
    every = ROOT.glob("*/**/pyproject.toml")
    found = sorted(path for path in every if path.relative_to(ROOT).parts[0] not in MADE_HERE)
    named = (tomllib.loads(path.read_text(encoding="utf-8")).get("project") for path in found)
    return [project["name"] for project in named if project]


def running(roots: Iterable[str]) -> dict[str, Distribution]:
    """Name → each distribution that these need, themselves among them, as installed here."""
    found: dict[str, Distribution] = {}
    wanted = [plain(root) for root in roots]
    while wanted:
        name = wanted.pop()
        if name in found:
            continue
        found[name] = distribution(name)
        needs = (Requirement(line) for line in found[name].requires or [])
        wanted += [plain(need.name) for need in needs if _here(need)]
    return dict(sorted(found.items()))


def plain(name: str) -> str:
    """A distribution's name as registries compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _here(need: Requirement) -> bool:
    return need.marker is None or need.marker.evaluate({"extra": ""})
