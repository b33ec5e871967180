"""Sending one template to many, by a CSV file."""
