"""A toy service: lamps that are lit."""
