"""Under which licences the libraries may be used, and which are not taken."""

import re
from importlib.metadata import Distribution

TAKEN = {
    "psycopg2-binary": "LGPL with exceptions: it is used unchanged, and may be replaced by anyone",
}
"""Distribution → why it may run with the platform though its licence is of the GPL's family."""

_COPYLEFT = re.compile(r"\b[AL]?GPL|GNU (Affero |Lesser |Library or Lesser )?General", re.I)
_SAYS_NOTHING = {"", "UNKNOWN"}
_LONGEST = 80
"""Letters. Some give the licence's whole text, whose first line says which it is."""


def licence_of(library: Distribution) -> str:
    """What a distribution says of its licence, in a line; empty where it says nothing."""
    told = library.metadata
    expression = told.get("License-Expression") or ""
    classified = [
        line.rpartition(" :: ")[2]
        for line in told.get_all("Classifier") or []
        if line.startswith("License ::")
    ]
    freely = (told.get("License") or "").strip().partition("\n")[0]
    said = expression or freely
    if said in _SAYS_NOTHING or len(said) > _LONGEST:
        said = ""
    return said or " AND ".join(classified)


def problem_of(name: str, licence: str) -> str | None:
    """Why a library may not run with the platform, or None."""
    if name in TAKEN:
        return None
    if not licence:
        return f"{name} does not say under which licence it is"
    if _COPYLEFT.search(licence):
        return f"{name} is under {licence}"
    return None
