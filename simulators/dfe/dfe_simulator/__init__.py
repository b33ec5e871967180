"""A stand-in for the Department for Education's NPQ service, API v3, over HTTP."""
