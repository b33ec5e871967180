"""Whether people of one phase meet in a group, or people of different ones, as the provider wishes.

`same`: those count who are in a group of another phase than theirs; a new group is of the phase
that most in it are of, a standing one of the phase that most were of before. `mix`: those count who
are in a group beyond their phase's even share of it. A phase that is not known never counts.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations_with_replacement

from sessions.domain.grouping.model import HubModel, Lane
from sessions.domain.optimiser import Model

SECONDS_FOR_A_SLOT = 1.0


def meeting_others(v: HubModel, values: Sequence[int], wish: str) -> dict[int, int]:
    """Terms the sum of which, negated, nobody can be below; with variables of their own, that begin
    where `values` are. Without families it is also reached: what is left to `parts` is who of a
    slot is in which of its groups."""
    if wish == "same":
        return _apart(v, values)
    return _crowded(v, values) if wish == "mix" else {}


def count(
    v: HubModel,
    wish: str,
    formed: Iterable[Sequence[str]],
    joined: Mapping[str, str],
) -> int:
    """How many count in the groups as they came out."""
    phases = _phases(v)
    if wish == "same":
        new = sum(_beside_the_most(phases[p] for p in members) for members in formed)
        of = _phase_of_groups(v)
        return new + sum(_differ(phases[p], of[id]) for p, id in joined.items())
    share = _even_share(v)
    groups = [Counter(phases[p] for p in members) for members in formed]
    for group in v.hub.groups:
        there = [phases[p] for p, id in joined.items() if id == group.id]
        groups.append(Counter([*there, *(member.phase for member in group.members)]))
    return sum(max(0, met[phase] - most) for met in groups for phase, most in share.items())


def parts(
    people: Sequence[str],
    coaches: Sequence[str],
    family: Mapping[str, str],
    phase: Mapping[str, str | None],
    size: tuple[int, int],
) -> list[tuple[list[str], list[str]]]:
    """A slot's people and coaches in parts, one for each phase, so that as few as can be are in
    another's. Each part can be dealt: it has no more of a family than coaches to lead groups."""
    names = sorted({name for p in people if (name := phase[p]) is not None})
    if len(coaches) < 2 or len(names) < 2:
        return [(list(people), list(coaches))]  # there is nothing to choose
    usual = _most_common(phase[p] for p in people)
    model, (least, most) = Model(), size
    sits = {(p, n): model.variable(1, int(n == usual)) for p in people for n in names}
    leads = {(c, n): model.variable(1, int(n == usual)) for c in coaches for n in names}
    for person in people:
        model.row({sits[person, n]: 1 for n in names}, low=1, high=1)
    for coach in coaches:
        model.row({leads[coach, n]: 1 for n in names}, low=1, high=1)
    for n in names:
        here = {sits[p, n]: 1 for p in people}
        model.row(here | {leads[c, n]: -most for c in coaches}, high=0)
        model.row(here | {leads[c, n]: -least for c in coaches}, low=0, high=len(people))
        apart: dict[str, dict[int, int]] = defaultdict(dict)
        for person in people:
            apart[family[person]][sits[person, n]] = 1
        groups = {leads[c, n]: -1 for c in coaches}
        for name, members in apart.items():
            theirs = {leads[c, n]: 0 for c in coaches if family[c] == name}
            model.row(members | groups | theirs, high=0)
    own = {sits[p, n]: 1 for p in people for n in names if phase[p] == n}
    best = model.maximise(own, SECONDS_FOR_A_SLOT).values
    found = [
        (
            [p for p in people if best[sits[p, n]]],
            [c for c in coaches if best[leads[c, n]]],
        )
        for n in names
    ]
    return [(members, leaders) for members, leaders in found if members]


def _apart(v: HubModel, values: Sequence[int]) -> dict[int, int]:
    """In each slot so many groups are of a phase: `own` are in one of theirs, `other` sit in those
    that are left."""
    phases, of = _phases(v), _phase_of_groups(v)
    names = sorted({phase for phase in phases.values() if phase is not None})
    terms: dict[int, int] = {}
    for lane, groups in v.forms.items() if len(names) > 1 else ():
        here = _attending(v, lane)
        going = [person for person, number in here.items() if values[number]]
        start = _best_start([phases[person] for person in going], values[groups], names, v)
        numbers: dict[int, int] = {}
        everyone = dict.fromkeys(here.values(), -1)
        for name in names:
            theirs = {number: -1 for person, number in here.items() if phases[person] == name}
            led = v.model.variable(len(here), start[name][0])
            own = v.model.variable(len(theirs), start[name][1])
            other = v.model.variable(len(here), start[name][2])
            v.model.row({own: 1} | theirs, high=0)
            v.model.row({own: 1, other: 1, led: -v.most}, high=0)
            v.model.row({own: 1, other: 1, led: -v.least}, low=0, high=len(here))
            numbers[led] = 1
            everyone |= {own: 1, other: 1}
            terms |= theirs | {own: 1}
        v.model.row(numbers | {groups: -1}, low=0, high=0)
        v.model.row(everyone, low=0, high=0)
    joins = v.joins.items()
    return terms | {number: -1 for (p, id), number in joins if _differ(phases[p], of[id])}


def _best_start(
    going: Sequence[str | None], groups: int, names: Sequence[str], v: HubModel
) -> dict[str, tuple[int, int, int]]:
    """For a slot's people as they are: phase → how many groups are of it, with how many of its own
    people and how many others, so that as few as can be are others."""
    there = Counter(going)
    best: dict[str, tuple[int, int, int]] = dict.fromkeys(names, (0, 0, 0))
    fewest = len(going) + 1
    for chosen in combinations_with_replacement(names, groups) if groups else ():
        led = Counter(chosen)
        own = {name: min(there[name], v.most * led[name]) for name in names}
        spare = len(going) - sum(own.values())
        for name in names:  # who is missing where a phase has too few comes from those with enough
            while own[name] > v.least * led[name] and spare < _missing(own, led, v.least):
                own[name] -= 1
                spare += 1
        if spare >= fewest:
            continue
        fewest, best = spare, {}
        more = spare - _missing(own, led, v.least)
        for name in names:
            lacking = max(0, v.least * led[name] - own[name])
            room = min(more, v.most * led[name] - own[name] - lacking)
            more -= room
            best[name] = led[name], own[name], lacking + room
    return best


def _missing(own: Mapping[str, int], led: Mapping[str, int], least: int) -> int:
    return sum(max(0, least * led[name] - number) for name, number in own.items())


def _crowded(v: HubModel, values: Sequence[int]) -> dict[int, int]:
    """How many of a slot's people are beyond their phase's share in all its groups."""
    phases = _phases(v)
    terms: dict[int, int] = {}
    for name, share in _even_share(v).items():
        for lane, groups in v.forms.items():
            theirs = [n for person, n in _attending(v, lane).items() if phases[person] == name]
            start = max(0, sum(values[n] for n in theirs) - share * values[groups])
            beyond = v.model.variable(len(theirs), start)
            v.model.row(dict.fromkeys(theirs, 1) | {groups: -share, beyond: -1}, high=0)
            terms[beyond] = -1
        for group in v.hub.groups:
            there = sum(member.phase == name for member in group.members)
            theirs = [n for (p, id), n in v.joins.items() if id == group.id and phases[p] == name]
            start = max(0, there + sum(values[n] for n in theirs) - share)
            beyond = v.model.variable(len(theirs) + there, start)
            v.model.row(dict.fromkeys(theirs, 1) | {beyond: -1}, high=share - there)
            terms[beyond] = -1
    return terms


def _attending(v: HubModel, lane: Lane) -> dict[str, int]:
    return {person: number for (person, at), number in v.attends.items() if at == lane}


def _phases(v: HubModel) -> dict[str, str | None]:
    return {candidate.person.id: candidate.person.phase for candidate in v.hub.candidates}


def _phase_of_groups(v: HubModel) -> dict[str, str | None]:
    """Standing group → the phase that most of its members were of before."""
    was = {group.id: [member.phase for member in group.members] for group in v.hub.groups}
    for candidate in v.hub.candidates:
        if candidate.now is not None:
            was[candidate.now].append(candidate.person.phase)
    return {id: _most_common(phases) for id, phases in was.items()}


def _even_share(v: HubModel) -> dict[str, int]:
    """Phase → how many of a full group are of it where it is as in the whole hub."""
    known = Counter(phase for phase in _phases(v).values() if phase is not None)
    return {name: -(-v.most * number // known.total()) for name, number in sorted(known.items())}


def _most_common(phases: Iterable[str | None]) -> str | None:
    known = Counter(phase for phase in phases if phase is not None)
    return min(known, key=lambda name: (-known[name], name), default=None)


def _beside_the_most(phases: Iterable[str | None]) -> int:
    known = Counter(phase for phase in phases if phase is not None)
    return known.total() - max(known.values(), default=0)


def _differ(phase: str | None, of_group: str | None) -> bool:
    return phase is not None and of_group is not None and phase != of_group
