"""A stack's secrets are whole, whenever the start that made them was killed."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cli.stack.kept import kept_secret

KILLED_AT = """
import os, signal, sys
from pathlib import Path
from cli.stack.kept import kept_secret

def killed(*_told, **_named):
    os.kill(os.getpid(), signal.SIGKILL)

{step} = killed
kept_secret(Path(sys.argv[1]))
"""


@pytest.mark.parametrize("step", ["os.open", "os.fdopen", "Path.replace"])
def test_a_secret_whose_making_was_killed_is_made_by_the_next_start(tmp_path: Path, step: str):
    path = tmp_path / "link-secret"
    program = [sys.executable, "-c", KILLED_AT.format(step=step), str(path)]
    assert subprocess.run(program, check=False).returncode == -signal.SIGKILL

    secret = kept_secret(path)

    assert len(secret) >= 32
    assert kept_secret(path) == secret
    assert os.stat(path).st_mode & 0o077 == 0
