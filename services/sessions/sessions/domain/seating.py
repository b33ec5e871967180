"""Face-to-face seats: whose days are at which hub's venue, by capacity and distance.

Hard rules: no venue has more people than it holds, and each has what its people need. Most people
seated comes first; then fewest away from where they are now, or from their own hub, those who wait
for a seat after those who have one; then the shortest ways in sum. All venues are looked at
together.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import islice
from types import MappingProxyType
from typing import Any

from sessions.domain.distance import kilometres
from sessions.domain.optimiser import Model
from sessions.domain.reasons import WORDS

NEAREST = 8
"""Other venues that are looked at for one person at first."""

OWN = 2
"""Venues at most that are somebody's own, now or at home: these are looked at besides."""

MOST_CHOICES = 60_000
"""Pairs of a person and a venue that are looked at when the nearest have not sufficed."""

SECONDS_FOR_A_STEP = 18.0  # six steps within the time that the service gives it


def solve(data: dict[str, Any]) -> dict[str, Any]:
    """`{"within_km", "venues": [{"id", "name", "place": [latitude, longitude], "capacity",
    "provides": [need]}], "people": [{"id", "home": venue, "now": venue, "waits", "place",
    "needs"}]}`, all plain JSON values, gives `{"seated": {person: venue}, "km": {person:
    kilometres}, "unseated": {person: {"reason", "detail"}}, "moved", "proven"}`.

    `now` is where their days are at present; without it they are meant to be at `home`. Who `waits`
    has had no seat so far. Who has no `place` travels from home. Nobody is sent further than
    `within_km`, their own venue apart.

    The nearest venues are looked at first, and all in reach where somebody is not where they are
    meant to be; where those are too many, nothing is `proven`.
    """
    venues = {venue["id"]: venue for venue in data["venues"]}
    usual = {person["id"]: person.get("now") or person["home"] for person in data["people"]}
    reach = {person["id"]: _ways(person, venues, data["within_km"]) for person in data["people"]}
    ways = _nearest(reach, NEAREST)
    seated, proven = _best(data["people"], venues, ways, usual)
    if seated != usual and ways != reach:
        most = _widest(reach)
        if most > NEAREST:
            ways = _nearest(reach, most)
            seated, proven = _best(data["people"], venues, ways, usual, seated)
        proven = proven and ways == reach
    return {
        "seated": seated,
        "km": {person: ways[person][venue] for person, venue in seated.items()},
        "unseated": {
            person["id"]: _reason(person, venues, reach[person["id"]])
            for person in data["people"]
            if person["id"] not in seated
        },
        "moved": sum(seated.get(person) != venue for person, venue in usual.items()),
        "proven": proven,
    }


def _nearest(reach: Mapping[str, dict[str, int]], most: int) -> dict[str, dict[str, int]]:
    """So many of each person's venues, besides their own."""
    return {person: dict(islice(there.items(), most + OWN)) for person, there in reach.items()}


def _widest(reach: Mapping[str, dict[str, int]]) -> int:
    """As many venues for each person as are not too many in all."""
    most = max(map(len, reach.values()))
    while sum(min(len(there), most + OWN) for there in reach.values()) > MOST_CHOICES:
        most //= 2
    return most


def _best(
    people: Sequence[Mapping[str, Any]],
    venues: Mapping[str, Mapping[str, Any]],
    ways: Mapping[str, Mapping[str, int]],
    usual: Mapping[str, str],
    former: Mapping[str, str] = MappingProxyType({}),
) -> tuple[dict[str, str], bool]:
    """Person → venue, of those that `ways` has for them, and whether no other choice is better.

    `former` is a choice that keeps the rules, to begin with.
    """
    model = Model()
    sits = {
        (person, venue): model.variable(1, int(former.get(person) == venue))
        for person, there in ways.items()
        for venue in there
    }
    at_venue: dict[str, dict[int, int]] = defaultdict(dict)
    of_person: dict[str, dict[int, int]] = defaultdict(dict)
    for (person, venue), number in sits.items():
        at_venue[venue][number] = 1
        of_person[person][number] = 1
    for venue, coming in at_venue.items():
        if len(coming) > venues[venue]["capacity"]:
            model.row(coming, high=venues[venue]["capacity"])
    for choices in of_person.values():
        model.row(choices, high=1)
    proven = True
    seats = dict.fromkeys(sits.values(), 1)
    waiting = {person["id"] for person in people if person.get("waits")}
    stays = {
        number: 1 if person in waiting else 1 + len(waiting)
        for (person, venue), number in sits.items()
        if usual[person] == venue
    }
    near = {number: -ways[person][venue] for (person, venue), number in sits.items()}
    values: list[int] = []
    for aim in (seats, stays, near):
        best = model.maximise(aim, SECONDS_FOR_A_STEP)
        model.row(aim, low=best.objective, high=best.objective)
        values, proven = best.values, proven and best.proven
    seated = {person: venue for (person, venue), number in sits.items() if values[number]}
    return seated, proven


def _ways(
    person: dict[str, Any], venues: dict[str, dict[str, Any]], within_km: float
) -> dict[str, int]:
    """Venue → whole kilometres to it, of those that the person can come to: their own, then the
    nearest."""
    home = venues.get(person["home"])
    here = person.get("place") or (home["place"] if home else None)
    own = {person["home"], person.get("now")}
    found = {}
    for id, venue in venues.items():
        if not set(person.get("needs") or ()) <= set(venue.get("provides") or ()):
            continue
        if venue["capacity"] < 1:
            continue
        if here and venue["place"]:
            far = kilometres(tuple(here), tuple(venue["place"]))
            if id in own or far <= within_km:
                found[id] = round(far)
        elif id in own:
            found[id] = 0
    order = sorted(found, key=lambda id: (id not in own, found[id], id))
    return {id: found[id] for id in order}


def _reason(
    person: dict[str, Any], venues: dict[str, dict[str, Any]], ways: dict[str, int]
) -> dict[str, str]:
    if ways:
        told = [f"{venues[id].get('name') or id} ({km} km)" for id, km in ways.items()]
        names = ", ".join(told[: NEAREST + OWN])
        more = f", and {len(told) - NEAREST - OWN} more" if len(told) > NEAREST + OWN else ""
        return {"reason": "venues_full", "detail": f"{WORDS['venues_full']}: {names}{more}"}
    needs = set(person.get("needs") or ())
    if needs and not any(needs <= set(v.get("provides") or ()) for v in venues.values()):
        detail = f"no venue provides {', '.join(sorted(needs))}"
        return {"reason": "access_needs", "detail": detail}
    return {"reason": "no_venue_in_reach", "detail": WORDS["no_venue_in_reach"]}
