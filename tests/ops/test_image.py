"""The Dockerfile, read: what an image holds is proved by building it (release/check_image.py)."""

import json
import re
from importlib.metadata import version
from pathlib import Path

from dockerfile import PLACE, REPOSITORY, Image, copied, of, stages

from cli.services import SERVICES
from kit.config import KitSettings, names

BUILD, RESULT = stages()


def test_the_result_takes_the_environment_from_the_build_and_installs_nothing() -> None:
    assert of(RESULT, "COPY") == [f"--from=build --chown=0:0 {PLACE} {PLACE}"]
    assert of(RESULT, "RUN") == of(RESULT, "ADD") == []
    assert re.search(r"headship$", of(BUILD, "RUN")[0])


def test_python_is_the_first_process_and_nobody_it_could_harm() -> None:
    (entrypoint,) = of(RESULT, "ENTRYPOINT")
    (user,) = of(RESULT, "USER")

    assert json.loads(entrypoint) == ["python", "-m"]  # exec form: no shell takes the signals
    assert of(RESULT, "CMD") == []
    assert min(int(number) for number in user.split(":")) > 10_000


def test_what_is_copied_is_there_and_holds_no_tests() -> None:
    assert all((REPOSITORY / part).exists() for part in copied())
    assert "constraints.txt" in copied()
    assert not any(part.startswith(("tests", "bench", ".")) for part in copied())


def test_nothing_that_git_leaves_out_gets_in_from_a_directory_in_which_somebody_works() -> None:
    """A `build` that lies there from before would go into the wheels."""
    unwanted = (REPOSITORY / ".dockerignore").read_text().split()
    made = {"__pycache__/", "*.egg-info/", "build/", "dist/"}

    assert made <= set((REPOSITORY / ".gitignore").read_text().split())
    assert {f"**/{name.rstrip('/')}" for name in made} <= set(unwanted)


def test_each_thing_is_copied_to_where_it_lies_in_the_repository() -> None:
    for line in of(BUILD, "COPY"):
        what, where = line.split()
        assert where in (what, "./") or where.rstrip("/") == str(Path(what).parent)


def test_labels_say_what_it_is_and_of_which_commit_and_so_do_its_metrics() -> None:
    (labels,) = of(RESULT, "LABEL")
    (environment,) = of(RESULT, "ENV")

    for name in ("title", "description", "version", "revision"):
        assert f"org.opencontainers.image.{name}=" in labels
    assert f"VERSION={version('headship-kit')}" in of(RESULT, "ARG")
    assert "HEADSHIP_REVISION=${REVISION}" in environment.split()
    assert "HEADSHIP_REVISION" in names(KitSettings)


def test_the_container_finds_its_own_python_first() -> None:
    for service in (*SERVICES, "cli"):
        image = Image(service, Path("/elsewhere"))
        assert image.environment()["PATH"].startswith("/elsewhere/bin:")
        assert image.command([service]) == ["python", "-m", service]
