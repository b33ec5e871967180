"""People's data in enrolment: what there is, who is who, and its erasure."""
