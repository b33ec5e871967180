"""What `make ops-check` proves beside the tests: each file here is named there."""

import hashlib
import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from dockerfile import IMAGES, REPOSITORY, Image, build, copied, tracked

PLACE = REPOSITORY / "var" / "images"


@pytest.fixture(scope="session")
def images() -> dict[str, Image]:
    """Every image's environment, built anew whenever anything that goes into one has changed."""
    contents = hashlib.sha256()
    for name in tracked("deploy/Dockerfile", *copied()):
        contents.update(name.encode() + (REPOSITORY / name).read_bytes())
    place = PLACE / contents.hexdigest()[:16]
    if not (place / "built").exists():
        shutil.rmtree(PLACE, ignore_errors=True)
        for name in IMAGES:
            build(name, place)
        (place / "built").touch()
    return {name: Image(name, place / name) for name in IMAGES}
