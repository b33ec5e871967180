"""Imports: people who are not at DfE, one at a time or from a file."""
