"""Which libraries run with the platform, under which licences, and how they are listed."""

import pytest

from deploy.supply_chain import bill
from deploy.supply_chain.closure import ours, running
from deploy.supply_chain.licences import TAKEN, licence_of, problem_of

ENVIRONMENT = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.6",
    "metadata": {"tools": {}},
    "components": [
        {
            "bom-ref": "ours==1",
            "name": "ours",
            "type": "library",
            "externalReferences": [{"url": "file:///somewhere/ours"}],
        },
        {"bom-ref": "needed==2", "name": "needed", "type": "library"},
        {"bom-ref": "deeper==3", "name": "deeper", "type": "library"},
        {"bom-ref": "tool==4", "name": "tool", "type": "library"},
    ],
    "dependencies": [
        {"ref": "ours==1", "dependsOn": ["needed==2"]},
        {"ref": "needed==2", "dependsOn": ["deeper==3"]},
        {"ref": "tool==4", "dependsOn": ["deeper==3"]},
    ],
}


def test_a_distribution_is_ours_once_whatever_was_unpacked_here() -> None:
    assert "headship-kit" in ours()
    assert len(set(ours())) == len(ours())


def test_no_library_that_runs_with_the_platform_is_under_a_licence_that_is_not_taken() -> None:
    own = ours()
    found = {name: licence_of(one) for name, one in running(own).items() if name not in own}

    assert [problem for name, told in found.items() if (problem := problem_of(name, told))] == []
    assert {"nameko", "sqlalchemy"} <= set(found)
    assert not {"pytest", "ruff", "bandit"} & set(found), "tools do not run with the platform"
    assert set(TAKEN) <= set(found), "what is no longer used needs no permission"


@pytest.mark.parametrize(
    ("licence", "taken"),
    [
        ("MIT", True),
        ("Apache-2.0 OR BSD-2-Clause", True),
        ("GPL-3.0-or-later", False),
        ("GNU General Public License v3 (GPLv3)", False),
        ("GNU Affero General Public License v3", False),
        ("AGPL-3.0-only", False),
        ("LGPL with exceptions", False),
        ("", False),
    ],
)
def test_a_licence_of_the_gpls_family_or_none_at_all_is_not_taken(
    licence: str, taken: bool
) -> None:
    assert (problem_of("a-library", licence) is None) is taken


def test_a_bill_of_materials_names_what_one_distribution_needs_and_nothing_else() -> None:
    made = bill.for_one(ENVIRONMENT, "ours", here="/somewhere")

    assert made["metadata"]["component"]["name"] == "ours"
    assert {one["name"] for one in made["components"]} == {"needed", "deeper"}
    assert [one["ref"] for one in made["dependencies"]] == ["ours==1", "needed==2"]
    assert "/somewhere" not in str(made)
