"""The templates that ship with the service: `<name>.<version>.txt`, and which wording is in use.

The form of a file is told in `notifications.domain.templates`. A provider's own wordings are
versions from `OWN` on, in the database; of a template's versions the provider's newest is used,
else the newest that ships.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources

from headship_contracts.errors import NotFound
from notifications.domain.templates import Template, read_template
from notifications.domain.wording import ENGLISH, languages_for

OWN = 1_000
"""The first version that is a provider's own; no release ships as many."""


@cache
def shipped() -> Mapping[tuple[str, int], Template]:
    """Every version that ships. Raises BadTemplate for a file that is none."""
    found = {}
    for file in resources.files(__name__).iterdir():
        if file.name.endswith(".txt"):
            name, version, _ending = file.name.rsplit(".", 2)
            text = file.read_text(encoding="utf-8")
            found[name, int(version)] = read_template(name, int(version), text)
    return found


@cache
def shipped_newest(name: str) -> Template:
    """The newest version that ships. Raises NotFound `template_not_found`."""
    versions = [version for known, version in shipped() if known == name]
    if not versions:
        raise NotFound("template_not_found", name)
    return shipped()[name, max(versions)]


def is_to_come(name: str, version: int) -> bool:
    """Whether a newer release ships it: what is not known here, by its name or its version."""
    known = [number for of, number in shipped() if of == name]
    return max(known, default=0) < version < OWN


class Catalogue:
    """All versions of all templates, as they are at one moment."""

    def __init__(self, own: Iterable[tuple[Template, bool]] = ()) -> None:
        """`own`: the provider's wordings, each with whether it is archived."""
        self._own = {(one.name, one.version): one for one, _archived in own}
        self._in_use: dict[tuple[str, str], Template] = {}
        for one, archived in sorted(own, key=lambda pair: pair[0].version):
            if not archived:
                self._in_use[one.name, one.language.lower()] = one

    def all(self) -> list[Template]:
        """Every version, by name and version."""
        every = {**shipped(), **self._own}
        return [every[key] for key in sorted(every)]

    def in_use(self, name: str, language: str = ENGLISH) -> Template:
        """The wording of new messages; where there is none in the language, in that of which it is
        a kind (`cy` for `cy-GB`), else in English. Raises NotFound `template_not_found`.
        """
        for one in languages_for(language):
            if (name, one) in self._in_use:
                return self._in_use[name, one]
        return shipped_newest(name)

    def version(self, name: str, version: int) -> Template:
        """One version, archived or not. Raises NotFound `template_not_found`."""
        found = self.get(name, version)
        if found is None:
            raise NotFound("template_not_found", f"{name} {version}")
        return found

    def get(self, name: str, version: int) -> Template | None:
        """One version, if it is still there."""
        return shipped().get((name, version)) or self._own.get((name, version))
