"""Who does what in the demo: a part for each application, drawn from the seed."""

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations_with_replacement
from uuid import UUID

from cli.demo.answers import (
    BORDERLINE,
    DISPUTED,
    OVERLOOKED,
    READ_TOO_KINDLY,
    STRONG,
    WEAK,
    Answer,
)
from headship_contracts.enrolment.applications import ApplicationRecord

GROUP_SIZES = range(5, 9)


@dataclass(frozen=True)
class Part:
    """What one applicant does, and what is done with the application.

    `misses` are the positions, in their own calendar, of the live sessions they do not come to.
    """

    name: str = "steady"
    accepted: bool = True
    shows_up: bool = True
    misses: frozenset[int] = frozenset()
    studies: bool = True
    answers: tuple[Answer, ...] = (STRONG,)


SPECIAL = (
    Part("registered twice", accepted=False),
    Part("has two accounts"),
    Part("changes their mind", accepted=False),
    Part("waits for a place"),
    Part("started in error"),
    Part("defers"),
    Part("defers, then returns"),
    Part("never starts", shows_up=False, studies=False),
    Part("falls short", misses=frozenset(range(4, 40)), studies=False),
    Part("fails, then passes", answers=(WEAK, STRONG)),
    Part("fails, then passes", answers=(WEAK, STRONG)),
    Part("fails twice", answers=(WEAK, WEAK)),
    Part("appeals", answers=(OVERLOOKED,)),
    Part("borderline", answers=(BORDERLINE, STRONG)),
    Part("borderline", answers=(BORDERLINE, STRONG)),
    Part("borderline, disputed", answers=(DISPUTED, STRONG)),
    Part("falls ill in the window"),
    Part("writes the same"),
    Part("writes the same"),
    Part("is read too kindly", answers=(READ_TOO_KINDLY, STRONG)),
    Part("is read too kindly", answers=(READ_TOO_KINDLY, STRONG)),
)
"""Everyone else is steady: comes to nearly all, studies, and writes a strong answer."""


@dataclass(frozen=True)
class Player:
    """An application and its part. `key` is DfE's id: the same in every run of a seed."""

    key: str
    application_id: UUID
    dfe_participant_id: UUID
    trust: str | None
    funded: bool
    part: Part


def cast(applications: Iterable[ApplicationRecord], seed: int) -> list[Player]:
    """A part for each application, in the order of DfE's ids. The special ones are for people whose
    place DfE pays for: one of them has to be paid back."""
    ordered = sorted(applications, key=lambda one: str(one.dfe_application_id))
    chance = random.Random(seed)  # nosec B311 # repeatable on purpose; nothing secret
    funded = [n for n, application in enumerate(ordered) if application.eligible_for_funding]
    takers = chance.sample(funded, len(SPECIAL))
    parts = dict(zip(takers, SPECIAL, strict=True))
    players = []
    for position, application in enumerate(ordered):
        part = parts.get(position) or replace(Part(), misses=frozenset({chance.randrange(20)}))
        players.append(
            Player(
                key=str(application.dfe_application_id),
                application_id=application.application_id,
                dfe_participant_id=_known(application.dfe_participant_id),
                trust=application.trust_id,
                funded=application.eligible_for_funding,
                part=part,
            )
        )
    return players


def _known(id: UUID | None) -> UUID:
    if id is None:
        raise ValueError("an application that did not come from DfE")
    return id


def deal_to_hubs(players: Sequence[Player], hubs: Sequence[UUID]) -> Mapping[UUID, list[Player]]:
    """A hub for each player, so that groups of 5 to 8 with no two of a trust can be formed.

    Full hubs of ten come first; a hub has at most as many people of a trust as it has groups.
    Raises ValueError when the players cannot be dealt like that.
    """
    sizes = _hub_sizes(len(players), len(hubs))
    room = dict(zip(hubs, sizes, strict=True))
    dealt: dict[UUID, list[Player]] = defaultdict(list)
    trusts: dict[UUID, Counter[str]] = defaultdict(Counter)
    common = Counter(player.trust for player in players if player.trust)
    for player in sorted(players, key=lambda one: (-common[one.trust or ""], one.key)):
        hub = min(
            (hub for hub in hubs if len(dealt[hub]) < room[hub]),
            key=lambda hub: (trusts[hub][player.trust or ""], len(dealt[hub]) - room[hub]),
        )
        dealt[hub].append(player)
        if player.trust:
            trusts[hub][player.trust] += 1
            if trusts[hub][player.trust] > _groups(room[hub]):
                raise ValueError(f"too many people of {player.trust} for the hubs")
    return dealt


def _hub_sizes(people: int, hubs: int) -> list[int]:
    """As level as can be: nine people, say, make no groups of 5 to 8."""
    level = people // hubs
    nearby = [size for size in range(max(0, level - 5), level + 6) if _groups(size)]
    possible = [
        sizes for sizes in combinations_with_replacement(nearby, hubs) if sum(sizes) == people
    ]
    if not possible:
        raise ValueError(f"{people} people cannot be dealt to {hubs} hubs in groups of 5 to 8")
    return sorted(min(possible, key=lambda sizes: sum((s - level) ** 2 for s in sizes)))[::-1]


def _groups(people: int) -> int:
    """How many groups so many people make at least; 0 if they make none."""
    fewest = -(-people // GROUP_SIZES[-1])
    return fewest if GROUP_SIZES[0] * fewest <= people else 0
