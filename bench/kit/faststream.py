"""FastStream's own virtual environment, made at the first run."""

import subprocess
import sys
from pathlib import Path

HOME = Path(__file__).resolve().parents[2] / "var" / "bench" / "faststream"
VERSIONS = ("faststream[rabbit]==0.7.8", "aio-pika==10.2.1")


def faststream_python() -> str:
    """The interpreter that has FastStream."""
    python = HOME / "bin" / "python"
    if not (HOME / ".ready").exists():
        subprocess.run([sys.executable, "-m", "venv", str(HOME)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", *VERSIONS], check=True)
        (HOME / ".ready").touch()
    return str(python)
