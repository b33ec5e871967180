"""A bill of materials (CycloneDX) of one distribution, taken out of that of an environment."""

from collections.abc import Mapping
from typing import Any


def for_one(everything: Mapping[str, Any], name: str, *, here: str) -> dict[str, Any]:
    """What `name` is made of: itself as the subject, and each component that it needs.

    `everything` is CycloneDX JSON of an environment in which it is installed; places under the
    directory `here` are left out, since they mean nothing elsewhere. Raises KeyError when the
    environment does not have it.
    """
    components = {component["bom-ref"]: component for component in everything["components"]}
    needs = {each["ref"]: each.get("dependsOn", []) for each in everything["dependencies"]}
    subject = next((ref for ref, one in components.items() if one["name"] == name), None)
    if subject is None:
        raise KeyError(f"{name} is not installed here")
    wanted, reached = [subject], set()
    while wanted:
        ref = wanted.pop()
        if ref not in reached:
            reached.add(ref)
            wanted += needs.get(ref, [])
    metadata = {**everything["metadata"], "component": _portable(components[subject], here)}
    metadata["component"]["type"] = "application"
    return {
        **everything,
        "metadata": metadata,
        "components": [
            _portable(one, here)
            for ref, one in components.items()
            if ref in reached and ref != subject
        ],
        "dependencies": [each for each in everything["dependencies"] if each["ref"] in reached],
    }


def _portable(component: Mapping[str, Any], here: str) -> dict[str, Any]:
    kept = dict(component)
    references = kept.pop("externalReferences", [])
    references = [one for one in references if here not in one["url"]]
    return kept | ({"externalReferences": references} if references else {})
