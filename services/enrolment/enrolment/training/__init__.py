"""Training: its status, schedule, delivery partner and school, and the history of all four."""
