"""How fast enrolment reads from DfE and from files, accepts, and declares."""
