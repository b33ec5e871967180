"""Notifications measured and tried: events in, mail at a server, and what was written down."""
