"""House rules that can be read off the tree: sizes, names, and what must not be written in it."""

import re
import subprocess
from pathlib import Path

import pytest

LONGEST = 300
LONGER_ON_PURPOSE: dict[str, str] = {}
"""Path → why it may be longer."""

REFUSED_NAMES = {"utils.py", "helpers.py", "common.py", "base_service.py", "manager.py"}

# Put together here, so that this file does not hold what it looks for.
MACHINE = re.compile("|".join(["/wor" + "k/", "/tmp/h" + "s", "/ro" + "ot/", "/ho" + r"me/\w"]))
REGISTRY = re.compile(
    "|".join(["py" + r"pi\.org", "python" + "hosted", "index" + "-url", "find" + "-links"])
)
UNNUMBERED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|X" + r"XX)\b(?!.*issue \d+)")


@pytest.fixture(scope="module")
def texts(repository: Path) -> dict[str, str]:
    """Each file that is in the repository, or would be, and can be read as text."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=repository,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    found: dict[str, str] = {}
    for name in filter(None, listed.split("\0")):
        try:
            found[name] = (repository / name).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
            continue
    return found


def test_no_file_of_code_is_too_long_to_read(texts: dict[str, str]) -> None:
    long = {
        name: len(text.splitlines())
        for name, text in texts.items()
        if name.endswith(".py") and len(text.splitlines()) > LONGEST
    }

    assert long.keys() == LONGER_ON_PURPOSE.keys(), long


def test_no_file_is_named_for_nothing(texts: dict[str, str]) -> None:
    assert [name for name in texts if Path(name).name in REFUSED_NAMES] == []


@pytest.mark.parametrize(
    "refused", [MACHINE, REGISTRY, UNNUMBERED], ids=["machine", "registry", "todo"]
)
def test_nothing_is_written_that_holds_only_here(
    refused: re.Pattern[str], texts: dict[str, str]
) -> None:
    found = [
        f"{name}:{number}: {line.strip()[:80]}"
        for name, text in texts.items()
        for number, line in enumerate(text.splitlines(), start=1)
        if refused.search(line)
    ]

    assert found == []
