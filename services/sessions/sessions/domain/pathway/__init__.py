"""A plan of one's own: what somebody studies, how deeply, and in which week."""
