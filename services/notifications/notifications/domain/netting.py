"""What is left to tell of several things that happened to one: the first and last state of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar


class Happened(Protocol):
    """One thing that happened to `about`, in order of `revision`; no states: it stands alone."""

    @property
    def about(self) -> str: ...
    @property
    def former(self) -> str | None: ...
    @property
    def latter(self) -> str | None: ...
    @property
    def revision(self) -> int: ...


HappenedT = TypeVar("HappenedT", bound=Happened)


@dataclass(frozen=True)
class Netted(Generic[HappenedT]):
    """`told` has one item for each thing that changed: its last, with how it was at `first`.
    `gone` are items of things that are as they were.
    """

    told: Sequence[tuple[HappenedT, HappenedT]]
    gone: Sequence[HappenedT]


def net(items: Iterable[HappenedT]) -> Netted[HappenedT]:
    """Moved twice is one line with the last time; moved and moved back is none."""
    of_each: dict[str, list[HappenedT]] = {}
    for item in sorted(items, key=lambda one: one.revision):
        of_each.setdefault(item.about, []).append(item)
    told, gone = [], []
    for its in of_each.values():
        first, last = its[0], its[-1]
        if first.former is not None and first.former == last.latter:
            gone += its
        else:
            told.append((first, last))
    return Netted(told, gone)
