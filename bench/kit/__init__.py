"""The message kit beside its peers: `python -m bench.kit`."""
