"""Rating oneself against the sections of the framework, and the distance travelled."""

from collections.abc import Mapping, Sequence

from headship_contracts.errors import Invalid
from sessions.domain.pathway.choice import LEVELS
from sessions.domain.template import Section


def check(sections: Sequence[Section], told: Sequence[tuple[str, int]]) -> dict[str, int]:
    """Section → level. Raises Invalid unless each section is rated once, from 1 to 5."""
    known = {section.code for section in sections}
    problems: dict[str, list[str]] = {}
    levels: dict[str, int] = {}
    for number, (code, level) in enumerate(told):
        place = f"ratings.{number}"
        if code not in known:
            right = f"{code!r} is no section of the framework; there are {', '.join(sorted(known))}"
            problems[f"{place}.section"] = [right]
        elif code in levels:
            problems[f"{place}.section"] = [f"{code!r} is rated more than once"]
        elif not LEVELS[0] <= level <= LEVELS[1]:
            problems[f"{place}.level"] = [f"is {level}; it must be from {LEVELS[0]} to {LEVELS[1]}"]
        levels.setdefault(code, level)
    missing = [section.code for section in sections if section.code not in levels]
    if missing:
        problems["ratings"] = [f"rate every section: {', '.join(missing)} not yet"]
    if problems:
        raise Invalid("invalid_fields", "the rating is not right", problems)
    return levels


def distance(first: Mapping[str, int], latest: Mapping[str, int]) -> dict[str, int]:
    """Section → levels gained since the first rating; what was not rated then is left out."""
    return {code: latest[code] - level for code, level in first.items() if code in latest}
