"""Where a stack keeps its state: what runs, its logs, and the data of its private servers."""

import hashlib
import os
import stat
import tempfile
from pathlib import Path

FOR_ROOT = Path("/var/lib/headship")


def state_directory() -> Path:
    """HEADSHIP_STATE, else `headship` in the user's state directory. Made if it is not there."""
    given = os.environ.get("HEADSHIP_STATE")
    home = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    directory = Path(given) if given else Path(home) / "headship"
    directory.mkdir(parents=True, exist_ok=True)
    return directory.resolve()


def server_directory(state: Path) -> Path:
    """Where the private servers' data lies: inside `state`, unless their users cannot get there.

    Started by root, the servers run as users of their own, to whom root's home is closed.
    """
    if os.geteuid() != 0 or _open_to_all(state):
        return state / "servers"
    key = hashlib.sha256(str(state).encode()).hexdigest()[:12]
    base = FOR_ROOT if _open_to_all(FOR_ROOT.parent) else Path(tempfile.gettempdir())
    return base / key


def _open_to_all(directory: Path) -> bool:
    every = (directory, *directory.parents)
    return all(part.stat().st_mode & stat.S_IXOTH for part in every if part.exists())
