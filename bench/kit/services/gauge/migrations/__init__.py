"""The gauge's migrations."""
