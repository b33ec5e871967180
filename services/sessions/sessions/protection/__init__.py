"""People's data in sessions: what there is, and its erasure."""
