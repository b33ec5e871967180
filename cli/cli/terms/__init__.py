"""Term dates of authorities and schools."""
