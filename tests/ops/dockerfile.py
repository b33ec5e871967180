"""What deploy/Dockerfile makes of a service, made by its own commands without a container engine.

The stage `build` is played in a clean directory: what it copies is copied, what it runs is run. Of
the last stage comes how the result is started. What is not played: the base image, users, layers.
"""

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from json import loads
from pathlib import Path
from string import Template

from cli.services import SERVICES

REPOSITORY = Path(__file__).parents[2]
PLACE = "/opt/headship"
"""Where the environment lies inside an image."""

IMAGES = (*SERVICES, "cli")
BASE_PATH = "/usr/local/bin:/usr/bin:/bin"
BUILD_SECONDS = 900

Stage = list[tuple[str, str]]
"""Instruction and what follows it."""


@cache
def stages() -> list[Stage]:
    """The stages of the Dockerfile, from one FROM to the next."""
    text = (REPOSITORY / "deploy" / "Dockerfile").read_text().replace("\\\n", " ")
    found: list[Stage] = [[]]
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        word, _, rest = line.strip().partition(" ")
        if word == "FROM":
            found.append([])
        found[-1].append((word, rest.strip()))
    return found[1:]


def of(stage: Stage, instruction: str) -> list[str]:
    """What follows each such instruction of a stage."""
    return [rest for word, rest in stage if word == instruction]


@dataclass(frozen=True)
class Image:
    """The environment of one image. `directory` stands for `/opt/headship`."""

    service: str
    directory: Path

    def command(self, args: Sequence[str]) -> list[str]:
        """What the container's first process is, given a manifest's `args`."""
        (entrypoint,) = of(stages()[-1], "ENTRYPOINT")
        return [*loads(entrypoint), *args]

    def environment(self) -> dict[str, str]:
        """What the container finds in its environment before a manifest adds to it."""
        given = dict(argument.split("=") for argument in of(stages()[-1], "ARG") if "=" in argument)
        known = given | {"SERVICE": self.service, "PATH": BASE_PATH}
        (line,) = of(stages()[-1], "ENV")
        pairs = [pair.partition("=") for pair in shlex.split(line)]
        told = {name: Template(value).substitute(known) for name, _, value in pairs}
        return {name: value.replace(PLACE, str(self.directory)) for name, value in told.items()}


def of_this_checkout(service: str) -> Image:
    """This checkout's own environment in the place of an image's: for what is tried often."""
    return Image(service, Path(sys.prefix))


def build(service: str, place: Path) -> Image:
    """Play the stage `build` in `place`, from the source that the first one there was built from.
    Raises AssertionError with what pip said."""
    source, directory = place / "source", place / service
    if not source.exists():  # somebody may go on working here while the images are built
        for name in tracked(*copied()):  # each lies in the image's source where it lies here
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(REPOSITORY / name, source / name)
    for command in of(stages()[0], "RUN"):
        _run(command.replace(PLACE, str(directory)), source, {"SERVICE": service})
    return Image(service, directory)


def copied() -> list[str]:
    """What of the repository goes into the stage `build`, as the Dockerfile names it."""
    return [part for line in of(stages()[0], "COPY") for part in line.split()[:-1]]


def tracked(*what: str) -> list[str]:
    """The files that a clone has of these: nothing that lies beside, as caches do."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", *what],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return sorted(name for name in listed.split("\0") if name and (REPOSITORY / name).exists())


def _run(command: str, source: Path, arguments: Mapping[str, str]) -> None:
    path = f"{Path(sys.base_prefix) / 'bin'}:{BASE_PATH}"  # python3 is what the base image has
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=source,
        env=_without_ours() | arguments | {"PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=BUILD_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]


def _without_ours() -> dict[str, str]:
    """The machine's own environment (how it reaches packages), without this run's Python."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "VIRTUAL_ENV", "HEADSHIP"))
    }
