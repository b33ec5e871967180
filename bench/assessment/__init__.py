"""Measures assessment: reading files, comparing scripts."""
