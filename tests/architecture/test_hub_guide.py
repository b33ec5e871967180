"""The hubs' guide says what the contracts say, and every method in it is answered."""

import json
import re
from pathlib import Path

import headship_contracts.catalogue  # noqa: F401 - importing it registers every request
from cli.services import service_classes
from headship_contracts.json_schema import for_hubs, hub_requests
from kit.topology import hub_methods_of


def test_the_schemas_are_up_to_date(repository: Path) -> None:
    written = (repository / "docs" / "hub-schemas.json").read_text()

    assert json.loads(written) == json.loads(json.dumps(for_hubs())), "run `make hub-schemas`"


def test_the_guide_lists_every_method_and_whether_it_writes(repository: Path) -> None:
    guide = (repository / "docs" / "hub-integration.md").read_text()
    rows = re.findall(r"^\| `(\w+\.\w+)` \| (yes)? ?\|", guide, re.MULTILINE)

    methods = for_hubs()["methods"]
    assert {name: bool(writes) for name, writes in rows} == {
        name: method["writes"] for name, method in methods.items()
    }


def test_every_method_for_hubs_is_answered_by_its_service() -> None:
    asked = {(one.wire.service, one.wire.method) for one in hub_requests()}
    answered = {
        (service.name, method)
        for service in service_classes()
        for method in hub_methods_of(service)
    }

    assert answered == asked
