"""How good coaching groups are, and how fast they and what comes of them are made."""
