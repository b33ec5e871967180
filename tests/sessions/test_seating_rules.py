"""Face-to-face seats: no venue is overfull, the fewest people are moved, the ways are short."""

from itertools import product
from math import cos, radians, sin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessions.domain import seating
from sessions.domain.distance import kilometres, read_place
from sessions.domain.seating import solve

LONDON, READING, LEEDS = [51.5074, -0.1278], [51.4543, -0.9781], [53.8008, -1.5491]


def a_venue(id, place, capacity, provides=()):
    return {"id": id, "name": id, "place": place, "capacity": capacity, "provides": list(provides)}


def a_person(id, home, place=None, now=None, needs=()):
    return {"id": id, "home": home, "now": now, "place": place, "needs": list(needs)}


def broken_rules(data, found):
    """What is wrong with a seating, from the rules alone."""
    venues = {venue["id"]: venue for venue in data["venues"]}
    problems = []
    for venue in venues.values():
        coming = [p for p, v in found["seated"].items() if v == venue["id"]]
        if len(coming) > venue["capacity"]:
            problems.append(f"{venue['id']} has {len(coming)}")
    for person in data["people"]:
        seat = found["seated"].get(person["id"])
        if (seat is None) == (person["id"] not in found["unseated"]):
            problems.append(f"{person['id']} is neither seated nor told why not")
        if seat is not None:
            if not set(person["needs"]) <= set(venues[seat]["provides"]):
                problems.append(f"{person['id']} needs more than {seat} has")
            here = person["place"] or venues[person["home"]]["place"]
            far = kilometres(here, venues[seat]["place"])
            if seat not in (person["home"], person["now"]) and far > data["within_km"]:
                problems.append(f"{person['id']} is sent {far:.0f} km")
    return problems


def best_by_trying_all(data):
    """(most seated, most who stay with that many, least kilometres with those)."""
    venues = {venue["id"]: venue for venue in data["venues"]}
    best = (0, 0, 0)
    for chosen in product([*venues, None], repeat=len(data["people"])):
        seated = {p["id"]: v for p, v in zip(data["people"], chosen, strict=True) if v}
        told = {p["id"]: {} for p in data["people"] if p["id"] not in seated}
        if broken_rules(data, {"seated": seated, "unseated": told}):
            continue
        stay = far = 0
        for person in data["people"]:
            if (venue := seated.get(person["id"])) is not None:
                stay += venue == (person["now"] or person["home"])
                here = person["place"] or venues[person["home"]]["place"]
                far += round(kilometres(here, venues[venue]["place"]))
        if (-len(seated), -stay, far) < (-best[0], -best[1], best[2]):
            best = (len(seated), stay, far)
    return best


@st.composite
def small_cohorts(draw):
    places = st.sampled_from([LONDON, READING, LEEDS])
    has = st.sampled_from([(), ("step_free",), ("hearing_loop", "step_free")])
    venues = [
        a_venue(f"v{n}", draw(places), draw(st.integers(0, 3)), draw(has))
        for n in range(draw(st.integers(1, 3)))
    ]
    ids = st.sampled_from([venue["id"] for venue in venues])
    people = [
        a_person(
            f"p{n}",
            draw(ids),
            draw(st.none() | places),
            draw(st.none() | ids),
            draw(st.sampled_from([(), (), ("step_free",)])),
        )
        for n in range(draw(st.integers(0, 5)))
    ]
    return {"within_km": draw(st.sampled_from([10, 100, 400])), "venues": venues, "people": people}


@given(small_cohorts())
@settings(max_examples=40, deadline=None)
def test_small_seatings_are_the_best_of_all_that_keep_the_rules(data):
    found = solve(data)

    usual = {person["id"]: person["now"] or person["home"] for person in data["people"]}
    stay = sum(found["seated"].get(person) == venue for person, venue in usual.items())
    assert broken_rules(data, found) == []
    assert (len(found["seated"]), stay, sum(found["km"].values())) == best_by_trying_all(data)


def test_a_hub_that_loses_its_venue_sends_its_people_to_the_nearest_with_room():
    venues = [
        a_venue("lost", LONDON, 0),
        a_venue("Reading", READING, 7),
        a_venue("Leeds", LEEDS, 9),
    ]
    people = [a_person(f"r{n}", "Reading") for n in range(4)]
    people += [a_person(f"l{n}", "lost") for n in range(4)]

    found = solve({"within_km": 80, "venues": venues, "people": people})

    assert sorted(found["seated"].values()) == ["Reading"] * 7
    assert found["moved"] == 4
    (told,) = found["unseated"].values()
    assert told == {
        "reason": "venues_full",
        "detail": "every venue in reach is full: Reading (59 km)",
    }


def around(km, degrees):
    """A place so far from London in a direction."""
    north = km * cos(radians(degrees)) / 111.2
    east = km * sin(radians(degrees)) / (111.2 * cos(radians(LONDON[0])))
    return [LONDON[0] + north, LONDON[1] + east]


def one_of_a_lost_venue_among(full):
    """So many full venues near by, and one with room that is further off."""
    venues = [a_venue("lost", LONDON, 0), a_venue("free", around(30, 0), 50)]
    venues += [a_venue(f"v{n}", around(3, 25 * n), 1) for n in range(full)]
    people = [a_person("p", "lost"), *(a_person(f"q{n}", f"v{n}") for n in range(full))]
    return {"within_km": 80, "venues": venues, "people": people}


def test_a_venue_with_room_is_found_behind_many_nearer_ones_that_are_full():
    data = one_of_a_lost_venue_among(14)

    found = solve(data)

    assert (found["seated"]["p"], found["km"]["p"]) == ("free", 30)
    assert (found["unseated"], found["moved"], found["proven"]) == ({}, 1, True)


def test_nothing_is_proven_where_there_are_too_many_venues_to_look_at_all(monkeypatch):
    monkeypatch.setattr(seating, "MOST_CHOICES", 100)

    found = solve(one_of_a_lost_venue_among(14))

    assert found["proven"] is False


@pytest.mark.parametrize("first_waits", [True, False])
def test_who_waits_for_a_seat_displaces_nobody_who_has_one(first_waits):
    people = [a_person("a", "Leeds"), a_person("b", "Leeds")]
    people[0 if first_waits else 1]["waits"] = True
    data = {"within_km": 10, "venues": [a_venue("Leeds", LEEDS, 1)], "people": people}

    assert solve(data)["seated"] == {"b" if first_waits else "a": "Leeds"}


def test_the_reason_is_told_when_no_venue_will_do():
    venues = [a_venue("London", LONDON, 0), a_venue("Leeds", LEEDS, 9)]
    people = [a_person("far", "London"), a_person("needs", "Leeds", needs=["step_free"])]

    found = solve({"within_km": 80, "venues": venues, "people": people})

    assert {p: told["reason"] for p, told in found["unseated"].items()} == {
        "far": "no_venue_in_reach",
        "needs": "access_needs",
    }


@pytest.mark.parametrize(
    ("one", "other", "km"),
    [
        (LONDON, LONDON, 0),
        ([51.4700, -0.4543], [53.3537, -2.2750], 243),  # Heathrow to Manchester airport
        ([0, 0], [0, 180], 20_015),
        ([90, 0], [-90, 0], 20_015),
    ],
)
def test_distances_are_those_of_great_circles(one, other, km):
    assert round(kilometres(one, other)) == km


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("51.5,-0.1", (51.5, -0.1)),
        ("91,0", None),
        ("0,181", None),
        ("x", None),
        (None, None),
        ("", None),
        ("1,2,3", None),
        ("nan,1", None),
    ],
)
def test_a_place_is_a_latitude_and_a_longitude(text, place):
    assert read_place(text) == place
