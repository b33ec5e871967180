"""What a stack keeps for its owner's eyes: in files that are there whole or not at all."""

import secrets
from pathlib import Path

from cli.whole_files import written


def keep(path: Path, text: str) -> None:
    """Write the file; whoever is killed here leaves the one that was there before."""
    with written(path) as file:
        file.write(text.encode())


def kept_secret(path: Path) -> str:
    """The secret of this file, which is made if there is none."""
    if not path.exists():
        keep(path, secrets.token_urlsafe(32))
    return path.read_text()
