"""Who applies, who is accepted, and what the Department for Education is told of it."""
