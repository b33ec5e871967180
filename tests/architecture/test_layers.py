"""What import-linter's layers cannot say: the stories, whose files have any name."""

import re
from pathlib import Path

import grimp
import pytest

BELOW_STORIES = ("queries", "schemas", "metrics", "models", "domain", "settings", "migrations")
ABOVE_STORIES = ("service", "__main__")


@pytest.mark.parametrize("service", ["enrolment", "sessions", "assessment", "notifications"])
def test_nothing_below_the_stories_imports_one(
    service: str, import_graph: grimp.ImportGraph
) -> None:
    parts = {child.removeprefix(f"{service}.") for child in import_graph.find_children(service)}
    stories = parts - set(BELOW_STORIES) - set(ABOVE_STORIES)

    wrong = [
        f"{service}.{below} → {imported}"
        for below in sorted(parts & set(BELOW_STORIES))
        for imported in sorted(_imported_by(f"{service}.{below}", import_graph))
        if imported.removeprefix(f"{service}.").partition(".")[0] in stories
    ]

    assert wrong == []


@pytest.mark.parametrize("service", ["enrolment", "sessions", "assessment", "notifications"])
def test_only_the_entrance_of_a_service_imports_its_table_of_contents(
    service: str, import_graph: grimp.ImportGraph
) -> None:
    contents = f"{service}.service"
    importers = import_graph.find_modules_that_directly_import(contents)

    assert {name for name in importers if name.startswith(f"{service}.")} <= {f"{service}.__main__"}


def test_one_function_makes_every_connection_to_the_broker(
    package_folders: dict[str, Path],
) -> None:
    """So that none is made without TLS, or reads anything but JSON. Hubs' client has its own."""
    makes_one = re.compile(r"^from kombu import .*\bConnection\b|\bkombu\.Connection\b", re.M)
    makers = [
        str(file.relative_to(folder))
        for folder in package_folders.values()
        for file in folder.rglob("*.py")
        if makes_one.search(file.read_text(encoding="utf-8"))
    ]

    assert [one for one in makers if not one.startswith("headship_hub/")] == [
        "kit/transport/broker.py"
    ]


def _imported_by(package: str, graph: grimp.ImportGraph) -> set[str]:
    modules = {package, *graph.find_descendants(package)}
    found: set[str] = set()
    for module in modules:
        found |= graph.find_modules_directly_imported_by(module)
    return found - modules
