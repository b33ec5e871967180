"""Draws of moderation, made again by whoever wants to be sure."""
