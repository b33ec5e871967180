"""Hubs as users of the broker."""
