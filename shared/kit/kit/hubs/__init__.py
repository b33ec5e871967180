"""Calls from the hubs' own systems: who may ask what, how it travels, and how much of it."""
