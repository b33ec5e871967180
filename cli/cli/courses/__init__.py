"""Courses, for people to read."""
