"""DfE's "Register for an NPQ" API v3, as a client meets it."""
