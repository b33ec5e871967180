"""Each image, built by its own commands, holds what its service needs at run time and no more.

That services run from these images, started as the manifests say, is in check_rollout.py.
"""

import json
import os
import re
import subprocess

import pytest
from dockerfile import IMAGES, REPOSITORY, Image
from packaging.requirements import Requirement

from cli.services import SERVICES

pytestmark = pytest.mark.timeout(1_800)

CONTENT = """
import json
from importlib.metadata import distributions
print(json.dumps({d.name: [d.version, d.requires or []] for d in distributions()}))
"""
COMPILERS = ("cc", "gcc", "g++", "c++", "clang", "ld", "as", "make", "cmake", "cargo", "rustc")
INSTALLERS = ("pip", "pip3", "uv", "easy_install", "wheel")
ONLY_FOR_DEVELOPMENT = {"pytest", "mypy", "ruff", "hypothesis", "import-linter", "schemathesis"}
EACH_IMAGE = pytest.mark.parametrize("name", IMAGES)


def plain(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


def installed(image: Image) -> dict[str, tuple[str, list[str]]]:
    """Distribution → its version and what it requires, as the image's own Python sees them."""
    done = subprocess.run(
        ["python", "-I", "-c", CONTENT],
        env=image.environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout).items()
    return {plain(name): (version, requires) for name, (version, requires) in found}


def required_by(root: str, there: dict[str, tuple[str, list[str]]]) -> set[str]:
    """Everything that `root` needs, itself included, through all that it needs."""
    found: set[str] = set()
    waiting = [Requirement(root)]
    while waiting:
        requirement = waiting.pop()
        name = plain(requirement.name)
        extras = requirement.extras or {""}
        if name in found and not requirement.extras:
            continue
        found.add(name)
        assert name in there, f"{root} lacks {name}"
        for line in there[name][1]:
            needed = Requirement(line)
            if needed.marker is None or any(
                needed.marker.evaluate({"extra": extra}) for extra in extras
            ):
                waiting.append(needed)
    return found


@EACH_IMAGE
def test_it_holds_what_its_service_requires_and_nothing_else(
    images: dict[str, Image], name: str
) -> None:
    there = installed(images[name])

    assert there.keys() - required_by(f"headship-{name}", there) == set()
    assert there.keys() & ONLY_FOR_DEVELOPMENT == set()
    if name in SERVICES:
        neighbours = {f"headship-{other}" for other in IMAGES if other != name}
        assert there.keys() & neighbours == set()


@EACH_IMAGE
def test_every_version_is_the_one_that_was_tested(images: dict[str, Image], name: str) -> None:
    lines = (REPOSITORY / "constraints.txt").read_text().splitlines()
    pinned = dict(line.split("==") for line in lines if "==" in line)
    tested = {plain(library): version for library, version in pinned.items()}

    for library, (version, _) in installed(images[name]).items():
        if not library.startswith("headship-"):
            assert tested[library] == version, library


@EACH_IMAGE
def test_it_holds_no_compiler_no_installer_and_no_tests(
    images: dict[str, Image], name: str
) -> None:
    directory = images[name].directory
    programs = {path.name for path in (directory / "bin").iterdir()}

    assert programs & {*COMPILERS, *INSTALLERS} == set()
    packages = directory / "lib" / "python3.11" / "site-packages"
    assert not any((packages / folder).exists() for folder in ("tests", "bench", "pip"))


@EACH_IMAGE
def test_code_is_compiled_and_nothing_is_linked_to_where_it_was_built(
    images: dict[str, Image], name: str
) -> None:
    """So that a read-only file system costs no start, and the source is not needed."""
    directory = images[name].directory
    packages = directory / "lib" / "python3.11" / "site-packages"

    for package in ("kit", "headship_contracts", name):
        assert list((packages / package).glob("__pycache__/*.pyc")), package
    links = [*packages.glob("__editable__*"), *packages.glob("*.pth")]
    text = "".join(path.read_text() for path in links)
    assert str(REPOSITORY) not in text
    assert not any(os.path.islink(path) for path in packages.iterdir())
