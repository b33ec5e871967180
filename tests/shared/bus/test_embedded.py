"""The same handlers, retries and parking on the embedded bus and SQLite, across a restart."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest


def embedded_ledger(directory: Path, until: str) -> dict[str, Any]:
    """One run of the embedded ledger; what it did."""
    ran = subprocess.run(
        [sys.executable, "-m", "ledger.embedded", str(directory), until],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parent), "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if ran.returncode:
        pytest.fail(ran.stderr)
    done: dict[str, Any] = json.loads(ran.stdout)
    return done


def test_the_embedded_bus_handles_retries_parks_and_goes_on_after_a_restart(
    tmp_path: Path,
) -> None:
    first = embedded_ledger(tmp_path, "until_parked")
    (tmp_path / "unlocked").touch()

    second = embedded_ledger(tmp_path, "until_entered")

    refused = ["ledger.enter", "Refused: not_in_this_ledger", 1]
    assert first["entries"] == list(range(1, 31))
    assert first["letters"] == second["letters"] == [refused]
    assert second["entries"] == [*range(1, 31), 32]
