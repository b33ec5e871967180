"""A toy service: keeps an almanac of the lamps that were lit."""
