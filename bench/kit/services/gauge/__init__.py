"""A service to measure the kit with: one event, one handler, an echo and a committed write."""
