"""What stands beside the tests, and `deploy`, can be imported by them."""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[2])]
