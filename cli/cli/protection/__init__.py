"""People's data, for whoever answers for it."""
