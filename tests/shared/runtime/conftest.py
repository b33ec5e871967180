"""Toy services to run, and ways to run them."""

import sys
from pathlib import Path

import kit.transport.patch  # noqa: F401  first of all, as in a service's own process

TOYS = Path(__file__).parent / "toys"
sys.path.insert(0, str(TOYS))
