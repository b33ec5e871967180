"""Builders for the tests of sessions."""
