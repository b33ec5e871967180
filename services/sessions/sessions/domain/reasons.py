"""Why somebody could not be placed in a group, in words. Beside the solver and not within it: the
service needs these, and the solver, which brings numpy and 20 MiB, only in its own process."""

WORDS = {
    "no_hub": "has no delivery partner yet",
    "no_offer": "the hub has not said what it offers to this cohort",
    "no_availability": "has not said which slots they can do",
    "no_slot_in_common": "can do none of the slots that the hub offers",
    "trust_cap": "each group with room has someone of their school or trust, or such a coach",
    "no_coach": "no coach is free, and its groups, if any, are full",
    "access_needs": "none of the coaches with room provides what they need to take part",
    "hub_too_small": "the hub can form no group",
    "below_least": "too few people without a group can do it",
    "venues_full": "every venue in reach is full",
    "no_venue_in_reach": "no venue with what they need is in reach",
    "not_found_in_time": "the solver ran out of time",
}
