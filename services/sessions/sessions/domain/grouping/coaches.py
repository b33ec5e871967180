"""Coaches who are alike count as one in the model: it need not try all the ways of naming them."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sessions.domain.grouping.hub import Coach


@dataclass(frozen=True)
class Alike:
    """Coaches who can lead in the same slots, equally often, and are of the same family.

    `family` is None where none of the people to be placed is of it, so that it is no hindrance.
    `access` is what their sessions provide of what somebody needs.
    """

    family: str | None
    slots: tuple[str, ...]
    most: int
    ids: tuple[str, ...]
    leads: tuple[str, ...] = ()
    access: frozenset[str] = frozenset()


def alike(
    coaches: Collection[Coach],
    family: Mapping[str, str],
    hindered: Collection[str],
    needed: frozenset[str] = frozenset(),
) -> list[Alike]:
    """The coaches in classes. `hindered` are the families of the people to be placed, `needed` what
    any of them needs.

    Who leads a group that may end is a class of their own, so that it can keep its coach.
    """
    classes: dict[tuple[str | None, tuple[str, ...], int, str, tuple[str, ...]], list[Coach]] = (
        defaultdict(list)
    )
    for coach in coaches:
        theirs = family[coach.person.id]
        own = coach.person.id if coach.leads else ""
        access = tuple(sorted(coach.person.access & needed))
        key = (theirs if theirs in hindered else None, coach.slots, coach.most, own, access)
        classes[key].append(coach)
    return [
        Alike(
            name,
            slots,
            most,
            tuple(sorted(c.person.id for c in who)),
            who[0].leads,
            frozenset(access),
        )
        for (name, slots, most, _, access), who in sorted(
            classes.items(), key=lambda item: str(item[0])
        )
    ]


def share_out(
    who: Alike, new: Mapping[str, int], standing: Mapping[str, str]
) -> tuple[dict[str, list[str]], dict[str, str]]:
    """Names for a class's groups: slot → coaches of the new ones, and group → coach.

    `new` is slot → how many; `standing` is group → slot. In no slot are there more than coaches,
    and in all no more than they can lead; so going round never gives one two groups at once, nor
    more than their share.
    """
    turn = 0
    leading: dict[str, list[str]] = {}
    taking: dict[str, str] = {}
    for slot in who.slots:
        chosen = []
        for _ in range(new.get(slot, 0)):
            chosen.append(who.ids[turn % len(who.ids)])
            turn += 1
        if chosen:
            leading[slot] = sorted(chosen)
        for group in sorted(id for id, its in standing.items() if its == slot):
            taking[group] = who.ids[turn % len(who.ids)]
            turn += 1
    return leading, taking
