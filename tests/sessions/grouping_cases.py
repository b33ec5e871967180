"""Hubs to be grouped, for the tests of the rules."""

SLOTS = ["mon-16:00", "tue-16:00", "wed-17:30"]


def a_person(id, slots=(), school=None, trust=None, access=(), phase=None):
    person = {"id": id, "school": school, "trust": trust, "slots": list(slots)}
    return person | {"access": list(access), "phase": phase}


def a_hub(people, coaches, groups=()):
    return {"hub": "hub", "people": people, "coaches": coaches, "groups": list(groups)}


def an_instance(*hubs, least=5, most=8):
    return {"least": least, "most": most, "hubs": list(hubs)}
