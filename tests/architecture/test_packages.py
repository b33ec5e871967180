"""Each service is whole, and alone: it declares what it imports, and starts without its peers."""

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import grimp
import pytest

SERVICES = ("enrolment", "sessions", "assessment", "notifications")
WITHIN_ANOTHER = {"werkzeug": "nameko", "amqp": "kombu", "greenlet": "eventlet"}
"""Distributions that may be imported by whoever declares the one that brings them."""

ALONE = """
import importlib.util, sys
sys.path[:0] = {paths!r}
import {service}.service
for other in {others!r}:
    assert importlib.util.find_spec(other) is None, other + " is here too"
for library in {libraries!r}:
    assert library not in sys.modules, library + " is in memory"
"""

OF_JOBS_AND_MIGRATIONS = ("alembic", "highspy", "numpy", "pypdf", "reportlab")
"""Large libraries that a process of its own loads when it needs them, and no service at its start:
they would take as much memory in every replica as the service itself."""


def test_each_package_declares_what_it_imports(
    import_graph: grimp.ImportGraph, package_folders: dict[str, Path]
) -> None:
    by_import = packages_distributions()
    missing = []
    for package, folder in package_folders.items():
        declared = _declared(folder)
        for name in sorted(_outside(package, import_graph)):
            owners = {_plain(owner) for owner in by_import.get(name, [name])}
            owners |= {WITHIN_ANOTHER[owner] for owner in owners & set(WITHIN_ANOTHER)}
            if not owners & declared:
                missing.append(f"{package} imports {name}; {folder.name} does not declare it")

    assert missing == []


@pytest.fixture(scope="module")
def wheels(
    tmp_path_factory: pytest.TempPathFactory, package_folders: dict[str, Path]
) -> dict[str, Path]:
    """A wheel of each package, built from a copy as it would be for an image."""
    place = tmp_path_factory.mktemp("wheels")
    copies = []
    for package, folder in package_folders.items():
        copy = place / "source" / package
        shutil.copytree(
            folder, copy, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info", "build")
        )
        copies.append(str(copy))
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "-w", str(place), *copies], check=True, timeout=100)
    return {
        package: next(place.glob(f"headship_{package.removeprefix('headship_')}-*.whl"))
        for package in package_folders
    }


@pytest.mark.slow
def test_each_wheel_has_every_file_of_its_package(
    wheels: dict[str, Path], package_folders: dict[str, Path]
) -> None:
    for package, folder in package_folders.items():
        with zipfile.ZipFile(wheels[package]) as wheel:
            inside = set(wheel.namelist())

        assert set(_files(folder, package)) - inside == set()


@pytest.mark.slow
@pytest.mark.parametrize("service", SERVICES)
def test_each_service_starts_without_its_peers_and_the_libraries_of_its_jobs(
    service: str, wheels: dict[str, Path], tmp_path: Path
) -> None:
    for package in ("headship_contracts", "kit", service):
        with zipfile.ZipFile(wheels[package]) as wheel:
            wheel.extractall(tmp_path)
    libraries = [path for path in sys.path if path.endswith("site-packages")]
    others = [name for name in (*SERVICES, "cli", "dfe_simulator") if name != service]
    program = ALONE.format(
        paths=[str(tmp_path), *libraries],
        service=service,
        others=others,
        libraries=OF_JOBS_AND_MIGRATIONS,
    )

    # -S: the links by which this environment finds our packages are not followed
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        timeout=60,
    )

    assert done.returncode == 0, done.stderr


def _outside(package: str, graph: grimp.ImportGraph) -> set[str]:
    """The top names that a package imports from elsewhere, the standard library's left out."""
    imported: set[str] = set()
    for module in {package, *graph.find_descendants(package)}:
        imported |= graph.find_modules_directly_imported_by(module)
    names = {module.partition(".")[0] for module in imported} - {package}
    return names - sys.stdlib_module_names


def _declared(folder: Path) -> set[str]:
    project = tomllib.loads((folder / "pyproject.toml").read_text())["project"]
    names = [re.split(r"[<>=!~\[; ]", line)[0] for line in project.get("dependencies", [])]
    return {_plain(name) for name in names}


def _plain(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


def _files(folder: Path, package: str) -> Iterator[str]:
    for path in (folder / package).rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            yield str(path.relative_to(folder))
