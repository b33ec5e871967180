"""Where the packages are, and who imports what."""

from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("enrolment", "sessions", "assessment", "notifications")
FOLDERS = {
    "headship_contracts": "shared/contracts",
    "kit": "shared/kit",
    **{service: f"services/{service}" for service in SERVICES},
    "dfe_simulator": "simulators/dfe",
    "headship_hub": "clients/python",
    "cli": "cli",
}


@pytest.fixture(scope="session")
def repository() -> Path:
    """The repository's top."""
    return ROOT


@pytest.fixture(scope="session")
def package_folders() -> dict[str, Path]:
    """Import name → the folder with its pyproject.toml."""
    return {name: ROOT / folder for name, folder in FOLDERS.items()}


@pytest.fixture(scope="session")
def import_graph() -> grimp.ImportGraph:
    """Every import of our code, of our own modules and of others' packages."""
    return grimp.build_graph(
        *FOLDERS,
        include_external_packages=True,
        exclude_type_checking_imports=True,
        cache_dir=None,
    )
