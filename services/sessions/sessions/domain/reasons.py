"""Why somebody could not be placed in a group, in words. Beside the solver and not within it: the
service needs these, and the solver, which brings numpy and 20 MiB, only in its own process."""

WORDS = {
    "no_hub": "has no delivery partner yet",
    "no_offer": "the hub has not said what it offers to this cohort",
    "no_availability": "has not said which slots they can do",
    "no_slot_in_common": "can do none of the slots that the hub offers",
    "trust_cap": "each group with room has someone of their school or trust, or such a coach",
    "no_coach": "no coach is free, here and in other cohorts, and its groups, if any, are full",
    "access_needs": "none of the coaches with room provides what they need to take part",
    "hub_too_small": "the hub can form no group",
    "below_least": "too few people without a group can do it",
    "venues_full": "every venue in reach is full",
    "no_venue_in_reach": "no venue with what they need is in reach",
    "not_found_in_time": "the solver ran out of time",
}

HELPS = {
    "no_hub": "a transfer to a delivery partner, at enrolment",
    "no_offer": "set_hub_offer for the hub, or a transfer to another",
    "no_availability": "set_availability: which slots they can do",
    "no_slot_in_common": "a coach in a slot that they can do, or more slots that they can",
    "trust_cap": "a further coach, of another trust, or somebody of theirs leaving such a group",
    "no_coach": "a further coach in one of their slots, or somebody's leaving a group there",
    "access_needs": "a coach, or for days together a venue, that provides what they need",
    "hub_too_small": "more people, or coaches, at the hub; a nearer hub with groups",
    "below_least": "more people who can do one of their slots",
    "venues_full": "more room at a venue in reach, or somebody's leaving it",
    "no_venue_in_reach": "an offer with a venue in reach that provides what they need",
    "not_found_in_time": "asking again, for the hub alone",
}
"""What would bring somebody a place, for each reason."""

GROUPS_TRIED, SEATS_TRIED = (
    f"whenever {calls} is asked for: nothing tries by itself"
    for calls in ("form_groups or replan_groups", "schedule_sessions, form_groups or replan_groups")
)
"""When somebody without a group, or without days together, is looked at again."""
