"""Calls of a hub's own system."""
