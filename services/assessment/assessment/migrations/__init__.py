"""Assessment's migrations."""
