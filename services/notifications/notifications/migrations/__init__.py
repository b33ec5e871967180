"""Notifications' migrations."""
