"""People's data in assessment: what there is, and its erasure."""
