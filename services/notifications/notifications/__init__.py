"""Turns what happened into messages to people, each sent once."""
