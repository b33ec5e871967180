"""Which raters are joined by chains of common units."""

from collections.abc import Iterable


def components(ratings: Iterable[tuple[str, str]]) -> tuple[tuple[str, ...], ...]:
    """Groups of raters, from (unit, rater) pairs; the largest first, then by name."""
    parent: dict[tuple[str, str], tuple[str, str]] = {}

    def root(one: tuple[str, str]) -> tuple[str, str]:
        parent.setdefault(one, one)
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    for unit, rater in ratings:
        parent[root(("unit", unit))] = root(("rater", rater))
    groups: dict[tuple[str, str], list[str]] = {}
    for kind, name in list(parent):
        if kind == "rater":
            groups.setdefault(root((kind, name)), []).append(name)
    return tuple(
        sorted((tuple(sorted(one)) for one in groups.values()), key=lambda g: (-len(g), g))
    )
