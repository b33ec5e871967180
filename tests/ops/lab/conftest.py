"""What `make k8s-lab` tries beside the tests: its file is named there."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
