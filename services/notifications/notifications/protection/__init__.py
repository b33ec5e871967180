"""People's data in notifications: what there is, and its erasure."""
