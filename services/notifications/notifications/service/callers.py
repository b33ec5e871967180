"""Who may ask."""

WITHIN = ("staff", "operator", "service")
"""Callers within the provider: messages are people's own, and no hub's."""
