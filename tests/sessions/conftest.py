"""Builders and fixtures for the tests of sessions."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # the checker and builders beside the tests
