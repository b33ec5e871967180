"""The templates that ship with the service: `<name>.<version>.txt`, the newest version in use.

The form of a file is told in `notifications.domain.templates`.
"""

from functools import cache
from importlib import resources

from headship_contracts.errors import NotFound
from notifications.domain.templates import Template, read_template


@cache
def all_templates() -> dict[tuple[str, int], Template]:
    """Every version of every template. Raises BadTemplate for a file that is none."""
    found = {}
    for file in resources.files(__name__).iterdir():
        if file.name.endswith(".txt"):
            name, version, _ending = file.name.rsplit(".", 2)
            text = file.read_text(encoding="utf-8")
            found[name, int(version)] = read_template(name, int(version), text)
    return found


@cache
def newest(name: str) -> Template:
    """The version in use. Raises NotFound `template_not_found`."""
    versions = [version for known, version in all_templates() if known == name]
    if not versions:
        raise NotFound("template_not_found", name)
    return all_templates()[name, max(versions)]


def template_of(name: str, version: int) -> Template:
    """One version. Raises NotFound `template_not_found`."""
    try:
        return all_templates()[name, version]
    except KeyError as error:
        raise NotFound("template_not_found", f"{name} {version}") from error
