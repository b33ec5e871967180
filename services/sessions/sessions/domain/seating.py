"""Face-to-face seats: whose days are at which hub's venue, by capacity and distance.

Hard rules: no venue has more people than it holds, and each has what its people need. Most people
seated comes first; then fewest away from where they are now, or from their own hub, those who wait
for a seat after those who have one; then the shortest ways in sum. All venues are looked at
together.
"""

from collections import defaultdict
from typing import Any

from sessions.domain.distance import kilometres
from sessions.domain.optimiser import Model
from sessions.domain.reasons import WORDS

NEAREST = 8
"""Other venues that are looked at for one person."""

SECONDS_FOR_A_STEP = 20.0


def solve(data: dict[str, Any]) -> dict[str, Any]:
    """`{"within_km", "venues": [{"id", "name", "place": [latitude, longitude], "capacity",
    "provides": [need]}], "people": [{"id", "home": venue, "now": venue, "place", "needs"}]}`, all
    plain JSON values, gives `{"seated": {person: venue}, "km": {person: kilometres}, "unseated":
    {person: {"reason", "detail"}}, "moved", "proven"}`.

    `now` is where their days are at present; without it they are meant to be at `home`. Who `waits`
    has had no seat so far. Who has no `place` travels from home. Nobody is sent further than
    `within_km`, their own venue apart.
    """
    venues = {venue["id"]: venue for venue in data["venues"]}
    ways = {person["id"]: _ways(person, venues, data["within_km"]) for person in data["people"]}
    model = Model()
    sits = {(person, venue): model.variable(1) for person, there in ways.items() for venue in there}
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
    usual = {person["id"]: person.get("now") or person["home"] for person in data["people"]}
    proven = True
    seats = dict.fromkeys(sits.values(), 1)
    waiting = {person["id"] for person in data["people"] if person.get("waits")}
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
    return {
        "seated": seated,
        "km": {person: ways[person][venue] for person, venue in seated.items()},
        "unseated": {
            person["id"]: _reason(person, venues, ways[person["id"]])
            for person in data["people"]
            if person["id"] not in seated
        },
        "moved": sum(seated.get(person) != venue for person, venue in usual.items()),
        "proven": proven,
    }


def _ways(
    person: dict[str, Any], venues: dict[str, dict[str, Any]], within_km: float
) -> dict[str, int]:
    """Venue → whole kilometres to it, of those that the person can come to."""
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
    nearest = sorted(found, key=lambda id: (id not in own, found[id], id))
    return {id: found[id] for id in nearest[: NEAREST + len(own)]}


def _reason(
    person: dict[str, Any], venues: dict[str, dict[str, Any]], ways: dict[str, int]
) -> dict[str, str]:
    if ways:
        names = ", ".join(f"{venues[id].get('name') or id} ({km} km)" for id, km in ways.items())
        return {"reason": "venues_full", "detail": f"{WORDS['venues_full']}: {names}"}
    needs = set(person.get("needs") or ())
    if needs and not any(needs <= set(v.get("provides") or ()) for v in venues.values()):
        detail = f"no venue provides {', '.join(sorted(needs))}"
        return {"reason": "access_needs", "detail": detail}
    return {"reason": "no_venue_in_reach", "detail": WORDS["no_venue_in_reach"]}
