"""The threat model names tests that exist, and none of its cases goes without one."""

import ast
import re
from pathlib import Path

import pytest

NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
CASE = re.compile(r"^\| ([A-Z]\d+) \|", re.M)


@pytest.fixture(scope="module")
def model(repository: Path) -> str:
    return (repository / "docs" / "threat-model.md").read_text(encoding="utf-8")


def test_each_test_that_the_threat_model_names_is_there(model: str, repository: Path) -> None:
    named = NAMED.findall(model)
    functions = {file: _functions(repository / file) for file in {file for file, _ in named}}

    assert named
    assert [f"{file}::{name}" for file, name in named if name not in functions[file]] == []


def test_each_case_of_the_threat_model_has_a_number_of_its_own_and_a_test(model: str) -> None:
    numbers = CASE.findall(model)
    rows = [line for line in model.splitlines() if CASE.match(line)]

    assert len(set(numbers)) == len(numbers) == len(rows)
    assert [row for row in rows if not NAMED.search(row)] == []


def _functions(file: Path) -> set[str]:
    if not file.exists():
        return set()
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
